"""What brings the planner back to a broadcast, so that its line is idle only when nobody is due."""

from contextlib import suppress
from datetime import time
from itertools import groupby, pairwise

import pytest

from tandem.model.broadcast import Addressee, BroadcastState, Quiet, Timing
from tandem.model.errors import Refusal
from tandem.model.recipient import Slice
from tandem.store.due import ROUND_SECONDS
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import NOW, TENANT, meta_error, people, phone

# NOW is 16:13:20 in Berlin, 17:13:20 in Helsinki.
TO_HALF_PAST = 1000


@pytest.fixture
def short_horizon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planner that queues fifty seconds of work, ten slices, and is asked ten before the end."""
    for module in ("audience.sources", "plans.plan_making"):
        monkeypatch.setattr(f"tandem.broadcasts.{module}.PART_SIZE", 500)
    monkeypatch.setattr("tandem.broadcasts.planning.HORIZON_SECONDS", 50)
    monkeypatch.setattr("tandem.broadcasts.planning.HEAD_START_SECONDS", 10)


def of(country: str, count: int) -> tuple[Addressee, ...]:
    return tuple(Addressee(bsuid=f"{country}.{number:015d}") for number in range(count))


def longest_gap(stage: Stage) -> float:
    """The longest time (s) between two calls to Meta."""
    return max(after.at - before.at for before, after in pairwise(stage.meta.calls))


@pytest.mark.usefixtures("short_horizon")
def test_only_the_near_future_is_queued_and_more_before_it_is_done() -> None:
    stage = Stage()
    broadcast = stage.started(people(2500))
    assert [job["closing"] for job in stage.send_queue.jobs] == [*[False] * 7, True, False, False]

    stage.work()

    assert stage.states(broadcast) == {"sent": 2500}
    assert len(stage.meta.calls) == 2500
    assert longest_gap(stage) < 0.1
    assert stage.broadcasts.get(TENANT, broadcast.id).state is BroadcastState.FINISHED


@pytest.mark.usefixtures("short_horizon")
def test_whoever_falls_asleep_in_the_queue_keeps_nobody_waiting_who_is_awake() -> None:
    stage = Stage()
    audience = (*of("DE", 1000), *of("FI", 1000))
    stage.time.now = NOW + TO_HALF_PAST - 10
    broadcast = stage.create(audience, timing=Timing(quiet=Quiet(time(16, 30), time(17))))
    stage.plan()

    stage.work()

    countries = [call.alias.partition(":")[2][:2] for call in stage.meta.calls]
    assert countries == [*["DE"] * 200, *["FI"] * 1000]
    assert longest_gap(stage) < 0.1
    assert stage.states(broadcast) == {"sent": 1200, "planned": 800}


def test_whoever_wakes_before_all_is_done_is_sent_to_without_a_pause() -> None:
    stage = Stage()
    stage.time.now = NOW + TO_HALF_PAST - 20
    audience = (*of("FI", 100), *of("DE", 600))
    broadcast = stage.create(audience, timing=Timing(quiet=Quiet(time(17), time(17, 30))))
    stage.plan()

    stage.work()

    assert stage.states(broadcast) == {"sent": 700}
    assert longest_gap(stage) < 0.1
    assert len(stage.send_queue.groups) == 7, "a slice was queued twice"


@pytest.mark.parametrize("ahead", [40, ROUND_SECONDS - 1, 2 * ROUND_SECONDS])
def test_whoever_wakes_later_is_sent_to_at_that_time_and_not_at_the_next_round(ahead: int) -> None:
    stage = Stage()
    wakes_at = NOW + TO_HALF_PAST
    stage.time.now = wakes_at - ahead
    broadcast = stage.create(of("DE", 3), timing=Timing(quiet=Quiet(time(9), time(16, 30))))
    stage.plan()
    stage.work()
    rounds = range(int(stage.time.now) + ROUND_SECONDS // 2, wakes_at, ROUND_SECONDS)
    for moment in rounds:
        stage.time.now = moment
        stage.keep_watch()
    assert stage.meta.calls == []

    stage.time.now = wakes_at
    stage.plan()
    stage.work()

    assert stage.states(broadcast) == {"sent": 3}
    assert stage.meta.calls[0].at < wakes_at + 1


def test_a_look_that_is_wanted_for_another_time_by_now_is_none() -> None:
    stage = Stage()
    broadcast = stage.started(people(3))
    wanted_at = stage.rows.watched_at(TENANT, broadcast.id)
    stage.send_queue.jobs.clear()
    stage.time.now += 900

    assert stage.planner.plan(TENANT, broadcast.id, at=NOW) == 0
    assert stage.send_queue.jobs == []
    assert stage.planner.plan(TENANT, broadcast.id, at=wanted_at) == 1


def test_whoever_must_wait_for_a_minute_is_tried_again_after_that_and_by_one_look() -> None:
    stage = Stage()
    broadcast = stage.started(people(3))
    patient_until = NOW + 4 + 16 + 64

    def too_many(alias: str) -> None:
        if alias == f"phone:{phone(1)}" and stage.time.now < patient_until:
            raise meta_error(131056)

    stage.meta.answer = too_many
    stage.work()
    ((at, _),) = stage.plan_queue.held
    stage.time.now = at
    stage.plan()
    stage.work()

    assert stage.states(broadcast) == {"sent": 3}
    assert stage.plan_queue.held == []
    assert stage.time.now < patient_until + 5


def test_a_broadcast_that_is_held_has_its_planner_asked_for_nothing() -> None:
    stage = Stage()
    broadcast = stage.started(people(100))
    assert stage.send_queue.jobs[0]["closing"]

    def pause(_alias: str) -> None:
        with suppress(Refusal):
            stage.holding.pause(TENANT, broadcast.id, by="Kim")

    stage.meta.answer = pause
    stage.sender.send(Slice(**stage.send_queue.jobs[0]), lambda: 120.0)

    assert 0 < len(stage.meta.calls) < 100
    assert (stage.plan_queue.jobs, stage.plan_queue.held) == ([], [])


@pytest.mark.usefixtures("short_horizon")
def test_two_broadcasts_on_a_line_take_turns_and_keep_it_busy() -> None:
    stage = Stage()
    everybody = people(4000)
    both = [stage.create(everybody[:2000]), stage.create(everybody[2000:])]
    stage.plan()

    stage.work()

    names = [call.callback.split(":")[1].partition(".")[0] for call in stage.meta.calls]
    turns = [len(list(turn)) for _, turn in groupby(names)]
    assert [stage.states(each) for each in both] == [{"sent": 2000}] * 2
    assert [len(set(names)), len(names)] == [2, 4000]
    assert len(turns) >= 4
    assert max(turns) <= 1200
    assert longest_gap(stage) < 0.1
