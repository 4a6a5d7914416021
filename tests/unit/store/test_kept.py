"""What is kept and shown: once, at its first time, whole where a row can hold it."""

import random

from tandem.model.events import Kept
from tandem.store.kept import KeptThings
from tests.fakes.memory_table import MemoryTable

NOTICE = Kept("unknown_field", "calls", '{"x":1}', at=50, line="101")


def test_a_thing_that_comes_again_is_one_thing_received_at_its_first_time() -> None:
    def state(*moments: int) -> object:
        table = MemoryTable()
        for moment in moments:
            KeptThings(table).keep("acme", NOTICE, moment)
        return table.contents()

    assert state(100, 200) == state(200, 100, 200) == state(100)


def test_many_long_texts_are_shown_on_more_pages_than_were_asked_for() -> None:
    kept = KeptThings(MemoryTable())
    texts = {str(number) * 400_000 for number in range(6)} | {"9" * 2_900_000}
    for number, text in enumerate(sorted(texts)):
        kept.keep("acme", Kept("malformed", "body", text, at=number), 5)

    pages = _pages(kept)

    assert sorted(raw for page in pages for raw in page) == sorted(texts)
    assert all(len(page) == 1 or sum(map(len, page)) <= 1_000_000 for page in pages)


def test_a_long_text_is_shown_whole_and_one_that_no_row_can_hold_is_shown_cut() -> None:
    kept = KeptThings(MemoryTable())
    noise = random.Random(7).randbytes(600_000).hex()
    for text in ("x" * 900_000, noise):
        kept.keep("acme", Kept("malformed", "body", text), 5)

    shown = [raw for page in _pages(kept) for raw in page]

    assert {len(raw) for raw in shown} == {900_000, 175_000}
    assert all(raw in ("x" * 900_000, noise[:175_000]) for raw in shown)


def _pages(kept: KeptThings) -> list[list[str]]:
    """The texts of everything that is kept, page by page."""
    pages: list[list[str]] = []
    cursor: str | None = None
    while not pages or cursor is not None:
        shown, cursor = kept.page("acme", limit=100, cursor=cursor)
        pages.append([one.raw for one in shown])
    return pages
