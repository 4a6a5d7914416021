"""The keeper: what nobody else would come back to, and what the owner is told meanwhile."""

from dataclasses import replace

import pytest

from tandem.lines.lifecycle import Lifecycle
from tandem.model.events import HistoryDeclined
from tandem.model.line import Account, LineState, Mode
from tandem.model.notice import ACCOUNT, Notice
from tandem.model.onboarding import Onboarding, OnboardingState, StepName, StepState
from tandem.store import keys
from tandem.store.broadcasts import Watch
from tandem.store.happenings import Happenings
from tandem.store.series import DueSeries
from tandem.store.templates import Templates
from tests.fakes.onboarding_desk import NOON, TENANT, Desk
from tests.fakes.receipts import receipt
from tests.fakes.signup_meta import (
    SHOP_LINE,
    SHOP_NUMBER,
    SHOP_WABA,
    lost,
    refusal,
    shop,
    unreachable,
)

HOUR = 3600
DAY = 24 * HOUR


def connected(desk: Desk) -> Onboarding:
    onboarding = desk.connect()
    desk.work()
    return onboarding


def receive(desk: Desk, onboarding: Onboarding, progress: int, *, order: int = 1) -> None:
    desk.syncs.write_receipt(
        TENANT,
        SHOP_LINE,
        onboarding.onboarding,
        receipt=receipt(order, progress=progress),
        received_at=desk.clock.now,
    )


def advice(desk: Desk) -> str:
    return desk.line().advice or ""


# ---- onboardings


def test_an_onboarding_whose_job_was_lost_is_taken_up_again(desk: Desk) -> None:
    onboarding = desk.connect()
    desk.jobs.clear()

    desk.wait(300)

    assert set(desk.states(onboarding).values()) == {StepState.DONE}


def test_a_sync_that_stays_silent_is_noticed_and_the_owner_told(desk: Desk) -> None:
    connected(desk)
    desk.wait(HOUR // 2 - 300)
    before = advice(desk)

    desk.wait(600)
    first = advice(desk)
    desk.wait(2 * HOUR)

    assert before == ""
    assert "Nothing has come yet. Keep WhatsApp Business open" in first
    assert "Nothing has come for 2 hours" in advice(desk)
    assert desk.line().trouble is None, "sends go on"


def test_the_advice_goes_when_the_chats_come(desk: Desk) -> None:
    onboarding = connected(desk)
    desk.wait(HOUR)
    receive(desk, onboarding, 40)

    desk.wait(600)

    assert advice(desk) == ""
    assert desk.again(onboarding).state is OnboardingState.CONNECTED


def test_an_import_that_stalls_is_noticed(desk: Desk) -> None:
    onboarding = connected(desk)
    receive(desk, onboarding, 40)

    desk.wait(HOUR + 600)

    assert "stands at 40 % since 1 hour" in advice(desk)
    view = desk.progress(onboarding).view
    assert view is not None
    assert view.state == "stalled"


def test_a_complete_import_needs_no_more_watching(desk: Desk) -> None:
    onboarding = connected(desk)
    receive(desk, onboarding, 100)

    desk.wait(600)

    ended = desk.again(onboarding)
    assert (ended.state, ended.code, ended.due) == (OnboardingState.FINISHED, "complete", "")
    assert advice(desk) == ""


def test_a_missing_chunk_is_waited_for_then_named_and_let_go(desk: Desk) -> None:
    onboarding = connected(desk)
    receive(desk, onboarding, 50, order=1)
    receive(desk, onboarding, 100, order=3)

    desk.wait(2 * HOUR)
    waiting = desk.again(onboarding).state
    said = advice(desk)
    desk.clock.pass_(2 * DAY)
    desk.wait(300)

    assert waiting is OnboardingState.CONNECTED
    assert "a part is missing" in said
    assert desk.again(onboarding).code == "complete_with_gaps"


def test_declined_history_ends_the_watch_with_a_way_to_share_it_after_all(desk: Desk) -> None:
    onboarding = connected(desk)
    no = HistoryDeclined(SHOP_LINE, 2593109, "History not shared")
    desk.syncs.note_declined(TENANT, SHOP_LINE, onboarding.onboarding, no, desk.clock.now)

    desk.wait(300)

    ended = desk.again(onboarding)
    assert (ended.state, ended.code) == (OnboardingState.FINISHED, "declined")
    assert "connect again" in (ended.why or "")


def test_a_sync_that_never_comes_is_let_go_after_two_days(desk: Desk) -> None:
    onboarding = connected(desk)
    desk.clock.pass_(2 * DAY)

    desk.wait(300)

    assert desk.again(onboarding).code == "silent"
    assert "no chats ever came" in advice(desk)


def test_the_owner_is_warned_well_before_the_deadline(desk: Desk) -> None:
    desk.meta.fail("history", refusal(4, "Too many calls"), times=500)
    connected(desk)
    desk.wait(12 * HOUR)
    early = advice(desk)

    desk.wait(7 * HOUR)

    assert early == ""
    assert "only for another" in advice(desk)
    assert "chats" in advice(desk)


def test_an_older_onboarding_says_nothing_about_a_line_that_was_connected_again(
    desk: Desk,
) -> None:
    first = connected(desk)
    desk.clock.pass_(3 * HOUR)
    desk.meta.accepted.clear()
    desk.meta.code("code-2")
    second = desk.post(desk.sign_up("code-2", invitation=desk.invitation("invitation-2")))
    desk.work()
    receive(desk, second, 100)

    desk.wait(300)

    assert advice(desk) == ""
    assert desk.again(first).code == "superseded"


def test_a_cloud_line_is_finished_with_its_steps(desk: Desk) -> None:
    desk.meta.numbers[SHOP_WABA] = [shop(is_on_biz_app=False)]
    onboarding = connected(desk)

    desk.wait(300)

    assert desk.again(onboarding).state is OnboardingState.FINISHED


# ---- lines


def test_a_line_is_read_every_half_hour_once_it_is_settled(desk: Desk) -> None:
    connected(desk)
    desk.wait(HOUR)
    desk.meta.calls.clear()

    desk.wait(6 * HOUR)

    assert 10 <= desk.meta.calls.count("phone_number") <= 12


def test_a_reading_keeps_what_meta_says_now(desk: Desk) -> None:
    connected(desk)
    desk.meta.numbers[SHOP_WABA] = [shop(quality="YELLOW", verified_name="Corner Shop 2")]

    desk.wait(HOUR)

    line = desk.line()
    assert (line.quality, line.verified_name) == ("YELLOW", "Corner Shop 2")


@pytest.mark.parametrize("gone", ["unreadable", "off_platform"])
def test_a_line_that_is_gone_is_offboarded_and_comes_back(desk: Desk, gone: str) -> None:
    connected(desk)
    desk.meta.numbers[SHOP_WABA] = (
        [] if gone == "unreadable" else [shop(platform_type="NOT_APPLICABLE")]
    )
    desk.wait(HOUR)
    away = desk.line()

    desk.meta.numbers[SHOP_WABA] = [shop()]
    desk.wait(HOUR)

    assert away.state is LineState.OFFBOARDED
    assert "sends wait" in (away.trouble or "")
    assert (desk.line().state, desk.line().trouble) == (LineState.ACTIVE, None)


def test_a_dead_permission_stops_sends_without_changing_the_line(desk: Desk) -> None:
    connected(desk)
    desk.meta.fail("phone_number", refusal(190, "Token expired", http=401), times=1)

    desk.wait(600)

    assert desk.line().state is LineState.ACTIVE
    assert "no longer accepts" in (desk.line().trouble or "")


@pytest.mark.parametrize("fault", [lost(), unreachable(), refusal(4, "Too many calls")])
def test_a_passing_fault_says_nothing_about_a_line(desk: Desk, fault: Exception) -> None:
    connected(desk)
    desk.meta.fail("phone_number", fault, times=20)

    desk.wait(HOUR)

    assert (desk.line().state, desk.line().trouble) == (LineState.ACTIVE, None)
    assert desk.failures == []


def test_a_banned_number_stops_sends(desk: Desk) -> None:
    connected(desk)
    desk.meta.numbers[SHOP_WABA] = [shop(status="BANNED")]

    desk.wait(HOUR)

    assert "banned" in (desk.line().trouble or "")


def test_a_number_that_leaves_the_app_becomes_a_cloud_line(desk: Desk) -> None:
    connected(desk)
    desk.meta.numbers[SHOP_WABA] = [shop(is_on_biz_app=False)]

    desk.wait(HOUR)

    assert (desk.line().mode, desk.line().rate) == (Mode.CLOUD, 80)


@pytest.mark.parametrize(
    ("days", "said"), [(8, ""), (6, "ends in 5 days"), (1.5, "ends tomorrow"), (0.01, "has ended")]
)
def test_a_token_that_ends_is_warned_of_a_week_before(desk: Desk, days: float, said: str) -> None:
    desk.meta.expires_at = NOON + int(days * DAY)
    receive(desk, connected(desk), 100)

    desk.wait(HOUR)

    assert said in advice(desk)
    assert bool(said) == bool(advice(desk))


def test_trouble_with_sending_is_forgotten_after_an_hour_so_that_the_next_send_tells(
    desk: Desk,
) -> None:
    connected(desk)
    desk.lines.note_trouble(TENANT, SHOP_LINE, "Add a payment method.", at=desk.clock.now)
    desk.wait(HOUR // 2)
    soon = desk.line().trouble

    desk.wait(HOUR + HOUR // 2)

    assert soon == "Add a payment method."
    assert desk.line().trouble is None


def test_a_line_that_is_back_on_the_platform_sends_at_once(desk: Desk) -> None:
    connected(desk)
    desk.wait(HOUR)
    desk.meta.numbers[SHOP_WABA] = [shop(platform_type="NOT_APPLICABLE")]
    desk.wait(HOUR)
    desk.lines.note_trouble(TENANT, SHOP_LINE, "The number is gone.", at=desk.clock.now)
    away = desk.line()

    desk.meta.numbers[SHOP_WABA] = [shop()]
    desk.wait(2400)

    assert away.state is LineState.OFFBOARDED
    assert desk.line().state is LineState.ACTIVE
    assert desk.line().trouble is None


def test_one_line_that_fails_does_not_stop_the_others(desk: Desk) -> None:
    connected(desk)
    second = shop(id="102", display_number="15550100002")
    desk.meta.numbers[SHOP_WABA] = [second]
    desk.meta.accepted.clear()
    desk.meta.code("code-2")
    desk.post(desk.sign_up("code-2", invitation=desk.invitation("invitation-2")))
    desk.work()
    desk.table.delete(keys.token(TENANT, SHOP_LINE))
    desk.meta.numbers[SHOP_WABA] = [shop(id="102", quality="RED")]

    desk.wait(HOUR)

    assert {name for _, name, _ in desk.failures} == {"acme/101"}
    assert desk.line("102").quality == "RED"


# ---- what Meta announces


def announced(desk: Desk, event: str, at: int, *, number: str | None = None) -> None:
    notice = Notice(ACCOUNT, event, at, event, waba=SHOP_WABA, display_number=number)
    Lifecycle(desk.lines, Happenings(desk.table), Templates(desk.table)).note(TENANT, notice, at)


def test_a_removal_is_looked_into_before_it_is_believed(desk: Desk) -> None:
    connected(desk)
    desk.wait(HOUR)
    announced(desk, "PARTNER_REMOVED", desk.clock.now)
    before = desk.line().state

    desk.wait(300)
    still = desk.line().state
    desk.meta.numbers[SHOP_WABA] = []
    desk.wait(HOUR)

    assert (before, still) == (LineState.ACTIVE, LineState.ACTIVE)
    assert desk.line().state is LineState.REMOVED
    assert "new invitation" in (desk.line().trouble or "")


def test_an_announcement_that_is_ahead_of_meta_s_answers_is_looked_into_again_soon(
    desk: Desk,
) -> None:
    connected(desk)
    desk.wait(HOUR)
    announced(desk, "PARTNER_REMOVED", desk.clock.now)
    desk.wait(300)
    desk.meta.numbers[SHOP_WABA] = []

    desk.wait(600)

    assert desk.line().state is LineState.REMOVED


def test_a_removal_from_an_earlier_connection_removes_nothing(desk: Desk) -> None:
    connected(desk)
    announced(desk, "PARTNER_REMOVED", NOON - DAY)
    desk.meta.numbers[SHOP_WABA] = []

    desk.wait(HOUR)

    assert desk.line().state is LineState.OFFBOARDED


@pytest.mark.parametrize(
    "events", [["ACCOUNT_OFFBOARDED", "ACCOUNT_RECONNECTED"], ["ACCOUNT_RECONNECTED"] * 2]
)
@pytest.mark.parametrize("there", [True, False])
def test_the_order_of_announcements_does_not_matter_only_the_line_itself(
    desk: Desk, events: list[str], there: bool
) -> None:
    connected(desk)
    desk.wait(HOUR)
    for later, event in enumerate(events):
        announced(desk, event, desk.clock.now - later)
    if not there:
        desk.meta.numbers[SHOP_WABA] = []

    desk.wait(300)

    assert desk.line().state is (LineState.ACTIVE if there else LineState.OFFBOARDED)


def test_an_announcement_that_changes_no_line_makes_none_due(desk: Desk) -> None:
    connected(desk)
    desk.wait(HOUR)

    announced(desk, "VOLUME_BASED_PRICING_TIER_UPDATE", desk.clock.now)

    assert list(desk.lines.due(desk.clock.now)) == []


def test_a_named_number_is_the_only_one_looked_into(desk: Desk) -> None:
    connected(desk)
    desk.wait(HOUR)

    announced(desk, "PARTNER_REMOVED", desk.clock.now, number=SHOP_NUMBER)

    assert [watch.line.line for watch in desk.lines.due(desk.clock.now)] == [SHOP_LINE]


def test_a_removed_line_is_looked_at_once_a_day(desk: Desk) -> None:
    connected(desk)
    desk.meta.numbers[SHOP_WABA] = []
    announced(desk, "PARTNER_REMOVED", desk.clock.now)
    desk.wait(2 * HOUR)
    desk.meta.calls.clear()

    desk.wait(DAY)

    assert 1 <= desk.meta.calls.count("phone_number") <= 2


# ---- broadcasts


def test_broadcasts_that_are_due_before_the_next_round_are_planned_at_their_time(
    desk: Desk,
) -> None:
    now = desk.clock() + 300
    late, soon = Watch("acme", "b1", now - 40), Watch("rival", "b2", now + 300)
    desk.broadcasts.watched = [late, soon, Watch("acme", "b3", now + 301)]

    kept = desk.wait(300)

    assert desk.planned == [("acme", "b1", late.at), ("rival", "b2", soon.at)]
    assert kept is not None
    assert kept.broadcasts == 2


def test_series_of_which_something_is_due_are_planned(desk: Desk) -> None:
    desk.recurring.late = [DueSeries("acme", "s1")]

    kept = desk.wait(300)

    assert desk.planned == [("acme", "s1")]
    assert kept is not None
    assert (kept.series, kept.failed) == (1, 0)


def test_the_history_step_that_was_refused_is_told_as_advice(desk: Desk) -> None:
    desk.meta.fail("history", refusal(2593108, "After 24 hours"))
    onboarding = connected(desk)

    desk.wait(300)

    assert "24 hours" in advice(desk)
    assert desk.again(onboarding).state is OnboardingState.FINISHED
    assert desk.states(onboarding)[StepName.HISTORY] is StepState.REFUSED


# ---- the account


def test_the_account_is_read_once_a_day(desk: Desk) -> None:
    connected(desk)
    desk.wait(HOUR)
    first = desk.line().account
    desk.meta.account = Account("BRL", "25")

    desk.wait(12 * HOUR)
    same = desk.line().account
    desk.wait(13 * HOUR)

    assert (first.currency, same) == ("USD", first)
    assert (desk.line().account.currency, desk.line().account.timezone) == ("BRL", "25")
    assert desk.meta.calls.count("account") == 2


def test_an_account_is_read_again_once_it_signed_the_terms_of_marketing_messages(
    desk: Desk,
) -> None:
    connected(desk)
    desk.wait(HOUR)
    before = desk.line().account.marketing
    desk.meta.account = Account("USD", "1", marketing="ONBOARDED")

    announced(desk, "MM_LITE_TERMS_SIGNED", desk.clock.now)
    desk.wait(300)

    assert (before, desk.line().account.marketing) == (None, "ONBOARDED")
    assert desk.meta.calls.count("account") == 2


def test_an_account_that_meta_does_not_show_is_asked_for_at_the_next_look(desk: Desk) -> None:
    connected(desk)
    desk.meta.fail("account", unreachable())

    desk.wait(2 * HOUR)

    assert desk.line().account.currency == "USD"
    assert desk.failures == []


def test_what_was_read_of_an_earlier_account_says_nothing_of_this_one(desk: Desk) -> None:
    connected(desk)
    before = replace(desk.line(), waba="another")

    desk.lines.note_account(before, Account("EUR", "47"), at=desk.clock.now)

    assert desk.line().account.currency != "EUR"


def test_templates_of_a_line_are_kept_true_at_each_look_at_it(desk: Desk) -> None:
    connected(desk)
    desk.kept_templates.clear()

    desk.wait(HOUR)

    assert desk.kept_templates
    assert {line.line for line in desk.kept_templates} == {SHOP_LINE}
