"""The gate: what was late does not make its successor early."""

import time as real_time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tandem.broadcasts.sending.gate import Gate
from tests.fakes.broadcast_world import SleepingTime


def call(gate: Gate, time: SleepingTime, *, takes: float) -> float:
    """One call through the gate; when it begins."""
    with gate.passage():
        begun = time.now
        time.now += takes
    return begun


def test_calls_within_the_rate_pass_at_once() -> None:
    time = SleepingTime(0.0)
    gate = Gate(3, time.clock, time.sleep)

    begun = [call(gate, time, takes=0.1) for _ in range(3)]

    assert begun == pytest.approx([0, 0.1, 0.2])


def test_the_successor_of_a_slow_call_waits_for_what_the_slow_one_may_have_lost_on_its_way() -> (
    None
):
    time = SleepingTime(0.0)
    gate = Gate(2, time.clock, time.sleep)
    call(gate, time, takes=0.5)
    call(gate, time, takes=0.1)

    begun = call(gate, time, takes=0.1)

    assert begun == pytest.approx(0.5 - 0.1 + 1)


def test_a_call_that_meta_does_not_answer_holds_nobody() -> None:
    time = SleepingTime(0.0)
    gate = Gate(1, time.clock, time.sleep)

    with gate.passage():
        begun = call(gate, time, takes=0.1)

    assert begun == 0


def test_a_call_that_fails_leaves_the_gate_as_any_other() -> None:
    time = SleepingTime(0.0)
    gate = Gate(1, time.clock, time.sleep)
    with pytest.raises(ValueError, match="no"), gate.passage():
        raise ValueError("no")

    assert call(gate, time, takes=0.1) == pytest.approx(1)


def test_threads_that_come_at_once_leave_a_second_apart() -> None:
    gate = Gate(5, real_time.monotonic, real_time.sleep)
    begun: list[float] = []

    def one() -> None:
        with gate.passage():
            begun.append(real_time.monotonic())

    with ThreadPoolExecutor(10) as crew:
        for _ in range(5):
            crew.submit(one)
        real_time.sleep(0.05)
        for _ in range(5):
            crew.submit(one)

    begun.sort()
    assert all(later - earlier >= 0.99 for earlier, later in zip(begun, begun[5:], strict=False))
