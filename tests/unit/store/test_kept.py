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


def test_a_long_text_is_shown_whole_and_one_that_no_row_can_hold_is_shown_cut() -> None:
    kept = KeptThings(MemoryTable())
    noise = random.Random(7).randbytes(600_000).hex()
    for text in ("x" * 900_000, noise):
        kept.keep("acme", Kept("malformed", "body", text), 5)

    shown = [one.raw for one in kept.page("acme", limit=10)[0]]

    assert {len(raw) for raw in shown} == {900_000, 175_000}
    assert all(raw in ("x" * 900_000, noise[:175_000]) for raw in shown)
