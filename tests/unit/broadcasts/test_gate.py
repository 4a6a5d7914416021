"""The gate: what was late does not make its successor early."""

import pytest

from tandem.broadcasts.sending.gate import REACH_SECONDS, Gate, InSlot
from tandem.meta.outgoing import SendBody
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, TENANT, SleepingTime


def call(gate: Gate, time: SleepingTime, slot: float, *, takes: float = 0.1) -> float:
    """One call through the gate, not before its slot; when it begins."""
    time.now = max(time.now, slot, gate.opens_at(slot))
    with gate.passage(slot):
        begun = time.now
        time.now += takes
    return begun


def test_calls_in_their_slots_pass_at_once() -> None:
    time = SleepingTime(0.0)
    gate = Gate(time.clock)
    slots = [0.0, REACH_SECONDS / 2, REACH_SECONDS, REACH_SECONDS * 3 / 2]

    assert [call(gate, time, slot) for slot in slots] == pytest.approx(slots)


def test_a_call_waits_for_what_the_slow_one_a_second_before_it_may_have_lost_on_its_way() -> None:
    time = SleepingTime(0.0)
    gate = Gate(time.clock)
    call(gate, time, 0.0, takes=0.5)
    between = call(gate, time, 0.6)

    begun = call(gate, time, REACH_SECONDS)

    assert between == 0.6, "fewer slots than the rate lie between them"
    assert begun == pytest.approx(0.5 - 0.1 + 1)


def test_a_call_that_was_late_holds_the_one_a_second_behind_whatever_lies_between() -> None:
    """Half of the slots are a reply's, whose calls are made elsewhere."""
    time = SleepingTime(0.0)
    gate = Gate(time.clock)
    time.now = 0.3
    late = call(gate, time, 0.0)

    assert (late, call(gate, time, REACH_SECONDS)) == pytest.approx((0.3, 1.3))


def test_a_call_that_meta_does_not_answer_holds_nobody() -> None:
    time = SleepingTime(0.0)
    gate = Gate(time.clock)

    with gate.passage(0.0):
        begun = call(gate, time, REACH_SECONDS)

    assert begun == REACH_SECONDS


def test_a_call_that_fails_leaves_the_gate_as_any_other() -> None:
    time = SleepingTime(0.5)
    gate = Gate(time.clock)
    with pytest.raises(ValueError, match="no"), gate.passage(0.0):
        raise ValueError("no")

    assert gate.opens_at(REACH_SECONDS) == pytest.approx(1.5)


def test_a_call_whose_slot_is_missed_goes_in_another_and_leaves_the_gate_under_that_one() -> None:
    stage = Stage()
    line = stage.lines.get(TENANT, LINE)
    assert line is not None
    slot = stage.pace.reserve(TENANT, LINE, rate=20, count=4, people=False).at
    gate = Gate(stage.time.clock)
    stage.time.now = late = slot + 2

    InSlot(stage.meta, line, stage.pace, gate, slot).send(LINE, SendBody("phone:1", "text", {}))

    assert [call.at for call in stage.meta.calls] == [late]
    assert gate.opens_at(slot + REACH_SECONDS) < 0, "nobody called in the slot that was given up"
    assert gate.opens_at(late + REACH_SECONDS) == late + 1


def test_a_call_in_its_slot_is_held_by_the_one_before_it() -> None:
    stage = Stage()
    line = stage.lines.get(TENANT, LINE)
    assert line is not None
    gate = Gate(stage.time.clock)
    slow, slot = stage.time.now, stage.time.now + 2
    with gate.passage(slow - REACH_SECONDS):
        pass
    with gate.passage(slow):
        stage.time.now = slot - 0.9

    InSlot(stage.meta, line, stage.pace, gate, slot).send(LINE, SendBody("phone:1", "text", {}))

    assert [call.at for call in stage.meta.calls] == pytest.approx([slot + 0.1], abs=1e-3)
