"""The budget of a line: never more than the rate, nearly all of it, and people first."""

import heapq
import math
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.store.pace import BLOCK_SECONDS, HEADROOM, LEAD_SECONDS, Pace, block_size
from tests.fakes.broadcast_world import LINE, TENANT, SleepingTime
from tests.fakes.memory_table import MemoryTable

PEOPLES_SHARE = 0.65
"""Replies in a second, as a share of the rate, up to which each of them goes within a second."""


@dataclass
class Traffic:
    """What happened in a simulated stretch of time (seconds from its begin)."""

    broadcast: list[float] = field(default_factory=list)
    people: list[tuple[float, float]] = field(default_factory=list)
    calls: int = 0

    @property
    def sends(self) -> list[float]:
        return sorted([*self.broadcast, *(sent for _, sent in self.people)])


def simulate(*, rate: int, lanes: int, arrivals: list[float], seconds: float) -> Traffic:
    """Senders that always have work, and people at their times, each a process of its own."""
    table, time, traffic = CountingTable(), SleepingTime(0.0), Traffic()
    paces = [Pace(table, time.clock, time.sleep) for _ in range(lanes + 1)]
    events = [(0.0, lane) for lane in range(1, lanes + 1)] + [(at, 0) for at in arrivals]
    heapq.heapify(events)
    while events:
        time.now, who = heapq.heappop(events)
        if time.now > seconds:
            break
        if who == 0:
            traffic.people.append((time.now, paces[0].next_slot(TENANT, LINE, rate=rate)))
            continue
        turn = paces[who].reserve(TENANT, LINE, rate=rate, count=50, people=False)
        traffic.broadcast += [turn.at + place * turn.step for place in range(turn.count)]
        heapq.heappush(events, (max(turn.at if not turn.count else 0.0, time.now), who))
    traffic.calls = table.calls
    return traffic


class CountingTable(MemoryTable):
    calls = 0

    def get(self, key):  # type: ignore[no-untyped-def]
        self.calls += 1
        return super().get(key)

    def update(self, key, **how):  # type: ignore[no-untyped-def]
        self.calls += 1
        return super().update(key, **how)


def most_in_a_second(sends: list[float]) -> int:
    """The most sends that any sliding second sees."""
    most = first = 0
    for last, at in enumerate(sends):
        while sends[first] <= at - 1:
            first += 1
        most = max(most, last - first + 1)
    return most


@st.composite
def replies(draw: st.DrawFn, rate: int) -> list[float]:
    """Times of replies over four seconds, in bursts, within people's share of any second."""
    share = int(rate * PEOPLES_SHARE)
    bursts = draw(st.lists(st.tuples(st.floats(0, 4), st.integers(1, max(1, share))), max_size=8))
    times: list[float] = []
    for at, count in sorted(bursts):
        recent = sum(1 for time in times if time > at - 1)
        times += [at] * min(count, max(0, share - recent))
    return times


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from([5, 20, 80, 300]), st.integers(1, 3))
def test_no_second_sees_more_than_the_rate_and_people_go_within_one(
    data: st.DataObject, rate: int, lanes: int
) -> None:
    arrivals = data.draw(replies(rate))

    traffic = simulate(rate=rate, lanes=lanes, arrivals=arrivals, seconds=5.0)

    assert most_in_a_second(traffic.sends) <= rate
    assert max((sent - asked for asked, sent in traffic.people), default=0) <= 1.0
    used = len([at for at in traffic.sends if at <= 5.0]) / 5.0
    assert used >= 0.97 * rate


@pytest.mark.parametrize("rate", [20, 80, 1000])
def test_nearly_all_of_the_rate_is_used_with_fewer_table_calls_than_messages(rate: int) -> None:
    traffic = simulate(rate=rate, lanes=math.ceil(rate / 80), arrivals=[], seconds=10.0)

    sends = [at for at in traffic.sends if at < 10]
    assert 0.97 * rate <= len(sends) / 10 <= rate
    assert most_in_a_second(sends) <= rate
    assert traffic.calls < len(sends)


def test_a_reply_on_an_idle_line_goes_at_once() -> None:
    time = SleepingTime()
    pace = Pace(MemoryTable(), time.clock, time.sleep)

    assert pace.next_slot(TENANT, LINE, rate=20) == time.now


def test_a_reply_waits_for_one_block_at_most() -> None:
    time = SleepingTime()
    table = MemoryTable()
    sender = Pace(table, time.clock, time.sleep)
    while sender.reserve(TENANT, LINE, rate=20, count=50, people=False).count:
        pass

    slot = Pace(table, time.clock, time.sleep).next_slot(TENANT, LINE, rate=20)

    assert 0 < slot - time.now <= BLOCK_SECONDS + LEAD_SECONDS


def test_a_broadcast_stands_behind_every_reply_that_is_waiting() -> None:
    time = SleepingTime()
    pace = Pace(MemoryTable(), time.clock, time.sleep)
    for _ in range(10):
        last = pace.next_slot(TENANT, LINE, rate=20)

    turn = pace.reserve(TENANT, LINE, rate=20, count=5, people=False)

    assert turn.count == 0
    assert turn.at == pytest.approx(last + turn.step - LEAD_SECONDS, abs=1e-3)


def test_when_meta_throttles_everybody_waits_and_people_go_first() -> None:
    time = SleepingTime()
    table = MemoryTable()
    sender, api = (Pace(table, time.clock, time.sleep) for _ in range(2))
    sender.reserve(TENANT, LINE, rate=20, count=1, people=False)

    until = sender.back_off(TENANT, LINE, begun_at=time.now)
    first = api.next_slot(TENANT, LINE, rate=20)
    told = sender.reserve(TENANT, LINE, rate=20, count=5, people=False)
    time.now = told.at
    turn = sender.reserve(TENANT, LINE, rate=20, count=5, people=False)

    assert (told.count, first) == (0, until)
    assert turn.at == pytest.approx(until + turn.step, abs=1e-3)


def test_a_stray_refusal_makes_a_pause_that_nobody_feels() -> None:
    time = SleepingTime()
    pace = Pace(MemoryTable(), time.clock, time.sleep)

    assert pace.back_off(TENANT, LINE, begun_at=time.now) - time.now == 0.125
    time.now += 1
    assert pace.back_off(TENANT, LINE, begun_at=time.now) - time.now == 0.125


def test_pauses_grow_while_meta_throttles_and_begin_anew_after_a_calm() -> None:
    time = SleepingTime()
    pace = Pace(MemoryTable(), time.clock, time.sleep)
    pauses = []

    for _ in range(10):
        until = pace.back_off(TENANT, LINE, begun_at=time.now)
        assert pace.back_off(TENANT, LINE, begun_at=time.now) == until, "one burst is one pause"
        pauses.append(round(until - time.now, 3))
        time.now = until + 0.3
    time.now += 60

    assert pauses == [0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 32]
    assert pace.back_off(TENANT, LINE, begun_at=time.now) - time.now == 0.125
    time.now += 60
    assert pace.back_off(TENANT, LINE, begun_at=time.now, least=300) - time.now == 300


def test_the_late_answer_to_an_early_call_makes_no_second_pause() -> None:
    time = SleepingTime()
    pace = Pace(MemoryTable(), time.clock, time.sleep)
    begun_at = time.now
    until = pace.back_off(TENANT, LINE, begun_at=begun_at)
    time.now = until + 0.2

    assert pace.back_off(TENANT, LINE, begun_at=begun_at + 0.1) == until
    time.now = until + 3
    assert pace.back_off(TENANT, LINE, begun_at=until + 0.1) == time.now + 0.25, "a slow answer"


def test_it_is_told_for_a_minute_that_meta_throttled_a_line() -> None:
    time = SleepingTime()
    pace = Pace(MemoryTable(), time.clock, time.sleep)
    assert pace.throttled_until(TENANT, LINE) is None

    until = pace.back_off(TENANT, LINE, begun_at=time.now)

    assert pace.throttled_until(TENANT, LINE) == until
    time.now = until + 59
    assert pace.throttled_until(TENANT, LINE) == until
    time.now = until + 61
    assert pace.throttled_until(TENANT, LINE) is None


def test_lines_do_not_share_a_budget() -> None:
    time = SleepingTime()
    pace = Pace(MemoryTable(), time.clock, time.sleep)
    pace.back_off(TENANT, LINE, begun_at=time.now)

    assert pace.next_slot(TENANT, "another", rate=20) == time.now
    assert pace.next_slot("another", LINE, rate=20) == time.now


# ---- slots that are kept, and such that are missed


def under_way(*, missed_by: float = 0.0) -> tuple[SleepingTime, Pace, float]:
    """A broadcast that has just taken its last slots; the first of them is in the past by this."""
    time = SleepingTime()
    pace = Pace(MemoryTable(), time.clock, time.sleep)
    slot = pace.reserve(TENANT, LINE, rate=20, count=4, people=False).at
    time.now += missed_by
    return time, pace, slot


def test_a_slot_is_slept_until() -> None:
    time, pace, slot = under_way()

    assert pace.keep(TENANT, LINE, slot + 0.5, rate=20) == slot + 0.5 == time.now


@pytest.mark.parametrize("late", [0.0, 0.01])
def test_a_slot_that_is_late_by_less_than_the_headroom_is_kept(late: float) -> None:
    time, pace, slot = under_way(missed_by=late)

    assert pace.keep(TENANT, LINE, slot, rate=20) == slot
    assert time.now == pytest.approx(slot + late, abs=1e-3)


@pytest.mark.parametrize("late", [0.025, 0.1, 5.0])
def test_a_slot_that_is_missed_is_given_up_for_the_next(late: float) -> None:
    time, pace, slot = under_way(missed_by=late)
    free = max(slot + 4 / (20 * HEADROOM), time.now)

    kept = pace.keep(TENANT, LINE, slot, rate=20)

    assert kept == pytest.approx(free, abs=0.001)
    assert time.now == kept


def test_a_slot_in_which_a_call_would_be_held_for_too_long_is_given_up() -> None:
    time, pace, slot = under_way()

    assert pace.keep(TENANT, LINE, slot, rate=20, held=lambda at: at + 0.01) == slot
    kept = pace.keep(TENANT, LINE, slot, rate=20, held=lambda at: slot + 0.1)

    assert kept > slot
    assert time.now == kept


def test_another_slot_is_held_as_the_first_one_is() -> None:
    time, pace, slot = under_way(missed_by=0.1)

    kept = pace.keep(TENANT, LINE, slot, rate=20, held=lambda at: at + 0.3)

    assert kept > slot
    assert time.now == pytest.approx(kept + 0.3, abs=1e-3)


def test_a_process_that_has_not_looked_at_the_line_takes_no_risk() -> None:
    time, pace, slot = under_way(missed_by=0.1)
    another = Pace(pace._table, time.clock, time.sleep)

    assert another.keep(TENANT, LINE, slot, rate=20) > slot + 0.1


def test_without_a_broadcast_a_late_reply_goes_at_once() -> None:
    time = SleepingTime()
    table = CountingTable()
    pace = Pace(table, time.clock, time.sleep)
    slot = pace.next_slot(TENANT, LINE, rate=20)
    time.now += 0.5
    calls = table.calls

    assert pace.keep(TENANT, LINE, slot, rate=20) == slot
    assert (time.now, table.calls) == (slot + 0.5, calls)


def test_whoever_has_written_down_a_call_waits_a_second_more_at_most() -> None:
    time, pace, slot = under_way(missed_by=0.1)
    pace.back_off(TENANT, LINE, begun_at=slot, least=300)

    pace.keep(TENANT, LINE, slot, rate=20)

    assert time.now == pytest.approx(slot + 0.1 + 1, abs=1e-3)


def test_a_block_is_never_nothing() -> None:
    assert [block_size(rate) for rate in (1, 20, 80, 1000)] == [1, 4, 19, 245]


# ---- what people write counts too


@pytest.mark.parametrize("a_second", [1, 5, 10])
def test_a_broadcast_leaves_room_for_what_people_write(a_second: int) -> None:
    table, time, sent = MemoryTable(), SleepingTime(), 0
    sender, ingest = (Pace(table, time.clock, time.sleep) for _ in range(2))
    begun, asks, hears = time.now, time.now, time.now + 0.1

    while time.now < begun + 30:
        time.now = min(asks, hears)
        if hears <= asks:
            ingest.hear(TENANT, LINE, 1)
            hears += 1 / a_second
            continue
        turn = sender.reserve(TENANT, LINE, rate=20, count=50, people=False)
        sent += turn.count
        asks = max(turn.at, time.now) if not turn.count else time.now

    assert sent / 30 + a_second == pytest.approx(20 * 0.98, rel=0.03)


def test_what_people_write_makes_no_reply_wait_and_a_broadcast_for_a_second_at_most() -> None:
    time, table = SleepingTime(), MemoryTable()
    sender, ingest, api = (Pace(table, time.clock, time.sleep) for _ in range(3))
    sender.reserve(TENANT, LINE, rate=20, count=1, people=False)
    time.now += 1

    ingest.hear(TENANT, LINE, 500)

    assert api.next_slot(TENANT, LINE, rate=20) == time.now
    assert time.now < sender.reserve(TENANT, LINE, rate=20, count=5, people=False).at
    time.now += 1.2
    assert sender.reserve(TENANT, LINE, rate=20, count=5, people=False).count


def test_a_reply_takes_a_slot_that_was_left_out_and_not_another_from_the_broadcast() -> None:
    time, table = SleepingTime(), MemoryTable()
    sender, ingest, api = (Pace(table, time.clock, time.sleep) for _ in range(3))
    sender.reserve(TENANT, LINE, rate=20, count=1, people=False)
    time.now += 1
    ingest.hear(TENANT, LINE, 4)
    before = sender.reserve(TENANT, LINE, rate=20, count=5, people=False).at

    api.next_slot(TENANT, LINE, rate=20)

    after = sender.reserve(TENANT, LINE, rate=20, count=5, people=False).at
    assert after - before == pytest.approx(0.051, abs=0.001)


def test_hearing_costs_one_write_during_a_broadcast_and_nearly_nothing_otherwise() -> None:
    time, table = SleepingTime(), CountingTable()
    sender, ingest = (Pace(table, time.clock, time.sleep) for _ in range(2))

    for _ in range(100):
        ingest.hear(TENANT, LINE, 1)
    assert table.calls == 1, "one look, which is remembered"

    time.now += 6
    sender.reserve(TENANT, LINE, rate=20, count=1, people=False)
    table.calls = 0
    ingest.hear(TENANT, LINE, 3)
    assert table.calls == 2, "one look and one write"
