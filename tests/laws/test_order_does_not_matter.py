"""Law 2: the same webhooks in any order, any number of times, in any batches: the same state."""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tandem.store.keys import Key
from tandem.store.lines import Reading
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import LINE, ONBOARDED_AT, TENANT, Workbench
from tests.laws.webhooks import KINDS_OF_NOTICES, batched, changes, deliveries, notices


def state_after(bodies: list[bytes]) -> dict[Key, dict[str, object]]:
    table = MemoryTable()
    Workbench(table).deliver(*bodies)
    # Of a kept thing the table knows in which bodies it came, and those are not the same ones.
    return {
        key: {name: value for name, value in row.items() if name != "archived"}
        for key, row in table.contents().items()
    }


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), facts=st.lists(changes, min_size=1, max_size=7))
def test_order_repetition_and_batching_leave_no_trace(
    data: st.DataObject, facts: list[tuple[str, object]]
) -> None:
    one_by_one = state_after([batched([fact], entries=False) for fact in facts])

    otherwise = state_after(data.draw(deliveries(facts)))

    assert otherwise == one_by_one


READINGS = [
    (
        ONBOARDED_AT + seconds,
        Reading(messaging_limit=limit, name_status="APPROVED", quality="GREEN"),
    )
    for seconds, limit in ((-1, 250), (1, 2000), (50, 10_000))
]


@settings(max_examples=150, deadline=None)
@given(
    told=st.integers(0, KINDS_OF_NOTICES - 1).flatmap(
        lambda kind: st.lists(notices(of=kind), min_size=2, max_size=5)
    ),
    readings=st.sets(st.sampled_from(range(len(READINGS)))),
    data=st.data(),
)
def test_announcements_and_readings_of_a_line_come_in_any_order(
    told: list[tuple[str, object]], readings: set[int], data: st.DataObject
) -> None:
    facts = [*(batched([fact], entries=False) for fact in told), *readings]

    otherwise = data.draw(st.permutations([*facts, *facts[:2]]))

    states = [line_after(order) for order in (facts, facts[::-1], otherwise)]

    assert states[0] == states[1] == states[2]


def line_after(facts: Sequence[bytes | int]) -> dict[Key, dict[str, object]]:
    """Bodies are delivered; a number is one of `READINGS`, kept."""
    table = MemoryTable()
    bench = Workbench(table)
    for fact in facts:
        if isinstance(fact, int):
            at, reading = READINGS[fact]
            bench.lines.note_reading(TENANT, LINE, reading, at=at)
        else:
            bench.deliver(fact)
    return table.contents()
