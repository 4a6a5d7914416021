"""Sending: who gets a message, who does not and why, and what Meta's answers do to the rest."""

from itertools import pairwise
from typing import Any, Never

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.broadcasts.sending.sender import LOOK_SECONDS
from tandem.meta.errors import NotSent, Unanswered
from tandem.meta.graph import Accepted
from tandem.meta.outgoing import SendBody
from tandem.model.broadcast import Addressee, BroadcastState, Category, PausedFor
from tandem.model.events import Origin, PreferenceNote
from tandem.model.identity import Person
from tandem.model.line import LineState
from tandem.model.recipient import RecipientState, Slice
from tandem.store.pace import Pace
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, TENANT, meta_error, people, phone


def test_everybody_gets_one_message_with_their_own_words() -> None:
    stage = Stage()
    broadcast = stage.started(people(250))

    stage.work()

    assert stage.states(broadcast) == {"sent": 250}
    assert sorted(call.alias for call in stage.meta.calls) == [
        f"phone:{phone(n)}" for n in range(250)
    ]
    assert stage.broadcasts.get(TENANT, broadcast.id).state is BroadcastState.FINISHED
    assert list(stage.rows.due(2**31)) == []


def test_a_sent_message_stands_in_the_conversation() -> None:
    stage = Stage()
    stage.started(people(1))

    stage.work()

    messages, _ = stage.messages.timeline(TENANT, LINE, f"phone:{phone(0)}", limit=10)
    assert [(m.origin, m.kind, m.text) for m in messages] == [
        (Origin.API, "template", "Ana 0, everything blue is 20 % off.")
    ]


def test_a_user_id_is_as_good_as_a_number() -> None:
    stage = Stage()
    broadcast = stage.started((Addressee(bsuid="US.13491208655302741918"),))

    stage.work()

    assert stage.states(broadcast) == {"sent": 1}
    assert stage.meta.calls[0].alias == "bsuid:US.13491208655302741918"


def test_an_opt_out_between_planning_and_sending_is_honoured_and_counted() -> None:
    stage = Stage(category=Category.MARKETING)
    broadcast = stage.started(people(3))
    stop = PreferenceNote(LINE, Person(phone=phone(1)), int(stage.time.now), "stop")
    stage.people.note_preference(TENANT, stop)

    stage.work()

    assert stage.meta.to(f"phone:{phone(1)}") == 0
    assert stage.states(broadcast) == {"sent": 2, "skipped": 1}
    assert stage.progress(broadcast).reasons == {"opted_out": 1}


@pytest.mark.parametrize(
    "stopped", [Person(phone=phone(1)), Person(bsuid="US.1001")], ids=["the number", "the user id"]
)
def test_an_opt_out_under_any_name_of_a_person_is_honoured(stopped: Person) -> None:
    stage = Stage(category=Category.MARKETING)
    broadcast = stage.started((Addressee(phone=phone(1), bsuid="US.1001"),))
    stage.people.note_preference(TENANT, PreferenceNote(LINE, stopped, int(stage.time.now), "stop"))

    stage.work()

    assert stage.meta.calls == []
    assert stage.states(broadcast) == {"skipped": 1}


@pytest.mark.parametrize("listed", ["5523987650100", "552387650100"])
@pytest.mark.parametrize("stopped", ["5523987650100", "552387650100"])
def test_an_opt_out_under_either_spelling_of_a_number_is_honoured(
    listed: str, stopped: str
) -> None:
    stage = Stage(category=Category.MARKETING)
    broadcast = stage.started((Addressee(phone=listed),))
    stop = PreferenceNote(LINE, Person(phone=stopped), int(stage.time.now), "stop")
    stage.people.note_preference(TENANT, stop)

    stage.work()

    assert stage.meta.calls == []
    assert stage.states(broadcast) == {"skipped": 1}


def test_an_opt_out_of_marketing_does_not_stop_what_is_useful() -> None:
    stage = Stage(category=Category.UTILITY)
    broadcast = stage.started(people(1))
    stop = PreferenceNote(LINE, Person(phone=phone(0)), int(stage.time.now), "stop")
    stage.people.note_preference(TENANT, stop)

    stage.work()

    assert stage.states(broadcast) == {"sent": 1}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.03, 0.08, 0.3]), min_size=60, max_size=60))
def test_whatever_is_late_makes_nothing_too_early_for_meta(hiccups: list[float]) -> None:
    """Writing an attempt down takes longer than it should, and others reply meanwhile."""
    stage = Stage()
    stage.meta.rate = 20
    broadcast = stage.started(people(60))
    api = Pace(stage.table, stage.time.clock, stage.time.sleep)
    begin = stage.recipients.begin

    def begun_late(*place: Any, **how: Any) -> bool:
        begun = begin(*place, **how)
        stage.time.now += hiccups[place[2]]
        if place[2] % 5 == 0:
            now = stage.time.now
            slot = api.keep(TENANT, LINE, api.next_slot(TENANT, LINE, rate=20), rate=20)
            stage.meta.send(LINE, SendBody("phone:15550109999", "text", {"body": "Yes"}))
            assert slot - now <= 1
        return begun

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage.recipients, "begin", begun_late)
        stage.work()

    assert stage.states(broadcast) == {"sent": 60}
    assert len(stage.meta.calls) == len(stage.meta.accepted)


def test_throttling_for_half_a_minute_fails_nobody() -> None:
    stage = Stage()
    broadcast = stage.started(people(60))
    begun = stage.time.now

    def throttled_for_half_a_minute(alias: str) -> None:
        if 1 <= stage.time.now - begun < 31:
            raise meta_error(130429)

    stage.meta.answer = throttled_for_half_a_minute
    stage.work()

    assert stage.states(broadcast) == {"sent": 60}
    throttled = len(stage.meta.calls) - 60
    assert 1 <= throttled <= 6 * 5, "a pause must grow while Meta throttles"


@pytest.mark.parametrize("left", [19, 17, 12])
def test_a_line_that_others_use_too_goes_on_at_what_they_leave(left: int) -> None:
    stage = Stage()
    stage.meta.rate = left
    broadcast = stage.started(people(300))

    stage.work()

    assert stage.states(broadcast) == {"sent": 300}
    at = [call.at for call in stage.meta.accepted]
    assert 300 / left - 1 <= at[-1] - at[0] < 1.25 * 300 / left


def test_a_long_throttle_is_left_to_the_watch() -> None:
    stage = Stage()
    broadcast = stage.started(people(5))
    stage.meta.answer = once(meta_error(80007))

    begun = stage.time.now
    stage.work()
    assert (len(stage.meta.calls), stage.time.now - begun < 60) == (1, True)
    stage.time.now = begun + 300 + 1
    stage.keep_watch()

    assert stage.states(broadcast) == {"sent": 5}
    assert all(call.at >= begun + 300 for call in stage.meta.accepted)


def test_one_person_who_had_too_many_messages_waits_and_the_others_do_not() -> None:
    stage = Stage()
    broadcast = stage.started(people(20))
    refusals = iter([meta_error(131056)])

    def too_many(alias: str) -> None:
        if alias == f"phone:{phone(3)}" and (refusal := next(refusals, None)):
            raise refusal

    stage.meta.answer = too_many
    stage.work()

    calls = [call for call in stage.meta.calls if call.alias == f"phone:{phone(3)}"]
    assert stage.states(broadcast) == {"sent": 20}
    assert calls[1].at - calls[0].at >= 4
    assert stage.meta.accepted[-1].alias == f"phone:{phone(3)}"


def test_a_person_who_always_has_too_many_messages_fails_in_the_end() -> None:
    stage = Stage()
    broadcast = stage.started(people(1))
    stage.meta.answer = always(meta_error(131056))

    stage.work()
    for _ in range(10):
        stage.time.now += 1000
        stage.keep_watch()

    waits = [after.at - call.at for call, after in pairwise(stage.meta.calls)]
    assert stage.states(broadcast) == {"failed": 1}
    assert len(stage.meta.calls) == 5
    assert all(wait >= 4**n for n, wait in enumerate(waits, start=1)), "Meta asks for 4^n seconds"
    assert waits[:2] == pytest.approx([4, 16], abs=3)


def test_a_person_whom_meta_spares_is_tried_once_more_when_somebody_resumes_after_a_day() -> None:
    stage = Stage()
    broadcast = stage.started(people(2))
    stage.meta.answer = always(meta_error(131049), only=phone(0))

    stage.work()
    assert stage.states(broadcast) == {"sent": 1, "refused": 1}
    stage.time.now += 24 * 3600 + 1
    for _ in range(2):
        stage.keep_watch()
    assert len(stage.meta.calls) == 2, "nobody asked for a second try"

    stage.holding.resume(TENANT, broadcast.id)
    stage.plan()
    stage.work()
    assert stage.states(broadcast) == {"sent": 1, "refused": 1}
    assert len(stage.meta.calls) == 3
    stage.time.now += 24 * 3600 + 1
    with pytest.raises(Exception, match="nothing to resume"):
        stage.holding.resume(TENANT, broadcast.id)


def test_a_person_whom_meta_spares_is_not_tried_again_within_a_day_whoever_asks_for_it() -> None:
    stage = Stage()
    broadcast = stage.started(people(2))
    stage.meta.answer = always(meta_error(131049), only=phone(0))
    stage.work()
    refused = stage.recipients.get(TENANT, broadcast.edition, 0)
    assert refused is not None
    assert refused.not_before is not None
    assert refused.not_before - stage.meta.calls[0].at == pytest.approx(24 * 3600, abs=2)

    stage.time.now += 24 * 3600 - 60
    with pytest.raises(Exception, match="nothing to resume"):
        stage.holding.resume(TENANT, broadcast.id)
    stage.plan()
    stage.work()

    assert len(stage.meta.calls) == 2


def test_whoever_is_wanted_again_while_a_planner_finds_nobody_left_is_not_forgotten() -> None:
    stage = Stage()
    broadcast = stage.started(people(2))
    stage.meta.answer = always(meta_error(131049), only=phone(0))
    stage.work()
    known = stage.broadcasts.get(TENANT, broadcast.id)
    assert known.finished_at is not None
    stage.plans.note_done(TENANT, broadcast.edition, 0, at=known.finished_at)
    stage.meta.answer = lambda _: None
    stage.time.now += 24 * 3600 + 1

    stage.holding.resume(TENANT, broadcast.id)
    # A planner that looked before, and says only now what it saw.
    stage.rows.finish(known, at=int(stage.time.now))
    for _ in range(3):
        stage.time.now += 600
        stage.keep_watch()

    assert stage.states(broadcast) == {"sent": 2}
    assert stage.broadcasts.get(TENANT, broadcast.id).state is BroadcastState.FINISHED


def test_a_large_broadcast_is_resumed_without_looking_through_all_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tandem.broadcasts.sending.holding.LOOKED_THROUGH", 10)
    stage = Stage()
    broadcast = stage.started(people(11))
    stage.work()
    read = stage.recipients.all
    stage.recipients.all = _nobody_reads  # type: ignore[method-assign]

    stage.holding.resume(TENANT, broadcast.id)

    assert stage.broadcasts.get(TENANT, broadcast.id).state is BroadcastState.SENDING
    stage.recipients.all = read  # type: ignore[method-assign]
    stage.plan()
    assert stage.broadcasts.get(TENANT, broadcast.id).state is BroadcastState.FINISHED


@pytest.mark.parametrize("code", [190, 368, 131031, 131042])
def test_what_must_be_fixed_first_pauses_the_line_and_fails_nobody(code: int) -> None:
    stage = Stage()
    broadcast = stage.started(people(150))
    stage.meta.answer = lambda _: None if len(stage.meta.calls) < 10 else fail(code)

    stage.work()

    held = stage.broadcasts.get(TENANT, broadcast.id)
    line = stage.lines.get(TENANT, LINE)
    assert stage.states(broadcast) == {"planned": 141, "sent": 9}
    assert held.state is BroadcastState.PAUSED
    assert held.pause is not None
    assert held.pause.cause is PausedFor.LINE
    assert line is not None
    assert line.trouble == held.pause.reason


def test_a_line_that_is_mended_lets_its_broadcast_go_on_by_itself() -> None:
    stage = Stage()
    broadcast = stage.started(people(30))
    stage.meta.answer = once(meta_error(131042))
    stage.work()

    stage.lines.note_trouble(TENANT, LINE, None)
    stage.time.now += 700
    stage.keep_watch()

    assert stage.states(broadcast) == {"sent": 30}


@pytest.mark.parametrize("code", [131048, 132015, 132001])
def test_what_is_wrong_with_the_template_pauses_the_broadcast_alone(code: int) -> None:
    stage = Stage()
    broadcast = stage.started(people(30))
    stage.meta.answer = always(meta_error(code))

    stage.work()
    stage.time.now += 5000
    stage.keep_watch()

    line = stage.lines.get(TENANT, LINE)
    assert line is not None
    assert line.trouble is None
    assert stage.states(broadcast) == {"planned": 30}
    assert len(stage.meta.calls) == 1
    stage.meta.answer = lambda _: None
    stage.holding.resume(TENANT, broadcast.id)
    stage.plan()
    stage.work()
    assert stage.states(broadcast) == {"sent": 30}


def test_a_refusal_is_one_persons_and_says_why() -> None:
    stage = Stage()
    broadcast = stage.started(people(3))
    stage.meta.answer = always(meta_error(131026), only=phone(1))

    stage.work()

    found = stage.recipients.get(TENANT, broadcast.edition, 1)
    assert stage.states(broadcast) == {"sent": 2, "failed": 1}
    assert found is not None
    assert (found.code, found.reason) == (
        131026,
        "Not deliverable: no WhatsApp, an old app or a blocked sender.",
    )


def test_whoever_opted_out_at_meta_is_not_asked_again() -> None:
    stage = Stage(category=Category.MARKETING)
    stage.started(people(1))
    stage.meta.answer = always(meta_error(131050))
    stage.work()

    second = stage.started((*people(1), Addressee(phone=phone(7))))
    stage.meta.answer = lambda _: None
    stage.work()

    assert stage.states(second) == {"sent": 1, "skipped": 1}


def test_passing_trouble_is_tried_again_a_few_times() -> None:
    stage = Stage()
    broadcast = stage.started(people(2))
    stage.meta.answer = always(meta_error(131000), only=phone(0))

    stage.work()

    assert stage.states(broadcast) == {"sent": 1, "failed": 1}
    assert len(stage.meta.calls) == 5


def test_an_answer_that_never_came_is_unknown_and_never_repeated() -> None:
    stage = Stage()
    broadcast = stage.started(people(2))
    stage.meta.answer = always(Unanswered("cut"), only=phone(0))

    stage.work()
    stage.time.now += 5000
    stage.keep_watch()

    assert stage.states(broadcast) == {"sent": 1, "unknown": 1}
    assert len(stage.meta.calls) == 2


def test_a_call_that_never_left_is_made_again() -> None:
    stage = Stage()
    broadcast = stage.started(people(2))
    stage.meta.answer = once(NotSent("no connection"))

    stage.work()

    assert stage.states(broadcast) == {"sent": 2}


def test_a_meta_that_cannot_be_reached_is_left_alone_for_a_while() -> None:
    stage = Stage()
    broadcast = stage.started(people(300))
    stage.meta.answer = always(NotSent("no connection"))

    stage.work()

    assert stage.states(broadcast) == {"planned": 300}
    assert len(stage.meta.calls) <= 3 * 10
    stage.meta.answer = lambda _: None
    stage.time.now += 700
    stage.keep_watch()
    assert stage.states(broadcast) == {"sent": 300}


def test_a_sender_that_runs_out_of_time_hands_the_rest_on() -> None:
    stage = Stage()
    broadcast = stage.started(people(100))

    stage.work(seconds=22)

    assert stage.states(broadcast) == {"sent": 100}
    assert len(stage.meta.calls) == 100


@pytest.mark.parametrize("state", [LineState.OFFBOARDED, LineState.REMOVED])
def test_a_line_that_left_holds_its_broadcast_until_it_is_back(state: LineState) -> None:
    stage = Stage()
    broadcast = stage.started(people(150))
    stage.lines.set_state(TENANT, LINE, state, since=LineState.ACTIVE)

    stage.work()
    stage.time.now += 700
    stage.keep_watch()
    assert stage.states(broadcast) == {"planned": 150}

    stage.lines.set_state(TENANT, LINE, LineState.ACTIVE, since=state)
    stage.time.now += 700
    stage.keep_watch()
    assert stage.states(broadcast) == {"sent": 150}


def test_a_slice_that_comes_twice_sends_nothing_twice() -> None:
    stage = Stage()
    broadcast = stage.started(people(120))
    stage.send_queue.jobs *= 3

    stage.work()

    assert len(stage.meta.calls) == 120
    assert stage.states(broadcast) == {"sent": 120}


def test_two_senders_of_one_slice_write_to_nobody_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    broadcast = stage.started(people(40))
    piece = Slice(**stage.send_queue.jobs[0])
    send = stage.meta.send

    def overtaken(line: str, body: SendBody) -> Accepted:
        """While the first of the people is called for, another sender takes the same slice."""
        monkeypatch.setattr(stage.meta, "send", send)
        stage.sender.send(piece, lambda: 120.0)
        return send(line, body)

    monkeypatch.setattr(stage.meta, "send", overtaken)
    stage.work()

    assert sorted(call.alias for call in stage.meta.calls) == [
        f"phone:{phone(n)}" for n in range(40)
    ]
    assert stage.states(broadcast) == {"sent": 40}


@pytest.mark.parametrize("end", [False, True], ids=["paused", "cancelled"])
def test_a_sender_at_work_stops_within_a_second_when_somebody_says_so(end: bool) -> None:
    stage = Stage()
    broadcast = stage.started(people(100))

    def said_after_thirty(_alias: str) -> None:
        if len(stage.meta.calls) == 30:
            if end:
                stage.holding.cancel(TENANT, broadcast.id)
            else:
                stage.holding.pause(TENANT, broadcast.id, by="Kim")

    stage.meta.answer = said_after_thirty
    stage.work()

    sent = len(stage.meta.calls)
    assert 30 <= sent <= 30 + 20 * LOOK_SECONDS + 8
    assert stage.states(broadcast) == {"sent": sent, "planned": 100 - sent}


def test_a_person_can_hold_a_broadcast_and_let_it_go_on() -> None:
    stage = Stage()
    broadcast = stage.started(people(40))

    stage.holding.pause(TENANT, broadcast.id, by="Kim")
    stage.work()
    assert stage.states(broadcast) == {"planned": 40}

    stage.holding.resume(TENANT, broadcast.id)
    stage.plan()
    stage.work()
    assert stage.states(broadcast) == {"sent": 40}


def test_the_rate_that_is_shown_is_the_rate_that_was_kept() -> None:
    stage = Stage()
    stage.meta.rate = 20
    broadcast = stage.started(people(400))

    stage.work()

    progress = stage.progress(broadcast)
    assert len(stage.meta.calls) == 400, "never throttled"
    assert progress.rate is not None
    assert 19.4 <= progress.rate <= 20
    assert (progress.waiting, progress.accepted, progress.total) == (0, 400, 400)


def test_a_status_shows_what_became_of_a_recipient_in_any_order() -> None:
    stage = Stage()
    broadcast = stage.started(people(3))
    stage.work()
    first, second, third = stage.meta.calls

    for state in ("read", "sent", "delivered", "sent"):
        stage.tell(first, state)
    stage.tell(second, "delivered")
    stage.tell(third, "failed", errors=({"code": 131026, "title": "Undeliverable"},))

    assert stage.state_of(broadcast, 0) is RecipientState.READ
    assert stage.states(broadcast) == {"read": 1, "delivered": 1, "failed": 1}
    assert list(stage.progress(broadcast).reasons) == [
        "Not deliverable: no WhatsApp, an old app or a blocked sender."
    ]


def test_an_opt_out_told_by_a_status_is_honoured_by_the_next_broadcast() -> None:
    stage = Stage(category=Category.MARKETING)
    stage.started(people(2))
    stage.work()
    stage.tell(stage.meta.calls[0], "failed", errors=({"code": 131050, "title": "Stopped"},))

    second = stage.started(people(2))
    stage.work()

    assert stage.meta.calls[0].alias not in [call.alias for call in stage.meta.calls[2:]]
    assert stage.states(second) == {"sent": 1, "skipped": 1}


def test_a_payment_problem_told_by_a_status_pauses_the_rest() -> None:
    stage = Stage()
    broadcast = stage.started(people(150))
    stage.sender.send(Slice(**stage.send_queue.jobs.pop(0)), lambda: 100.0)

    stage.tell(stage.meta.calls[0], "failed", errors=({"code": 131042, "title": "Payment"},))
    stage.work()

    held = stage.broadcasts.get(TENANT, broadcast.id)
    assert held.state is BroadcastState.PAUSED
    assert stage.states(broadcast) == {"planned": 50, "sent": 99, "failed": 1}


def test_a_payment_problem_that_was_solved_is_not_heard_of_again_when_its_status_is_replayed() -> (
    None
):
    stage = Stage()
    broadcast = stage.started(people(3))
    stage.work()
    problem = {"errors": ({"code": 131042, "title": "Payment"},), "at": 1_790_000_050}
    stage.tell(stage.meta.calls[0], "failed", **problem)
    assert stage.lines.get(TENANT, broadcast.line).trouble is not None
    stage.lines.note_trouble(TENANT, broadcast.line, None)

    stage.tell(stage.meta.calls[0], "failed", **problem)

    assert stage.lines.get(TENANT, broadcast.line).trouble is None


def test_a_callback_of_another_tenants_broadcast_changes_nothing() -> None:
    stage = Stage()
    broadcast = stage.started(people(1))
    stage.work()
    before = stage.table.contents()

    for callback in (
        "b:nothing:0",
        f"b:{broadcast.edition}:99",
        "b:",
        "x",
        f"b:{broadcast.edition}:-1",
    ):
        stage.meta.calls[0].callback = callback
        stage.tell(stage.meta.calls[0], "read")

    assert stage.table.contents() == before


def _nobody_reads(*_: object) -> Never:
    raise AssertionError("all of it is read")


# ---- how Meta answers


def always(error: Exception, *, only: str | None = None):  # type: ignore[no-untyped-def]
    def answer(alias: str) -> None:
        if only is None or alias == f"phone:{only}":
            raise error

    return answer


def once(error: Exception):  # type: ignore[no-untyped-def]
    errors = iter([error])

    def answer(_alias: str) -> None:
        if (left := next(errors, None)) is not None:
            raise left

    return answer


def fail(code: int) -> None:
    raise meta_error(code)
