"""Steps: what is repeated, what never is, what waits, and what the owner is told."""

from typing import Any

import pytest

from tandem.lines.steps import LEASE
from tandem.meta.callback import Override
from tandem.model.errors import NotFound
from tandem.model.events import HistoryDeclined
from tandem.model.line import LineState
from tandem.model.onboarding import Onboarding, Step, StepName, StepState
from tests.fakes.onboarding_desk import Desk
from tests.fakes.receipts import receipt
from tests.fakes.signup_meta import SHOP_LINE, SHOP_WABA, lost, refusal, unreachable

CONTACTS, HISTORY = "smb_app_state_sync", "history"
DAY = 24 * 3600

NOT_TAKEN = [
    unreachable(),
    refusal(4, "Too many calls"),
    refusal(130429, "Throughput"),
    refusal(2, "Service down", http=503),
    refusal(131016, "Overloaded", http=500),
    refusal(10, "Permission denied", http=403),
]


def step(desk: Desk, onboarding: Onboarding, name: StepName) -> Step:
    found = desk.again(onboarding).step(name)
    assert found is not None
    return found


@pytest.mark.parametrize("call", ["subscribe", "phone_number"])
@pytest.mark.parametrize("fault", [*NOT_TAKEN, lost(), refusal(131009, "Invalid parameter")])
def test_a_step_that_may_be_repeated_is_until_it_succeeds(
    desk: Desk, call: str, fault: Exception
) -> None:
    desk.meta.fail(call, fault, times=3)

    onboarding = desk.connect()
    desk.wait(3600)

    assert set(desk.states(onboarding).values()) == {StepState.DONE}
    assert desk.meta.accepted == {CONTACTS: 1, HISTORY: 1}
    assert desk.line().state is LineState.ACTIVE


def test_nothing_is_asked_for_before_the_subscription_stands(desk: Desk) -> None:
    desk.meta.fail("subscribe", refusal(10, "Permission denied", http=403), times=50)

    onboarding = desk.connect()
    desk.wait(2 * 3600)

    assert desk.meta.requests == {}
    assert desk.line().state is LineState.CONNECTING
    assert "permission is gone" in (step(desk, onboarding, StepName.SUBSCRIBE).why or "")


@pytest.mark.parametrize("kind", [CONTACTS, HISTORY])
@pytest.mark.parametrize("fault", NOT_TAKEN)
def test_a_request_that_meta_surely_did_not_take_is_made_again(
    desk: Desk, kind: str, fault: Exception
) -> None:
    desk.meta.fail(kind, fault, times=2)

    onboarding = desk.connect()
    desk.wait(3600)

    assert desk.meta.accepted == {CONTACTS: 1, HISTORY: 1}
    assert set(desk.states(onboarding).values()) == {StepState.DONE}


@pytest.mark.parametrize("kind", [CONTACTS, HISTORY])
@pytest.mark.parametrize("acted", [True, False])
def test_a_request_without_an_answer_is_unknown_and_never_made_again(
    desk: Desk, kind: str, acted: bool
) -> None:
    desk.meta.fail(kind, lost(), acted=acted)

    onboarding = desk.connect()
    desk.wait(DAY)

    assert desk.meta.requests == {CONTACTS: 1, HISTORY: 1}
    name = StepName.CONTACTS if kind == CONTACTS else StepName.HISTORY
    assert step(desk, onboarding, name).state is StepState.UNKNOWN


def test_unknown_or_refused_contacts_do_not_hold_the_history_back(desk: Desk) -> None:
    desk.meta.fail(CONTACTS, refusal(131009, "Invalid parameter"))

    onboarding = desk.connect()
    desk.work()

    assert step(desk, onboarding, StepName.CONTACTS).state is StepState.REFUSED
    assert step(desk, onboarding, StepName.HISTORY).state is StepState.DONE
    assert desk.line().state is LineState.ACTIVE


def test_contacts_that_wait_hold_the_history_back_for_half_an_hour_only(desk: Desk) -> None:
    desk.meta.fail(CONTACTS, refusal(4, "Too many calls"), times=50)

    onboarding = desk.connect()
    desk.wait(1200)
    early = dict(desk.meta.requests)
    desk.wait(1800)

    assert HISTORY not in early
    assert step(desk, onboarding, StepName.HISTORY).state is StepState.DONE


def test_a_history_that_waits_does_not_keep_the_line_from_working(desk: Desk) -> None:
    desk.meta.fail(HISTORY, refusal(4, "Too many calls"), times=50)

    desk.connect()
    desk.work()

    assert desk.line().state is LineState.ACTIVE


def test_a_request_that_was_used_before_counts_as_made(desk: Desk) -> None:
    desk.meta.accepted[HISTORY] = 1

    onboarding = desk.connect()
    desk.work()

    history = step(desk, onboarding, StepName.HISTORY)
    assert (history.state, history.why) == (
        StepState.DONE,
        "Meta had taken this request before.",
    )


def test_a_request_that_comes_too_late_says_how_to_ask_again(desk: Desk) -> None:
    desk.meta.fail(HISTORY, refusal(2593108, "After 24 hours"))

    onboarding = desk.connect()
    desk.work()

    history = step(desk, onboarding, StepName.HISTORY)
    assert history.state is StepState.REFUSED
    assert "disconnect in the app" in (history.why or "")
    assert desk.line().state is LineState.ACTIVE


def test_after_the_deadline_meta_is_not_asked_any_more(desk: Desk) -> None:
    desk.meta.fail(HISTORY, refusal(4, "Too many calls"), times=500)

    onboarding = desk.connect()
    desk.wait(DAY + 3600)
    asked = desk.meta.requests[HISTORY]
    desk.wait(DAY)

    history = step(desk, onboarding, StepName.HISTORY)
    assert history.state is StepState.REFUSED
    assert "24 hours" in (history.why or "")
    assert desk.meta.requests[HISTORY] == asked


def test_tries_become_rarer(desk: Desk) -> None:
    desk.meta.fail(HISTORY, refusal(2, "Down", http=503), times=500)

    desk.connect()
    desk.wait(6 * 3600)

    assert 10 < desk.meta.requests[HISTORY] < 30


def test_of_many_jobs_for_one_onboarding_one_remains(desk: Desk) -> None:
    desk.meta.fail(HISTORY, refusal(2, "Down", http=503), times=500)
    desk.connect()
    desk.jobs *= 5

    desk.work()

    assert len(desk.jobs) == 1


def test_meta_s_own_pause_is_kept_to(desk: Desk) -> None:
    desk.meta.fail(HISTORY, refusal(80007, "Too many calls"), times=500)

    onboarding = desk.connect()
    desk.work()

    assert step(desk, onboarding, StepName.HISTORY).due_at >= desk.clock.now + 300


def test_a_beginning_whose_answer_was_lost_is_still_ours(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = desk.again(desk.connect())
    contacts = known.step(StepName.CONTACTS)
    assert contacts is not None
    update = desk.table.update

    def repeated_by_the_client(*row: Any, **change: Any) -> bool:
        return update(*row, **change) and update(*row, **change)

    monkeypatch.setattr(desk.table, "update", repeated_by_the_client)

    assert desk.step_rows.begin(known, contacts, at=1)


def test_two_workers_at_once_make_a_request_once(desk: Desk) -> None:
    onboarding = desk.connect()
    known = desk.again(onboarding)
    contacts = known.step(StepName.CONTACTS)
    assert contacts is not None

    begun = [desk.step_rows.begin(known, contacts, at=1) for _ in range(2)]

    assert begun == [True, False]


def test_a_step_in_another_workers_hands_is_left_alone(desk: Desk) -> None:
    onboarding = desk.connect()
    known = desk.again(onboarding)
    for one in known.steps:
        desk.step_rows.begin(known, one, at=desk.clock.now)

    desk.work()

    assert "subscribe" not in desk.meta.calls
    assert desk.jobs[0][2] == desk.clock.now + LEASE


def test_contacts_that_arrive_settle_an_unknown_request(desk: Desk) -> None:
    desk.meta.fail(CONTACTS, lost(), acted=True)
    onboarding = desk.connect()
    desk.work()

    desk.syncs.note_contacts("acme", SHOP_LINE, onboarding.onboarding, desk.clock.now + 9)
    shown = desk.progress(onboarding).onboarding.step(StepName.CONTACTS)
    desk.wait(600)

    assert shown is not None
    assert shown.state is StepState.DONE
    assert step(desk, onboarding, StepName.CONTACTS).state is StepState.DONE


def test_contacts_from_before_the_request_settle_nothing(desk: Desk) -> None:
    desk.meta.fail(CONTACTS, lost())
    onboarding = desk.connect()
    desk.syncs.note_contacts("acme", SHOP_LINE, onboarding.onboarding, desk.clock.now - 9)

    desk.wait(600)

    assert step(desk, onboarding, StepName.CONTACTS).state is StepState.UNKNOWN


@pytest.mark.parametrize("declined", [False, True])
def test_a_chunk_or_a_no_settles_an_unknown_history_request(desk: Desk, declined: bool) -> None:
    desk.meta.fail(HISTORY, lost(), acted=True)
    onboarding = desk.connect()
    desk.work()
    sync = onboarding.onboarding

    if declined:
        no = HistoryDeclined(SHOP_LINE, 2593109, "History not shared")
        desk.syncs.note_declined("acme", SHOP_LINE, sync, no, desk.clock.now)
    else:
        desk.syncs.write_receipt(
            "acme", SHOP_LINE, sync, receipt=receipt(), received_at=desk.clock.now + 9
        )
    desk.wait(600)

    assert step(desk, onboarding, StepName.HISTORY).state is StepState.DONE


def test_a_job_for_nothing_is_an_error(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.worker.work("acme", "nothing")


def test_metas_number_for_an_accepted_request_is_kept_for_its_support(desk: Desk) -> None:
    onboarding = desk.connect()
    desk.work()

    assert step(desk, onboarding, StepName.HISTORY).request_id == "request-history"


@pytest.mark.parametrize(
    ("override", "callbacks"),
    [
        (None, {SHOP_WABA: None}),
        (Override("waba", "https://own/webhook", "v"), {SHOP_WABA: "https://own/webhook"}),
        (
            Override("number", "https://own/webhook", "v"),
            {SHOP_WABA: None, SHOP_LINE: "https://own/webhook"},
        ),
    ],
)
def test_webhooks_go_where_the_stack_wants_them(
    desk: Desk, override: Override | None, callbacks: dict[str, str | None]
) -> None:
    desk.override = override

    desk.connect()
    desk.work()

    assert desk.meta.callbacks == callbacks


def test_an_override_that_meta_cannot_verify_is_tried_again_and_nothing_is_asked_before(
    desk: Desk,
) -> None:
    desk.override = Override("number", "https://own/webhook", "v")
    desk.meta.fail("override", refusal(100, "The callback was not verified"), times=2)

    onboarding = desk.connect()
    desk.work()
    before = dict(desk.meta.requests)
    desk.wait(600)

    assert before == {}
    assert set(desk.states(onboarding).values()) == {StepState.DONE}
