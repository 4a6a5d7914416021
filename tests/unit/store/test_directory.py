"""Whose a number is: remembered for a while, but only once it is somebody's."""

from typing import Any

from tandem.model.line import Line, LineState, Mode
from tandem.store.directory import REMEMBERED_SECONDS, Directory
from tandem.store.keys import Key
from tandem.store.lines import Lines
from tests.fakes.memory_table import MemoryTable


class Counting(MemoryTable):
    reads = 0

    def get(self, key: Key) -> dict[str, Any] | None:
        self.reads += 1
        return super().get(key)


def connect(table: MemoryTable) -> None:
    Lines(table).save_connected(
        Line(
            tenant="acme",
            line="101",
            waba="901",
            display_number="15550100001",
            mode=Mode.COEXISTENCE,
            state=LineState.ACTIVE,
            onboarded_at=1,
            sync="s",
        )
    )


def test_a_number_is_known_from_the_moment_of_its_connection() -> None:
    table = MemoryTable()
    directory = Directory(Lines(table), clock=lambda: 0.0)
    before = (directory.route_of_phone("101"), directory.route_of_waba("901"))

    connect(table)

    found = (directory.route_of_phone("101"), directory.route_of_waba("901"))
    assert before == (None, None)
    assert [route and route.tenant for route in found] == ["acme", "acme"]


def test_what_is_known_is_asked_again_after_a_while_and_not_before() -> None:
    table, now = Counting(), [0.0]
    connect(table)
    directory = Directory(Lines(table), clock=lambda: now[0])

    reads = []
    for now[0] in (0.0, 1.0, REMEMBERED_SECONDS - 1, REMEMBERED_SECONDS + 1):
        before = table.reads
        directory.route_of_phone("101")
        reads.append(table.reads - before)

    assert reads == [1, 0, 0, 1]


def test_the_line_itself_is_never_remembered() -> None:
    table = Counting()
    connect(table)
    directory = Directory(Lines(table), clock=lambda: 0.0)
    before = table.reads

    for _ in range(3):
        directory.get("acme", "101")

    assert table.reads - before == 3
