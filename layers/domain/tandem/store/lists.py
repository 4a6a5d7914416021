"""Uploaded lists: a row each, and their people in parts in S3.

    uploads/<tenant>/<list>                   the file as it was uploaded, for some days
    lists/<tenant>/<list>/parts/00000.json.gz its people, `PART_SIZE` in each
    lists/<tenant>/<list>/names               eight bytes for each name on it

A list is written once, from its upload; reading it again writes the same parts. When it is deleted
its row goes first: whatever lies in the bucket without one is nobody's.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import IO, TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from tandem.model.broadcast import Addressee
from tandem.model.errors import Conflict
from tandem.model.uploaded import ADDRESS_SECONDS, BadRow, ListState, UploadedList
from tandem.store import keys
from tandem.store.addressees import named, packed, plain, unpacked
from tandem.store.registers import Row
from tandem.store.table import Table

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LISTS, UPLOADS = "lists/", "uploads/"
PART_SIZE = 5_000

CHUNK = 1 << 20


class Lists:
    """The uploaded lists of every tenant."""

    def __init__(self, table: Table, client: "S3Client", bucket: str) -> None:
        self._table = table
        self._client = client
        self._bucket = bucket

    # ---- the row

    def insert(self, tenant: str, new: UploadedList) -> bool:
        return self._table.insert(keys.uploaded_list(tenant, new.id), _as_row(new))

    def get(self, tenant: str, name: str) -> UploadedList | None:
        row = self._table.get(keys.uploaded_list(tenant, name))
        return _read(row) if row else None

    def all(self, tenant: str) -> tuple[UploadedList, ...]:
        """Every list of a tenant, the newest first."""
        found = [_read(row) for row in self._table.rows(keys.uploaded_list(tenant).pk)]
        return tuple(sorted(found, key=lambda each: (-each.created_at, each.id)))

    def note(self, tenant: str, told: UploadedList) -> bool:
        """How far the reading of a list has come; False when it is ready or refused already."""
        return self._table.update(
            keys.uploaded_list(tenant, told.id),
            put=_as_row(told),
            if_present=("created_at",),
            if_absent=("ended",),
        )

    def delete(self, tenant: str, name: str) -> None:
        """Forget a list; its files remain."""
        self._table.delete(keys.uploaded_list(tenant, name))

    # ---- its file

    def address(self, tenant: str, name: str, *, size: int) -> str:
        """Where to PUT the file of a list within a quarter of an hour: exactly `size` bytes, or S3
        refuses it.
        """
        return self._client.generate_presigned_url(
            "put_object",
            Params={"Bucket": self._bucket, "Key": _upload(tenant, name), "ContentLength": size},
            ExpiresIn=ADDRESS_SECONDS,
        )

    def uploaded(self, tenant: str, name: str) -> int | None:
        """The size in bytes of the file that came; None while none has."""
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=_upload(tenant, name))
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            raise
        return head["ContentLength"]

    def fetch_upload(self, tenant: str, name: str, file: IO[bytes]) -> None:
        """Write the file that came to a local one; none of it is held longer than it takes."""
        body = self._client.get_object(Bucket=self._bucket, Key=_upload(tenant, name))["Body"]
        shutil.copyfileobj(body, file, CHUNK)

    # ---- its people

    def keep_part(self, tenant: str, name: str, part: int, people: Sequence[Addressee]) -> None:
        """Keep the people of one part; all parts but the last have `PART_SIZE` of them."""
        self._put(_part(tenant, name, part), packed(plain(people)))

    def keep_names(self, tenant: str, name: str, names: bytes) -> None:
        """Keep the fingerprints of everybody on the list, `fingerprints.packed`."""
        self._put(f"{LISTS}{tenant}/{name}/names", names)

    def read(
        self, tenant: str, name: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[Addressee], str | None]:
        """Some people of a list, and the cursor of those who follow. Raises Conflict for a list
        that is not ready.
        """
        known = self._ready(tenant, name)
        first = int(cursor or 0)
        if first >= known.people:
            return (), None
        part, place = divmod(first, PART_SIZE)
        said = unpacked(self._get(_part(tenant, name, part)))
        found = named(said[place : place + limit])
        following = first + len(found)
        return found, str(following) if following < known.people else None

    def names(self, tenant: str, names: Sequence[str]) -> Iterator[bytes]:
        """The fingerprints of everybody on each of these lists."""
        for name in names:
            self._ready(tenant, name)
            yield self._get(f"{LISTS}{tenant}/{name}/names")

    def delete_files(self, tenant: str, name: str) -> None:
        """Delete what was uploaded and what was read of it; repeating it is harmless."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{LISTS}{tenant}/{name}/"
        )
        parts = (kept["Key"] for page in pages for kept in page.get("Contents", ()))
        for key in (_upload(tenant, name), *parts):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def _ready(self, tenant: str, name: str) -> UploadedList:
        known = self.get(tenant, name)
        if known is None:
            raise Conflict(f"there is no list {name}: upload it first", code="no_such_list")
        if known.state is not ListState.READY:
            raise Conflict(f"the list {known.name} is not ready: {known.state}", code="not_ready")
        return known

    def _put(self, key: str, body: bytes) -> None:
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body)

    def _get(self, key: str) -> bytes:
        return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()


def _upload(tenant: str, name: str) -> str:
    return f"{UPLOADS}{tenant}/{name}"


def _part(tenant: str, name: str, part: int) -> str:
    return f"{LISTS}{tenant}/{name}/parts/{part:05d}.json.gz"


def _as_row(told: UploadedList) -> Row:
    return {
        "name": told.name,
        "state": told.state.value,
        "created_at": told.created_at,
        "by": told.by,
        "size": told.size,
        "country": told.country,
        "people": told.people,
        "repeated": told.repeated,
        "bad_rows": told.bad_rows,
        "bad": [asdict(each) for each in told.bad],
        "columns": list(told.columns),
        "preview": [dict(row) for row in told.preview],
        "encoding": told.encoding,
        "separator": told.separator,
        "trouble": told.trouble,
        "ended": True if told.ended else None,
    }


def _read(row: Mapping[str, Any]) -> UploadedList:
    return UploadedList(
        id=row["sk"],
        name=row["name"],
        state=ListState(row["state"]),
        created_at=row["created_at"],
        by=row["by"],
        size=row.get("size", 0),
        country=row.get("country"),
        people=row["people"],
        repeated=row.get("repeated", 0),
        bad_rows=row["bad_rows"],
        bad=tuple(BadRow(**each) for each in row["bad"]),
        columns=tuple(row["columns"]),
        preview=tuple(row["preview"]),
        encoding=row.get("encoding"),
        separator=row.get("separator"),
        trouble=row.get("trouble"),
    )
