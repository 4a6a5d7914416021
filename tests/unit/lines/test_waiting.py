"""The quarter of an hour after a disconnection: who is told to wait, and who never is."""

import itertools
from contextlib import suppress

import pytest

from tandem.lines.invitation import Invitation
from tandem.lines.lifecycle import Lifecycle
from tandem.lines.waiting import TooSoon
from tandem.model.errors import Conflict, Expired, NotAllowed
from tandem.model.line import LineState
from tandem.model.notice import ACCOUNT, Notice
from tandem.model.onboarding import Onboarding, StepName, StepState
from tandem.store.happenings import Happenings
from tandem.store.templates import Templates
from tests.fakes.crashing import Died, Fuse
from tests.fakes.onboarding_desk import KEY, TENANT, Desk
from tests.fakes.signup_meta import SHOP_LINE, SHOP_NUMBER, SHOP_WABA, shop

MINUTE, QUARTER, HOUR = 60, 900, 3600
ONCE = (StepName.CONTACTS, StepName.HISTORY)


def announced(desk: Desk, *, at: int) -> None:
    """Meta tells that the shop's number was disconnected at a moment."""
    notice = Notice(
        ACCOUNT, "PARTNER_REMOVED", at, "gone", waba=SHOP_WABA, display_number=SHOP_NUMBER
    )
    Lifecycle(desk.lines, Happenings(desk.table), Templates(desk.table)).note(TENANT, notice, at)


def removed(desk: Desk, *, ago: int = 0) -> int:
    """The shop's number is connected, and disconnected `ago` seconds before now; when that was."""
    desk.until_rest(desk.connect)
    desk.clock.pass_(HOUR)
    at = desk.clock.now - ago
    announced(desk, at=at)
    return at


def may_begin(desk: Desk, invitation: str = "invitation-2") -> Invitation:
    return desk.beginning.may_begin(desk.invitation(invitation), key=KEY)


def back(desk: Desk) -> Onboarding:
    """The owner goes through Meta's window once more, and Meta lets them through."""
    desk.meta.accepted.clear()
    desk.meta.code("code-2")
    return desk.post(desk.sign_up("code-2", invitation=desk.invitation("invitation-2")))


def test_whoever_is_early_is_told_of_which_number_and_until_when(desk: Desk) -> None:
    at = removed(desk)

    with pytest.raises(TooSoon, match="Meta takes it again from 2026-") as early:
        may_begin(desk)

    assert isinstance(early.value, Conflict)
    assert (early.value.code, early.value.until) == ("wait_after_removal", at + QUARTER)
    assert [line.line for line in early.value.lines] == [SHOP_LINE]
    assert f"+{SHOP_NUMBER} was disconnected" in str(early.value)


@pytest.mark.parametrize(("ago", "waits"), [(0, True), (QUARTER - 1, True), (QUARTER, False)])
def test_the_wait_is_a_quarter_of_an_hour_from_what_meta_announced(
    desk: Desk, ago: int, waits: bool
) -> None:
    removed(desk, ago=ago)

    if waits:
        with pytest.raises(TooSoon):
            may_begin(desk)
    else:
        may_begin(desk)

    assert desk.line().standing.again_from == desk.clock.now - ago + QUARTER


def test_nobody_waits_for_a_removal_that_a_reading_has_not_found(desk: Desk) -> None:
    removed(desk)

    desk.wait(5 * MINUTE)

    may_begin(desk)
    assert desk.line().state is LineState.ACTIVE


def test_the_wait_stands_once_the_removal_is_found(desk: Desk) -> None:
    at = removed(desk)
    desk.meta.numbers[SHOP_WABA] = []

    desk.wait(5 * MINUTE)

    assert desk.line().state is LineState.REMOVED
    with pytest.raises(TooSoon) as early:
        may_begin(desk)
    assert early.value.until == at + QUARTER


def test_another_tenant_does_not_wait(desk: Desk) -> None:
    removed(desk)

    invitation = desk.invitation("invitation-2", tenant="rival")

    assert desk.beginning.may_begin(invitation, key=KEY).tenant == "rival"


def test_a_forged_an_old_or_a_used_invitation_is_told_before_anything_else(desk: Desk) -> None:
    removed(desk)

    with pytest.raises(NotAllowed):
        desk.beginning.may_begin(desk.invitation("invitation-2")[:-2] + "AA", key=KEY)
    with pytest.raises(Expired, match="expired"):
        desk.beginning.may_begin(desk.invitation("invitation-2", days=0), key=KEY)
    with pytest.raises(Expired, match="already connected"):
        may_begin(desk, "invitation-1")


# ---- whom Meta lets through all the same


def test_whom_meta_lets_through_early_is_connected_and_hears_of_messages_at_once(
    desk: Desk,
) -> None:
    removed(desk)
    desk.meta.subscribed.clear()

    onboarding = back(desk)
    desk.work()

    assert onboarding.line == SHOP_LINE
    assert desk.tokens.read(TENANT, SHOP_LINE) == "token of code-2"
    assert desk.meta.subscribed == {SHOP_WABA}
    assert desk.line().state is LineState.ACTIVE


def test_what_meta_takes_once_is_not_asked_for_before_the_wait_is_over(desk: Desk) -> None:
    at = removed(desk)
    onboarding = back(desk)
    desk.work()
    desk.meta.requests.clear()

    while desk.clock.now + 5 * MINUTE < at + QUARTER:
        desk.wait(5 * MINUTE)
    early = dict(desk.meta.requests)
    shown = desk.following.of(desk.again(onboarding))
    desk.wait(10 * MINUTE)

    assert early == {}
    assert {desk.states(onboarding)[name] for name in ONCE} == {StepState.DONE}
    assert desk.meta.accepted == {"smb_app_state_sync": 1, "history": 1}
    assert shown.view is not None
    assert shown.view.state == "not_requested"
    assert "The number was disconnected. Meta takes it again from" in (shown.view.todo or "")
    assert shown.view.trouble is False


def test_the_next_owner_is_not_told_of_a_number_that_is_back(desk: Desk) -> None:
    removed(desk, ago=MINUTE)
    with pytest.raises(TooSoon):
        may_begin(desk, "invitation-3")

    back(desk)

    assert may_begin(desk, "invitation-3").tenant == TENANT


def test_who_comes_back_later_waits_for_nothing(desk: Desk) -> None:
    removed(desk, ago=QUARTER)

    onboarding = back(desk)
    desk.work()

    assert set(desk.states(onboarding).values()) == {StepState.DONE}


def test_a_number_that_was_never_here_waits_for_nothing(desk: Desk) -> None:
    removed(desk)
    desk.meta.numbers[SHOP_WABA] = [shop(id="102", display_number="15550100002")]

    onboarding = back(desk)
    desk.work()

    assert onboarding.line == "102"
    assert set(desk.states(onboarding).values()) == {StepState.DONE}


@pytest.mark.parametrize("after_effect", [False, True], ids=["before", "after"])
def test_the_wait_outlives_whoever_dies_while_connecting(*, after_effect: bool) -> None:
    for number in itertools.count(1):
        desk, fuse = Desk(), Fuse(number, after_effect=after_effect)
        at = removed(desk)
        desk.meta.requests.clear()
        desk.table.fuse = fuse
        with suppress(Died):
            back(desk)
        desk.table.fuse = None

        while desk.clock.now + 5 * MINUTE < at + QUARTER:
            desk.wait(5 * MINUTE)

        assert desk.meta.requests == {}, f"asked too soon after death {number}"
        if fuse.steps < number:
            break
    assert number > 10
