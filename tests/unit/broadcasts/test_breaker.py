"""A broadcast that mostly fails, or harms its line, stops until somebody has looked into it."""

from dataclasses import replace

import pytest

from tandem.broadcasts.sending.sender import LOOK_SECONDS
from tandem.model.broadcast import BroadcastState, Pause, PausedFor
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, TENANT, meta_error, people, phone


def most_of_them(stage: Stage, code: int, share: float) -> None:
    """So large a share of the people is refused with this code."""

    def answer(alias: str) -> None:
        if int(alias[-4:]) * 37 % 100 < share * 100:
            raise meta_error(code)

    stage.meta.answer = answer


def pause_of(stage: Stage, broadcast: str) -> Pause | None:
    return stage.broadcasts.get(TENANT, broadcast).pause


@pytest.mark.parametrize("code", [131026, 131049, 130472])
def test_a_broadcast_of_which_most_fails_stops_within_a_hundred_people(code: int) -> None:
    stage = Stage()
    broadcast = stage.started(people(400))
    most_of_them(stage, code, 0.6)

    stage.work()

    pause = pause_of(stage, broadcast.id)
    assert pause is not None
    assert pause.cause is PausedFor.FAILURES
    assert "of the last 50 messages failed" in pause.reason
    assert "then resume or cancel it" in pause.reason
    assert 50 <= len(stage.meta.calls) <= 50 + 20 * LOOK_SECONDS + 30


def test_a_broadcast_of_which_a_third_fails_goes_on() -> None:
    stage = Stage()
    broadcast = stage.started(people(300))
    most_of_them(stage, 131026, 0.33)

    stage.work()

    assert stage.broadcasts.get(TENANT, broadcast.id).state is BroadcastState.FINISHED


def test_failures_that_only_statuses_tell_stop_what_is_left() -> None:
    stage = Stage()
    broadcast = stage.started(people(300))
    stage.send_queue.jobs, later = stage.send_queue.jobs[:1], stage.send_queue.jobs[1:]
    stage.work()

    for call in stage.meta.accepted:
        stage.tell(call, "failed", errors=({"code": 131026, "title": "Undeliverable"},))
    stage.send_queue.jobs += later
    stage.work()

    pause = pause_of(stage, broadcast.id)
    assert pause is not None
    assert pause.cause is PausedFor.FAILURES
    assert len(stage.meta.calls) < 200


def test_whoever_resumes_has_looked_and_what_failed_before_does_not_count_again() -> None:
    stage = Stage()
    broadcast = stage.started(people(300))
    most_of_them(stage, 131026, 0.6)
    stage.work()
    stage.meta.answer = lambda _alias: None

    stage.time.now += 60
    stage.holding.resume(TENANT, broadcast.id)
    stage.plan()
    stage.work()

    assert stage.broadcasts.get(TENANT, broadcast.id).state is BroadcastState.FINISHED


def test_too_few_outcomes_are_no_judgement() -> None:
    stage = Stage()
    broadcast = stage.started(people(40))
    most_of_them(stage, 131026, 1)

    stage.work()

    assert stage.states(broadcast) == {"failed": 40}


def test_a_red_line_sends_no_broadcast_until_somebody_insists() -> None:
    stage = Stage()
    line = stage.lines.get(TENANT, LINE)
    assert line is not None
    red = replace(line, quality="RED", onboarded_at=line.onboarded_at + 1)
    stage.lines.save_connected(red)
    broadcast = stage.started(people(30))

    stage.work()
    pause = pause_of(stage, broadcast.id)
    assert pause is not None
    assert "(RED)" in pause.reason
    assert stage.meta.calls == []

    stage.holding.resume(TENANT, broadcast.id)
    # Whoever holds it meanwhile for a reason of their own takes nothing back.
    stage.holding.pause(TENANT, broadcast.id, by="Kim")
    stage.holding.resume(TENANT, broadcast.id)
    stage.plan()
    stage.work()
    assert stage.states(broadcast) == {"sent": 30}


OF_EVERYBODY = (131041, 131048, 131055, 131061, 131063, 131064, 132001, 132007, 132015, 132016)
OF_FLOWS_AND_THE_OTHER_API = (132068, 132069, 134100, 134101)


@pytest.mark.parametrize("code", [*OF_EVERYBODY, *OF_FLOWS_AND_THE_OTHER_API])
def test_what_everybody_would_be_refused_for_stops_it_at_the_first(code: int) -> None:
    stage = Stage()
    broadcast = stage.started(people(30))
    stage.meta.answer = lambda _alias: _refuse(code)

    stage.work()

    assert len(stage.meta.calls) == 1
    assert stage.states(broadcast) == {"planned": 30}
    assert stage.meta.to(f"phone:{phone(0)}") == 0


def _refuse(code: int) -> None:
    raise meta_error(code)
