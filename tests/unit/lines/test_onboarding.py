"""From a code to a line: what is proven, what is refused and with which way out."""

from dataclasses import replace

import pytest

from tandem.lines.proof import WhichNumber
from tandem.model.errors import Expired, NotAllowed, NotFound, TryAgain
from tandem.model.line import LineState, Mode
from tandem.model.onboarding import OnboardingState, StepName, StepState
from tandem.store import keys
from tests.fakes.onboarding_desk import KEY, NOON, Desk
from tests.fakes.signup_meta import (
    SHOP_LINE,
    SHOP_NUMBER,
    SHOP_WABA,
    lost,
    refusal,
    shop,
    unreachable,
)

ALL_DONE = dict.fromkeys(StepName, StepState.DONE)


def test_a_code_becomes_an_active_line_with_every_step_done(desk: Desk) -> None:
    onboarding = desk.connect()
    desk.work()

    line = desk.line()

    assert (onboarding.line, onboarding.display_number) == (SHOP_LINE, SHOP_NUMBER)
    assert (line.state, line.mode, line.rate) == (LineState.ACTIVE, Mode.COEXISTENCE, 20)
    assert (line.sync, line.onboarded_at) == (onboarding.onboarding, NOON)
    assert desk.states(onboarding) == ALL_DONE
    assert desk.meta.subscribed == {SHOP_WABA}
    assert desk.meta.accepted == {"smb_app_state_sync": 1, "history": 1}


def test_meta_is_asked_in_its_own_order(desk: Desk) -> None:
    desk.connect()
    desk.work()

    steps = [call for call in desk.meta.calls if call != "owner_of"][-4:]

    assert steps == ["subscribe", "phone_number", "smb_app_state_sync", "history"]


def test_what_the_owner_confirmed_is_kept_with_its_time(desk: Desk) -> None:
    onboarding = desk.again(desk.connect())

    assert onboarding.accepted == {"texts": "1", "agreed_at": {"costs": NOON}}
    assert onboarding.created_at == NOON


def test_the_token_lives_with_the_line_alone_and_opens_only_for_its_account(desk: Desk) -> None:
    onboarding = desk.connect()

    row = desk.tokens.row("acme", SHOP_LINE)

    assert desk.tokens.read("acme", SHOP_LINE) == "token of code-1"
    assert desk.onboardings.sealed_token("acme", onboarding.onboarding) is None
    assert row is not None
    assert (row.waba, row.granted_by) == (SHOP_WABA, onboarding.onboarding)
    with pytest.raises(ValueError, match="InvalidCiphertext"):
        desk.tokens.opened(row.sealed, context={"waba": "902"})


def test_the_same_code_again_is_the_same_onboarding(desk: Desk) -> None:
    first = desk.connect()

    second = desk.post()

    assert (second.onboarding, second.line) == (first.onboarding, first.line)
    assert desk.meta.calls.count("exchange") == 1


def test_the_same_code_twice_at_once_waits_for_its_twin(desk: Desk) -> None:
    first = desk.connect()
    # The twin has written its row and is still at the exchange.
    desk.table.update(keys.onboarding("acme", first.onboarding), put={"state": "exchanging"})

    with pytest.raises(Expired, match="begin again"):
        desk.post()

    assert desk.again(first).state is OnboardingState.EXCHANGING, "the twin may still store it"


@pytest.mark.parametrize("late", [0, 31])
def test_a_late_or_unknown_code_says_to_begin_again(desk: Desk, late: int) -> None:
    if late:
        desk.meta.code()
        desk.clock.pass_(late)

    with pytest.raises(Expired, match="begin again") as refused:
        desk.post()

    assert refused.value.code == "code_expired"
    assert desk.lines.all("acme") == ()


def test_a_meta_that_cannot_be_reached_asks_for_the_same_code_again(desk: Desk) -> None:
    desk.meta.fail("exchange", unreachable())
    desk.meta.code()
    with pytest.raises(TryAgain):
        desk.post()

    onboarding = desk.post()

    assert onboarding.line == SHOP_LINE
    assert desk.clock.now == NOON, "no second of the code's thirty was spent waiting"


def test_an_account_outside_the_grants_is_refused(desk: Desk) -> None:
    desk.meta.code()

    with pytest.raises(NotAllowed, match="does not cover"):
        desk.post(desk.sign_up(waba="999"))

    assert desk.lines.all("acme") == ()


def test_a_refused_onboarding_stays_refused_and_forgets_its_token(desk: Desk) -> None:
    desk.meta.code()
    with pytest.raises(NotAllowed):
        desk.post(desk.sign_up(waba="999"))

    with pytest.raises(NotAllowed, match="does not cover") as again:
        desk.post(desk.sign_up(waba="999"))

    assert again.value.code == "not_granted"
    assert not any("sealed" in row for row in desk.table.contents().values())
    assert list(desk.onboardings.due(NOON + 9999)) == []


def test_an_account_that_meta_does_not_list_is_proven_by_reading_it(desk: Desk) -> None:
    desk.meta.named = frozenset()

    onboarding = desk.connect()

    assert onboarding.line == SHOP_LINE


def test_a_claim_that_meta_does_not_list_and_does_not_show_is_refused(desk: Desk) -> None:
    desk.meta.named = frozenset()
    desk.meta.code()

    with pytest.raises(NotAllowed, match="does not cover"):
        desk.post(desk.sign_up(waba="999"))


def test_a_claim_beside_the_named_grants_is_refused_even_if_it_could_be_read(desk: Desk) -> None:
    desk.meta.grants, desk.meta.named = frozenset({SHOP_WABA, "902"}), frozenset({SHOP_WABA})
    desk.meta.numbers["902"] = [shop(id="102")]
    desk.meta.code()

    with pytest.raises(NotAllowed, match="does not cover"):
        desk.post(desk.sign_up(waba="902"))


def test_without_a_claim_the_only_granted_account_is_meant(desk: Desk) -> None:
    desk.meta.code()

    onboarding = desk.post(desk.sign_up(waba=None))

    assert onboarding.waba == SHOP_WABA


def test_without_a_claim_several_granted_accounts_are_refused(desk: Desk) -> None:
    desk.meta.grants = frozenset({SHOP_WABA, "902"})
    desk.meta.code()

    with pytest.raises(NotAllowed):
        desk.post(desk.sign_up(waba=None))


@pytest.mark.parametrize("fact", [{"valid": False}, {"app_id": "666"}])
def test_a_token_of_another_app_or_a_dead_one_is_refused(
    desk: Desk, fact: dict[str, object]
) -> None:
    vars(desk.meta).update(fact)
    desk.meta.code()

    with pytest.raises(NotAllowed, match="not for this app"):
        desk.post()


def test_the_number_in_the_app_is_found_among_others(desk: Desk) -> None:
    other = shop(id="102", display_number="15550100002", is_on_biz_app=False)
    desk.meta.numbers[SHOP_WABA].insert(0, other)

    onboarding = desk.connect()

    assert onboarding.line == SHOP_LINE


def test_several_numbers_in_the_app_ask_the_owner_which(desk: Desk) -> None:
    desk.meta.numbers[SHOP_WABA].append(shop(id="102", display_number="15550100002"))
    desk.meta.code()
    with pytest.raises(WhichNumber) as question:
        desk.post()

    answered = desk.post(desk.sign_up(line="102"))
    desk.work()

    assert [choice.line for choice in question.value.choices] == [SHOP_LINE, "102"]
    assert desk.meta.calls.count("exchange") == 1
    assert answered.onboarding == desk.line("102").sync
    assert desk.again(answered).choices == ()


def test_a_claimed_number_outside_the_account_is_refused(desk: Desk) -> None:
    desk.meta.code()

    with pytest.raises(NotAllowed, match="not in the account"):
        desk.post(desk.sign_up(line="777"))


def test_another_tenants_number_is_refused_and_nothing_of_it_kept(desk: Desk) -> None:
    desk.connect()
    desk.meta.code("code-2")
    rival = desk.invitation("invitation-2", tenant="rival")

    with pytest.raises(NotAllowed, match="another account") as refused:
        desk.post(desk.sign_up("code-2", invitation=rival))

    assert refused.value.code == "held_by_another"
    assert desk.lines.all("rival") == ()
    assert desk.tokens.row("rival", SHOP_LINE) is None


def test_a_number_without_the_app_becomes_a_cloud_line_without_import(desk: Desk) -> None:
    desk.meta.numbers[SHOP_WABA] = [shop(is_on_biz_app=False, throughput="HIGH")]

    onboarding = desk.connect()
    desk.work()

    assert (desk.line().mode, desk.line().rate) == (Mode.CLOUD, 1000)
    assert set(desk.states(onboarding)) == {StepName.SUBSCRIBE, StepName.READ_LINE}


@pytest.mark.parametrize("call", ["debug", "phone_numbers"])
@pytest.mark.parametrize("fault", [lost(), unreachable(), refusal(2, "Down", http=503)])
def test_a_passing_fault_after_the_exchange_never_costs_the_code(
    desk: Desk, call: str, fault: Exception
) -> None:
    desk.meta.fail(call, fault)

    onboarding = desk.connect()
    desk.wait(300)

    assert onboarding.line is None
    assert desk.again(onboarding).line == SHOP_LINE
    assert desk.states(onboarding) == ALL_DONE


def test_a_number_that_meta_is_still_connecting_is_waited_for(desk: Desk) -> None:
    desk.meta.numbers[SHOP_WABA] = [shop(platform_type="NOT_APPLICABLE")]
    onboarding = desk.connect()
    desk.wait(600)
    waiting = desk.again(onboarding)

    desk.meta.numbers[SHOP_WABA] = [shop()]
    desk.wait(600)

    assert (waiting.state, waiting.code) == (OnboardingState.EXCHANGED, "not_ready")
    assert desk.line().state is LineState.ACTIVE


def test_a_number_that_never_gets_ready_is_given_up_after_an_hour(desk: Desk) -> None:
    desk.meta.numbers[SHOP_WABA] = []

    onboarding = desk.connect()
    desk.wait(4500)

    ended = desk.again(onboarding)
    assert (ended.state, ended.code) == (OnboardingState.REFUSED, "gave_up")
    assert desk.onboardings.sealed_token("acme", onboarding.onboarding) is None
    with pytest.raises(Expired, match="begin again"):
        desk.post()


def test_an_expired_invitation_begins_nothing(desk: Desk) -> None:
    desk.meta.code()
    old = desk.invitation(days=0)

    with pytest.raises(Expired, match="new link"):
        desk.post(desk.sign_up(invitation=old))

    assert desk.meta.calls == []
    assert desk.table.contents() == {}


def test_an_invitation_is_used_up_by_the_onboarding_that_completed(desk: Desk) -> None:
    first = desk.connect()
    desk.work()
    desk.meta.code("code-2")

    with pytest.raises(Expired, match="already connected") as refused:
        desk.post(desk.sign_up("code-2"))

    assert refused.value.code == "invitation_used"
    assert desk.post().onboarding == first.onboarding, "its own browser may still ask"


def test_an_invitation_survives_an_onboarding_that_failed(desk: Desk) -> None:
    with pytest.raises(Expired):
        desk.post(desk.sign_up("never issued"))

    onboarding = desk.connect()

    assert onboarding.line == SHOP_LINE


def test_connecting_again_replaces_token_and_sync_and_asks_anew(desk: Desk) -> None:
    desk.connect()
    desk.work()
    desk.clock.pass_(3600)
    desk.meta.accepted.clear()
    desk.meta.code("code-2")

    second = desk.post(desk.sign_up("code-2", invitation=desk.invitation("invitation-2")))
    desk.work()

    assert desk.line().sync == second.onboarding
    assert desk.tokens.read("acme", SHOP_LINE) == "token of code-2"
    assert desk.states(second) == ALL_DONE


def test_an_older_onboarding_steps_aside_for_a_newer_one(desk: Desk) -> None:
    first = desk.connect()
    desk.clock.pass_(60)
    desk.meta.code("code-2")
    second = desk.post(desk.sign_up("code-2"))

    desk.work()

    assert desk.again(first).code == "superseded"
    assert desk.states(second) == ALL_DONE
    assert desk.meta.requests == {"smb_app_state_sync": 1, "history": 1}


def test_progress_is_shown_to_its_own_invitation_only(desk: Desk) -> None:
    onboarding = desk.connect()
    stranger = desk.invitation("invitation-2")
    neighbour = desk.invitation(tenant="rival")

    shown = desk.progress(onboarding)

    assert shown.onboarding.line == SHOP_LINE
    for other in (stranger, neighbour):
        with pytest.raises(NotFound):
            desk.following.invited(other, onboarding.onboarding, key=KEY)


def test_progress_is_shown_after_the_invitation_has_expired(desk: Desk) -> None:
    onboarding = desk.connect()
    desk.clock.pass_(30 * 86400)

    shown = desk.progress(onboarding)

    assert shown.state == LineState.CONNECTING


def test_the_claim_of_a_number_is_not_believed_by_its_spelling(desk: Desk) -> None:
    desk.meta.code()
    claimed = replace(desk.sign_up(), line="101 ")

    with pytest.raises(NotAllowed):
        desk.post(claimed)
