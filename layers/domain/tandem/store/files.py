"""Files of messages, in the media bucket, named by what they contain."""

from typing import TYPE_CHECKING
from urllib.parse import quote

from tandem.model.errors import NotFound

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LINK_SECONDS = 300


class Files:
    """The media bucket. The same file kept twice is one object."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keep(
        self, tenant: str, line: str, sha256: str, *, content: bytes, mime_type: str | None
    ) -> str:
        """Keep a file; its key, which begins with the tenant."""
        key = f"{tenant}/{line}/{sha256}"
        self._client.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=content,
            # A browser must never run what a customer sent.
            ContentType=mime_type or "application/octet-stream",
            ContentDisposition="attachment",
        )
        return key

    def link(self, tenant: str, key: str, *, filename: str | None = None) -> str:
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
            },
            ExpiresIn=LINK_SECONDS,
        )
