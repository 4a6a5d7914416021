"""Files of messages, in the media bucket, named by what they contain."""

import base64
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from botocore.exceptions import ClientError

from tandem.model.errors import NotFound, TryAgain

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LINK_SECONDS = 300


ANYTHING = "application/octet-stream"

_SHOWN = frozenset(
    {
        "application/pdf",
        "audio/aac",
        "audio/amr",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/plain",
        "video/3gpp",
        "video/mp4",
    }
)
"""Types in which nothing runs. A file of any other is handed out as bytes of no known type."""

_THERE = ("PreconditionFailed", "412")
_AT_ONCE = ("ConditionalRequestConflict", "409")


class Files:
    """The media bucket. A tenant's file is one object, however many messages bring it."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keep(self, tenant: str, sha256: str, content: IO[bytes]) -> str:
        """Keep a file, unless it is there; its key, which begins with the tenant.

        `content` is read from where it stands, and S3 holds it to its `sha256` (hex). Who else has
        sent the file, and as what type, leaves no trace: the type belongs to the message.
        """
        key = f"{tenant}/{sha256}"
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=content,
                ChecksumSHA256=base64.b64encode(bytes.fromhex(sha256)).decode(),
                IfNoneMatch="*",
                # A browser must never run what a customer sent.
                ContentType=ANYTHING,
                ContentDisposition="attachment",
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _AT_ONCE:
                raise TryAgain("the same file is being kept by somebody else") from error
            if code not in _THERE:
                raise
        return key

    def link(
        self, tenant: str, key: str, *, filename: str | None = None, mime_type: str | None = None
    ) -> str:
        """An address from which whoever has it can read the file for five minutes.

        It is saved under `filename`, if there is one. NotFound for what is not this tenant's.
        """
        if not key.startswith(f"{tenant}/"):
            raise NotFound("there is no such file")
        named = f"; filename*=UTF-8''{quote(filename, safe='')}" if filename else ""
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ResponseContentDisposition": f"attachment{named}",
                "ResponseContentType": _harmless(mime_type),
            },
            ExpiresIn=LINK_SECONDS,
        )


def _harmless(mime_type: str | None) -> str:
    """The type, without its parameters, if a browser shows it and runs nothing."""
    kind = (mime_type or "").partition(";")[0].strip().lower()
    return kind if kind in _SHOWN else ANYTHING
