"""Applying a chunk: once, and at next to nothing when it comes again."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tandem.history.importing import Importing
from tandem.meta.translation import translate
from tandem.model.events import HistoryChunk
from tandem.store.kept import KeptThings
from tandem.store.messages import Messages
from tandem.store.people import People
from tandem.store.syncs import Syncs
from tandem.store.talks import Talks
from tests.fakes.bodies import body
from tests.fakes.memory_table import MemoryTable
from tests.laws.test_a_certificate_is_what_came import PASTS, Chunk


class CountedTable(MemoryTable):
    """Counts what is asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = Counter[str]()

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if callable(found) and not name.startswith("_") and name != "contents":
            self.calls[name] += 1
        return found


@pytest.fixture
def table() -> CountedTable:
    return CountedTable()


def importing(table: CountedTable) -> Importing:
    return Importing(
        messages=Messages(table),
        talks=Talks(table),
        people=People(table),
        syncs=Syncs(table),
        kept=KeptThings(table),
    )


def chunks(*items: Chunk) -> Iterator[HistoryChunk]:
    for event in translate(body("history", history=[item.item for item in items])):
        assert isinstance(event, HistoryChunk)
        yield event


FIRST, SECOND = Chunk(0, 1, 50, tuple(PASTS[:8])), Chunk(0, 2, 100, tuple(PASTS[6:12]))


def test_a_chunk_that_comes_again_costs_one_read_and_no_write(table: CountedTable) -> None:
    (chunk,) = chunks(FIRST)
    assert importing(table).apply("acme", "sync", chunk, 5)
    before = table.contents()
    table.calls.clear()

    assert not importing(table).apply("acme", "sync", chunk, 9)

    assert table.calls == {"get": 1}
    assert table.contents() == before


def test_a_chunk_is_the_same_in_whatever_batch_it_comes() -> None:
    alone, together = [*chunks(FIRST), *chunks(SECOND)], [*chunks(SECOND, FIRST)]

    assert [chunk.digest for chunk in alone] == [chunk.digest for chunk in reversed(together)]
    assert len({chunk.digest for chunk in alone}) == 2


def test_a_replayed_chunk_gives_an_older_receipt_its_days_and_threads(table: CountedTable) -> None:
    (chunk,) = chunks(FIRST)
    importing(table).apply("acme", "sync", chunk, 5)
    whole = table.contents()
    for key in whole:
        if "CHUNK#" in str(key):
            table.update(key, remove=("people", "person_of", "days", "awaited"))
    assert table.contents() != whole

    importing(table).apply("acme", "sync", chunk, 9, done=False)

    assert table.contents() == whole
