"""The kept-and-shown place: what was not understood, word for word."""

import gzip

from tandem.model.events import Kept
from tandem.store import keys
from tandem.store.attribute_values import marshalled
from tandem.store.cursor import closed_cursor
from tandem.store.registers import Merge, Register, Row
from tandem.store.table import Table

COMPRESSED_FROM = 2_000
LONGEST_RAW = 350_000
"""Compressed bytes of `raw` that fit into one row beside the rest (DynamoDB: 400 KB an item).
A longer one is shown cut; the archive holds it whole."""

CHARACTERS_ON_A_PAGE = 1_000_000
"""An answer of Lambda holds 6 MB, and one thing may be as long as a webhook, 3 MB."""


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
        self, tenant: str, *, limit: int, cursor: str | None = None
    ) -> tuple[tuple[Kept, ...], str | None]:
        """What a tenant keeps, newest first. A page ends early rather than hold too much text."""
        page = self._table.page(keys.kept_things(tenant), limit=limit, cursor=cursor)
        shown: list[Kept] = []
        room = CHARACTERS_ON_A_PAGE
        for number, row in enumerate(page.rows):
            kept = _read(row)
            room -= len(kept.raw)
            if room < 0 and shown:
                return tuple(shown), closed_cursor(marshalled(page.rows[number - 1]))
            shown.append(kept)
        return tuple(shown), page.cursor


def packed(raw: str) -> Row:
    """The attributes that hold a text, whole if one row can."""
    if len(raw) < COMPRESSED_FROM:
        return {"raw": raw}
    packed = gzip.compress(raw.encode(), mtime=0)
    if len(packed) <= LONGEST_RAW:
        return {"raw_gz": packed}
    # Half the limit in plain text always fits, however badly it compresses.
    return {"raw": raw.encode()[: LONGEST_RAW // 2].decode(errors="ignore"), "cut": True}


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
