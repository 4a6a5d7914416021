"""The kept-and-shown place: what was not understood, word for word."""

import gzip
from collections.abc import Iterator
from typing import NamedTuple

from tandem.model.events import Kept
from tandem.store import keys
from tandem.store.attribute_values import marshalled
from tandem.store.cursor import closed_cursor
from tandem.store.kinds import name_of
from tandem.store.registers import Merge, Register, Row
from tandem.store.table import Table

COMPRESSED_FROM = 2_000
LONGEST_RAW = 350_000
"""Compressed bytes of `raw` that fit into one row beside the rest (DynamoDB: 400 KB an item).
A longer one is shown cut; the archive holds it whole."""

ROWS_ON_A_PAGE = 100
CHARACTERS_ON_A_PAGE = 1_000_000
"""An answer of Lambda holds 6 MB, and one thing may be as long as a webhook, 3 MB."""


class Shown(NamedTuple):
    """A kept thing with the bodies of the archive that it is known to have come in. It waits for
    its line if it is a whole body for a number that nobody has connected.
    """

    id: str
    kept: Kept
    archived: frozenset[str]
    resolved_at: int | None
    waits: bool


class KeptThings:
    """Kept things of every tenant; those of nobody yet belong to `keys.SYSTEM`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(
        self, tenant: str, kept: Kept, received_at: int, *, archived: str | None = None
    ) -> None:
        """Keep one thing. The same thing kept again is the same row, and is shown again.

        `archived` is the body it came with: what was kept can be worked on again from there.
        """
        merge = Merge(
            (Register("received_at", received_at, "earliest"),),
            firsts={
                "group": keys.kept_things(tenant),
                "moment": keys.moment(kept.at, kept.id),
                "reason": kept.reason,
                "what": kept.what,
                "at": kept.at,
                **{
                    name: value
                    for name, value in (
                        ("line", kept.line),
                        ("waba", kept.waba),
                        ("detail", kept.detail),
                    )
                    if value is not None
                },
                **packed(kept.raw),
            },
            members={"archived": frozenset({archived})} if archived else {},
        )
        self._table.merge(keys.kept(tenant, kept.id), merge)

    def page(
        self,
        tenant: str,
        *,
        limit: int,
        cursor: str | None = None,
        reason: str | None = None,
        what: str | None = None,
    ) -> tuple[tuple[Kept, ...], str | None]:
        """What a tenant keeps, newest first. A page ends early rather than hold too much text, and
        holds less than `limit` where a `reason` or a `what` leaves things out.
        """
        page = self._table.page(keys.kept_things(tenant), limit=limit, cursor=cursor)
        shown: list[Kept] = []
        room = CHARACTERS_ON_A_PAGE
        for number, row in enumerate(page.rows):
            if reason not in (None, row["reason"]) or what not in (None, row["what"]):
                continue
            kept = _read(row)
            room -= len(kept.raw)
            if room < 0 and shown:
                return tuple(shown), closed_cursor(marshalled(page.rows[number - 1]))
            shown.append(kept)
        return tuple(shown), page.cursor

    def every(self, tenant: str) -> Iterator[Shown]:
        """All that a tenant keeps and that is not resolved, newest first."""
        cursor = None
        while True:
            page = self._table.page(keys.kept_things(tenant), limit=ROWS_ON_A_PAGE, cursor=cursor)
            yield from map(_shown, page.rows)
            cursor = page.cursor
            if cursor is None:
                return

    def get(self, tenant: str, id_: str) -> Shown | None:
        """One kept thing, resolved or not."""
        row = self._table.get(keys.kept(tenant, id_))
        return _shown(row) if row else None

    def resolve(self, tenant: str, id_: str, *, at: int) -> None:
        """It is understood now and leaves the list. Kept once more, it is shown again."""
        self._table.update(
            keys.kept(tenant, id_),
            put={"resolved_at": at},
            remove=("group", "moment"),
            if_present=("reason",),
        )


def packed(raw: str) -> Row:
    """The attributes that hold a text, whole if one row can."""
    if len(raw) < COMPRESSED_FROM:
        return {"raw": raw}
    packed = gzip.compress(raw.encode(), mtime=0)
    if len(packed) <= LONGEST_RAW:
        return {"raw_gz": packed}
    # Half the limit in plain text always fits, however badly it compresses.
    return {"raw": raw.encode()[: LONGEST_RAW // 2].decode(errors="ignore"), "cut": True}


def _shown(row: Row) -> Shown:
    archived = row.get("archived", frozenset())
    waits = isinstance(archived, str)
    # A text that was cut gives another id than the whole did.
    kept = _read(row)
    return Shown(
        kept.id if waits else name_of(keys.Key(row["pk"], row["sk"])),
        kept,
        frozenset({archived}) if waits else archived,
        row.get("resolved_at") if "group" not in row else None,
        waits,
    )


def _read(row: Row) -> Kept:
    raw = gzip.decompress(row["raw_gz"]).decode() if "raw_gz" in row else str(row.get("raw", ""))
    return Kept(
        reason=row["reason"],
        what=row["what"],
        raw=raw,
        at=row["at"],
        line=row.get("line"),
        waba=row.get("waba"),
        detail=row.get("detail"),
    )
