"""Tandem with the lines of the business connected, and every webhook delivered to it."""

import itertools
from collections.abc import Iterator
from unittest.mock import patch

from tandem.model.line import Line, LineState, Mode
from tandem.store import envelope
from tandem.store.lines import Lines
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import ONBOARDED_AT, Workbench
from tests.laws.world.business import PLACES
from tests.laws.world.delivery import Delivery

FIRST_POST_AT = ONBOARDED_AT + 3600
NARROW = 2_000
"""Bytes that a narrow queue takes: larger bodies go through S3, as those above 1 MiB do."""


def connect(lines: Lines) -> None:
    """Connect every line of the world; the workbench has connected the first already."""
    for place in PLACES:
        lines.save_connected(
            Line(
                tenant=place.tenant,
                line=place.line,
                waba=place.waba,
                display_number=place.number,
                mode=Mode.COEXISTENCE,
                state=LineState.ACTIVE,
                onboarded_at=ONBOARDED_AT,
                sync=sync_of(place.line),
            )
        )


def sync_of(line: str) -> str:
    return f"sync-{line}"


def told(delivery: Delivery) -> tuple[Workbench, MemoryTable]:
    """A Tandem of its own that was told all of a delivery, a POST every second."""
    table = MemoryTable()
    # Connected before the bench's own line is, which is older news then.
    connect(Lines(table))
    bench = Workbench(table, clock=_seconds().__next__)
    with patch.object(envelope, "QUEUE_LIMIT", NARROW if delivery.narrow else 1 << 20):
        for body in delivery.bodies:
            assert bench.post(body), "a signed body was refused"
            bench.work()
    return bench, table


def _seconds() -> Iterator[float]:
    # The reception asks for the time more than once a POST.
    return (FIRST_POST_AT + number / 4 for number in itertools.count())
