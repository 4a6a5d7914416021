"""The raw archive: every verified webhook, byte for byte, by day and line.

Objects are one body each, so that a person can be forgotten later by rewriting the few objects of
the days on which that person's rows were received. See docs/data-model.md, "Forgetting".
"""

import gzip
import time
from typing import TYPE_CHECKING

from tandem.store.envelope import Delivery

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ARCHIVE = "archive/"
NO_LINE = "no-line"


class Archive:
    """The archive bucket. Keys are made of content, so archiving twice is archiving once."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def fetch(self, key: str) -> bytes:
        """A body that was too large for the queue."""
        return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def keep(self, delivery: Delivery, line: str | None) -> str:
        """Archive one body; its key."""
        day = time.strftime("%Y/%m/%d", time.gmtime(delivery.received_at))
        key = f"{ARCHIVE}{day}/{line or NO_LINE}/{delivery.fingerprint}.json.gz"
        self._client.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=gzip.compress(delivery.body, compresslevel=6, mtime=0),
            ContentType="application/json",
            ContentEncoding="gzip",
            Metadata={"received-at": str(delivery.received_at)},
        )
        return key
