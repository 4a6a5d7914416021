"""Law 2: the same webhooks in any order, any number of times, in any batches: the same state."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tandem.store.keys import Key
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import Workbench
from tests.laws.webhooks import batched, changes, deliveries


def state_after(bodies: list[bytes]) -> dict[Key, dict[str, object]]:
    table = MemoryTable()
    Workbench(table).deliver(*bodies)
    return table.contents()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), facts=st.lists(changes, min_size=1, max_size=7))
def test_order_repetition_and_batching_leave_no_trace(
    data: st.DataObject, facts: list[tuple[str, object]]
) -> None:
    one_by_one = state_after([batched([fact], entries=False) for fact in facts])

    otherwise = state_after(data.draw(deliveries(facts)))

    assert otherwise == one_by_one
