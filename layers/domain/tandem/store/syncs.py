"""Syncs: what is known of an import, and a receipt for every chunk that was applied."""

from collections.abc import Iterable, Mapping

from tandem.model.events import HistoryChunk, HistoryDeclined
from tandem.model.sync import Receipt, SyncFacts
from tandem.store import keys
from tandem.store.keys import Key
from tandem.store.registers import Merge, Register, Row
from tandem.store.table import Table

BYTES_IN_A_ROW = 320_000
"""What fits into one row beside the rest (DynamoDB: 400 KB an item)."""

COLUMNS = ("fingerprints", "people", "person_of", "days", "awaited")
"""The attributes of a receipt that have a few bytes for each message."""

_BEHIND = "/"
"""Between the key of a receipt and the number of a row behind it."""


class Syncs:
    """The sync rows of every tenant."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._contacts_from: dict[Key, int] = {}

    def open(self, tenant: str, line: str, sync: str, at: int) -> None:
        """An onboarding begins its sync."""
        merge = Merge((Register("opened_at", at, "earliest"),))
        self._table.merge(keys.sync(tenant, line, sync), merge)

    def opened_at(self, tenant: str, line: str, sync: str) -> int:
        """When an onboarding began its sync; 0 when that is not known."""
        return int((self._table.get(keys.sync(tenant, line, sync)) or {}).get("opened_at", 0))

    def note_contacts(self, tenant: str, line: str, sync: str, received_at: int) -> None:
        """Contacts have begun to come. What this process knows already costs nothing."""
        key = keys.sync(tenant, line, sync)
        if self._contacts_from.get(key, received_at + 1) <= received_at:
            return
        self._table.merge(key, Merge((Register("contacts_from", received_at, "earliest"),)))
        self._contacts_from[key] = received_at

    def note_declined(
        self, tenant: str, line: str, sync: str, declined: HistoryDeclined, received_at: int
    ) -> None:
        """The owner did not share the history; Meta's own words are kept, and when they came."""
        words = f"{declined.code} {declined.title}: {declined.detail or 'no details'}"
        merge = Merge(
            (
                Register("declined", words, "earliest"),
                Register("declined_at", received_at, "earliest"),
            )
        )
        self._table.merge(keys.sync(tenant, line, sync), merge)

    def has_receipt(self, tenant: str, sync: str, chunk: HistoryChunk) -> bool:
        """Whether a chunk with this place and this content was applied completely."""
        return self._table.get(self.receipt_key(tenant, sync, chunk)) is not None

    @staticmethod
    def receipt_key(tenant: str, sync: str, chunk: HistoryChunk) -> Key:
        """Where the receipt of a chunk stands once the chunk is applied."""
        return keys.chunk(
            tenant,
            chunk.line,
            sync,
            phase=chunk.phase,
            order=chunk.chunk_order,
            digest=chunk.digest,
        )

    def write_receipt(
        self, tenant: str, line: str, sync: str, *, receipt: Receipt, received_at: int
    ) -> None:
        """Say that a chunk was applied; called when nothing of it is left to do.

        What one row cannot hold stands in rows behind it, which are written first.
        """
        key = _key(tenant, line, sync, receipt)
        held, *more = _in_rows({name: getattr(receipt, name) for name in COLUMNS})
        for number, part in enumerate(more, 1):
            behind = Key(key.pk, f"{key.sk}{_BEHIND}{number:02d}")
            self._table.merge(behind, Merge(firsts=part))
        merge = Merge(
            (Register("received_at", received_at, "earliest"),),
            firsts={
                "progress": receipt.progress,
                "messages": receipt.messages,
                "threads": receipt.threads,
                "placeholders": receipt.placeholders,
                "kept": receipt.kept,
                "oldest_at": receipt.oldest_at,
                "newest_at": receipt.newest_at,
                **held,
            },
        )
        self._table.merge(key, merge)

    def read(self, tenant: str, line: str, sync: str) -> tuple[SyncFacts, tuple[Receipt, ...]]:
        """All that is known of one sync: its facts and its receipts in order of phase and place."""
        key = keys.sync(tenant, line, sync)
        rows = {row["sk"]: row for row in self._table.rows(key.pk)}
        facts = rows.pop(key.sk, {})
        behind = {sk: row for sk, row in rows.items() if _BEHIND in sk}
        receipts = [row for sk, row in rows.items() if sk not in behind]
        return (
            _facts(sync, facts, [row["received_at"] for row in receipts]),
            tuple(_read(row, behind) for row in receipts),
        )


def _facts(sync: str, row: Row, received: Iterable[int]) -> SyncFacts:
    times = sorted(received)
    return SyncFacts(
        sync=sync,
        opened_at=row.get("opened_at"),
        contacts_from=row.get("contacts_from"),
        declined=row.get("declined"),
        declined_at=row.get("declined_at"),
        first_chunk_at=times[0] if times else None,
        last_chunk_at=times[-1] if times else None,
    )


def _key(tenant: str, line: str, sync: str, receipt: Receipt) -> Key:
    return keys.chunk(
        tenant,
        line,
        sync,
        phase=receipt.phase,
        order=receipt.chunk_order,
        digest=receipt.digest,
    )


def _in_rows(columns: Mapping[str, bytes]) -> list[dict[str, bytes]]:
    """The columns in pieces that rows can hold: at least one row. Each goes on where it was cut."""
    rows: list[dict[str, bytes]] = [{}]
    room = BYTES_IN_A_ROW
    for name, column in columns.items():
        left = column
        while left:
            if not room:
                rows.append({})
                room = BYTES_IN_A_ROW
            rows[-1][name], left = left[:room], left[room:]
            room -= len(rows[-1][name])
    return rows


def _read(row: Row, behind: Mapping[str, Row]) -> Receipt:
    # They come in the order of their keys, and so in the order in which they were cut.
    parts = [row, *(each for sk, each in behind.items() if sk.startswith(row["sk"] + _BEHIND))]
    phase, order, digest = row["sk"].removeprefix(keys.CHUNK_PREFIX).split("#")
    return Receipt(
        phase=int(phase),
        chunk_order=int(order),
        progress=row["progress"],
        digest=digest,
        messages=row["messages"],
        threads=row["threads"],
        placeholders=row["placeholders"],
        kept=row["kept"],
        oldest_at=row["oldest_at"],
        newest_at=row["newest_at"],
        **{name: b"".join(part.get(name, b"") for part in parts) for name in COLUMNS},
    )
