"""Audiences as they were given: one gzipped object of JSON lines for each broadcast, in S3."""

import gzip
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tandem.model.broadcast import Addressee

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Audiences:
    """The audiences of every tenant, kept under names that say what is in them."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keep(self, name: str, audience: Iterable[Addressee]) -> None:
        """Keep an audience. Keeping the same one again writes the same bytes."""
        lines = (
            json.dumps([entry.phone, entry.bsuid, entry.parameters], separators=(",", ":"))
            for entry in audience
        )
        self._client.put_object(
            Bucket=self._bucket,
            Key=name,
            Body=gzip.compress("\n".join(lines).encode(), mtime=0),
            ContentType="application/jsonl",
            ContentEncoding="gzip",
        )

    def fetch(self, name: str) -> tuple[Addressee, ...]:
        """The audience in the order in which it was given."""
        body = self._client.get_object(Bucket=self._bucket, Key=name)["Body"].read()
        entries = (json.loads(line) for line in gzip.decompress(body).decode().splitlines())
        return tuple(
            Addressee(phone, bsuid, tuple(given) if isinstance(given, list) else given)
            for phone, bsuid, given in entries
        )
