"""The raw archive: every verified webhook, byte for byte, by day and line.

Objects are one body each, so that a person can be forgotten later by rewriting the few objects of
the days on which that person's rows were received. See docs/data-model.md, "Forgetting".
"""

import gzip
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tandem.store.envelope import Delivery

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ARCHIVE = "archive/"
NO_LINE = "no-line"
"""Where a line stands, for a body that names none, or several."""

_RECEIVED_AT = "received-at"


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
            Metadata={_RECEIVED_AT: str(delivery.received_at)},
        )
        return key

    def restored(self, key: str) -> Delivery:
        """An archived body as it was received."""
        kept = self._client.get_object(Bucket=self._bucket, Key=key)
        body = gzip.decompress(kept["Body"].read())
        return Delivery(body, int(kept["Metadata"][_RECEIVED_AT]))

    def keys(
        self, *, line: str | None = None, since: str | None = None, until: str | None = None
    ) -> Iterator[str]:
        """The keys of every body received from the day `since` to the day `until` (YYYY-MM-DD,
        both included), the oldest day first.

        With a `line`, only of those that may speak of it: its own, and those that name no single
        line.
        """
        for day in self._days(since, until):
            for lines in (f"{line}/", f"{NO_LINE}/") if line else ("",):
                yield from self._below(day + lines)

    def lines(self, *, since: str | None = None, until: str | None = None) -> frozenset[str]:
        """Every line under which something is archived, whoever it belongs to."""
        days = self._days(since, until)
        found = {folder.split("/")[-2] for day in days for folder in self._folders(day, 1)}
        return frozenset(found - {NO_LINE})

    def _days(self, since: str | None, until: str | None) -> Iterator[str]:
        """The prefix of each day of the archive, the oldest first."""
        for day in self._folders(ARCHIVE, 3):
            if (since or "") <= _day_of(day) <= (until or "9999-12-31"):
                yield day

    def _folders(self, prefix: str, deep: int) -> Iterator[str]:
        """The folders so deep below a prefix: years, in them months, days, lines."""
        if deep == 0:
            yield prefix
            return
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, Delimiter="/"
        )
        for page in pages:
            for folder in page.get("CommonPrefixes", ()):
                yield from self._folders(folder["Prefix"], deep - 1)

    def _below(self, prefix: str) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        for page in pages:
            for kept in page.get("Contents", ()):
                yield kept["Key"]


def _day_of(prefix: str) -> str:
    return prefix.removeprefix(ARCHIVE).rstrip("/").replace("/", "-")


def line_of(key: str) -> str:
    """The line under which a body is archived, or `NO_LINE`."""
    return key.split("/")[-2]


def body_of(key: str) -> str:
    """The sha256 of the body that an object holds."""
    return key.rpartition("/")[2].removesuffix(".json.gz")
