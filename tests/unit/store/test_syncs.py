"""Receipts of an import, as they are stored."""

import pytest

from tandem.model.events import HistoryChunk
from tandem.model.sync import Receipt
from tandem.store.syncs import Syncs
from tandem.store.table import Table
from tests.fakes.memory_table import MemoryTable

SYNC = ("acme", "101", "first")


def receipt(order: int, *, messages: int) -> Receipt:
    return Receipt(
        phase=1,
        chunk_order=order,
        progress=50,
        digest=f"{order:020x}",
        messages=messages,
        threads=1,
        placeholders=0,
        kept=0,
        oldest_at=1,
        newest_at=2,
        fingerprints=b"".join(number.to_bytes(8) for number in range(messages)),
        people=b"somebody",
        person_of=bytes(4 * messages),
        days=b"ab" * messages,
        awaited=b"5 wamid.1\n6 wamid.2",
    )


@pytest.mark.parametrize("moments", [(5, 9), (9, 5)], ids=["in order", "the other way round"])
def test_the_first_that_was_heard_of_contacts_and_of_a_chunk_stays(
    moments: tuple[int, int],
) -> None:
    syncs = Syncs(MemoryTable())

    for moment in moments:
        syncs.note_contacts(*SYNC, received_at=moment)
        syncs.write_receipt(*SYNC, receipt=receipt(1, messages=1), received_at=moment)

    facts, _ = syncs.read(*SYNC)
    assert (facts.contacts_from, facts.first_chunk_at, facts.last_chunk_at) == (5, 5, 5)


@pytest.mark.parametrize("messages", [0, 1, 40_000, 90_000])
def test_a_chunk_of_ever_so_many_messages_has_a_receipt(table: Table, messages: int) -> None:
    syncs = Syncs(table)
    small, large = receipt(1, messages=3), receipt(2, messages=messages)

    for one in (large, small, large):
        syncs.write_receipt(*SYNC, receipt=one, received_at=5)

    facts, receipts = syncs.read(*SYNC)
    assert receipts == (small, large)
    for one, there in ((large, True), (receipt(3, messages=1), False)):
        assert syncs.has_receipt(SYNC[0], SYNC[2], chunk_of(one)) is there
    assert (facts.first_chunk_at, facts.last_chunk_at) == (5, 5)


def chunk_of(told: Receipt) -> HistoryChunk:
    """A chunk that has this receipt."""
    return HistoryChunk(
        line=SYNC[1],
        phase=told.phase,
        chunk_order=told.chunk_order,
        progress=told.progress,
        threads=told.threads,
        digest=told.digest,
    )
