"""How far the plan of an edition is made, and what each finished part of it came to.

A plan is made in parts, one after the other. What a part consists of stands in S3 before anybody is
judged, so that a part that is begun twice is the same part; how far the plan is stands in one row,
which moves on only from where it was.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from tandem.model.broadcast import Addressee
from tandem.store import keys
from tandem.store.addressees import named, packed, plain, unpacked
from tandem.store.table import Table

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_PLANS = "plans/"
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reading of the sources stands: which of them, and its own cursor in it."""

    source: int = 0
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Making:
    """How far a plan is made: `part` is the next one, `place` where it begins, None at the end.

    `outside` counts those of the finished parts who are written to outside an open window: they
    count against the account's messaging limit.
    """

    part: int = 0
    place: Place | None = Place()
    outside: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """The people of one part, as their sources gave them, and where those who follow begin."""

    people: tuple[Addressee, ...]
    following: Place | None


@dataclass(frozen=True, slots=True)
class FinishedPart:
    """A part whose rows are written: what it came to, and since when nobody of it waits."""

    number: int
    summary: Mapping[str, Any]
    done_at: int | None = None

    def done(self, wanted_at: int | None) -> bool:
        """Whether it need not be looked through again, though somebody resumed at `wanted_at`."""
        return self.done_at is not None and self.done_at > (wanted_at or 0)


class PlanRows:
    """The progress of every plan, and the summaries of its parts."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def making(self, tenant: str, edition: str) -> Making:
        """How far the plan is; at its beginning when nothing is written."""
        row = self._table.get(keys.plan(tenant, edition))
        if row is None:
            return Making()
        place = Place(row["source"], row.get("cursor")) if "source" in row else None
        return Making(row["part"], place, row["outside"])

    def move_on(
        self, tenant: str, edition: str, *, since: Making, to: Making, summary: Mapping[str, Any]
    ) -> bool:
        """Finish a part: its summary first, then the place of the next. False when somebody else
        was faster.
        """
        part = keys.plan_part(tenant, edition, since.part)
        self._table.insert(part, {"summary": json.dumps(summary, sort_keys=True)})
        place = to.place
        return self._table.update(
            keys.plan(tenant, edition),
            put={
                "part": to.part,
                "outside": to.outside,
                "source": place.source if place else None,
                "cursor": place.cursor if place else None,
            },
            if_equal={"part": since.part or None},
        )

    def parts(self, tenant: str, edition: str) -> list[FinishedPart]:
        """What the finished parts came to, in their order."""
        partition = keys.plan(tenant, edition).pk
        return [
            FinishedPart(number, json.loads(row["summary"]), row.get("done_at"))
            for number, row in enumerate(self._table.rows(partition, prefix=keys.PART_PREFIX))
        ]

    def note_done(self, tenant: str, edition: str, part: int, *, at: int) -> None:
        """Nobody of a part waits any more at `at`."""
        self._table.update(keys.plan_part(tenant, edition, part), put={"done_at": at})


class PlanParts:
    """The parts of plans, and whom they have seen, as objects in S3."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def get(self, tenant: str, edition: str, number: int) -> Part | None:
        """A part that was gathered before."""
        return self._part(_name(tenant, edition, number, "json.gz"))

    def keep(self, tenant: str, edition: str, number: int, part: Part) -> Part:
        """Keep a part that was gathered; the one that is kept, if somebody was faster."""
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=_name(tenant, edition, number, "json.gz"),
                Body=packed(_said(part)),
                IfNoneMatch="*",
            )
        except ClientError as refusal:
            if refusal.response["Error"]["Code"] not in _TAKEN:
                raise
            return self.get(tenant, edition, number) or part
        return part

    def begun(self, tenant: str, edition: str, number: int) -> Part | None:
        """What was gathered of a part when there was no time for more."""
        return self._part(_name(tenant, edition, number, "begun.json.gz"))

    def keep_begun(self, tenant: str, edition: str, number: int, part: Part) -> None:
        """Keep what is gathered of a part so far; whoever goes on begins where it ends."""
        name = _name(tenant, edition, number, "begun.json.gz")
        self._client.put_object(Bucket=self._bucket, Key=name, Body=packed(_said(part)))

    def keep_seen(self, tenant: str, edition: str, number: int, seen: bytes) -> None:
        """Keep the fingerprints of everybody whom a part includes."""
        name = _name(tenant, edition, number, "seen")
        self._client.put_object(Bucket=self._bucket, Key=name, Body=seen)

    def seen(self, tenant: str, edition: str, parts: Iterable[int]) -> bytes:
        """The fingerprints of everybody whom these finished parts include."""
        return b"".join(self._read(_name(tenant, edition, part, "seen")) or b"" for part in parts)

    def _part(self, name: str) -> Part | None:
        body = self._read(name)
        return _part(unpacked(body)) if body is not None else None

    def _read(self, name: str) -> bytes | None:
        try:
            return self._client.get_object(Bucket=self._bucket, Key=name)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            raise


def _name(tenant: str, edition: str, part: int, kind: str) -> str:
    return f"{_PLANS}{tenant}/{edition}/{part:05d}.{kind}"


def _said(part: Part) -> dict[str, Any]:
    following = part.following
    return {
        "people": plain(part.people),
        "following": [following.source, following.cursor] if following else None,
    }


def _part(said: Mapping[str, Any]) -> Part:
    following: Sequence[Any] | None = said["following"]
    return Part(
        people=named(said["people"]),
        following=Place(*following) if following else None,
    )
