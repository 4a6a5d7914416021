"""Whatever came, in whatever order: what was filed is what a replay rebuilds, and a replay of a
table that lost or mixed up any of its rows puts it right.
"""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tandem.store.keys import Key
from tests.fakes.memory_table import MemoryTable
from tests.fakes.replays import NOW, replay, work
from tests.fakes.workbench import Workbench
from tests.laws.webhooks import changes, deliveries


def state(table: MemoryTable) -> dict[Key, dict[str, Any]]:
    """What is in the table, but for the names of the bodies in which a kept thing came."""
    return {
        key: {name: value for name, value in row.items() if name != "archived"}
        for key, row in table.contents().items()
    }


SLOW = [HealthCheck.too_slow]


@settings(max_examples=80, deadline=None, suppress_health_check=SLOW)
@given(data=st.data(), facts=st.lists(changes, min_size=1, max_size=7))
def test_what_was_filed_is_what_is_rebuilt(
    data: st.DataObject, facts: list[tuple[str, object]]
) -> None:
    table = MemoryTable()
    bench = Workbench(table)
    bench.deliver(*data.draw(deliveries(facts)))
    work(bench)
    before = table.contents()

    found = replay(bench).difference()

    assert found.changes == ()
    assert table.contents() == before


@settings(max_examples=80, deadline=None, suppress_health_check=SLOW)
@given(data=st.data(), facts=st.lists(changes, min_size=1, max_size=7))
def test_whatever_was_lost_or_mixed_up_is_put_right(
    data: st.DataObject, facts: list[tuple[str, object]]
) -> None:
    table = MemoryTable()
    bench = Workbench(table)
    bench.deliver(*data.draw(deliveries(facts)))
    before = state(table)
    rows = sorted(key for key in before if key.sk in ("MSG", "TALK", "KEPT", "PERSON"))
    for key in data.draw(st.lists(st.sampled_from(rows), unique=True)) if rows else ():
        if data.draw(st.booleans()):
            table.delete(key)
        elif "content" in before[key]:
            table.update(key, put={"text": "mixed up"})

    replay(bench).apply(take_away=True, at=NOW)

    assert state(table) == before
    assert replay(bench).difference().changes == ()
