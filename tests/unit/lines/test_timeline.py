"""A line's life as its timeline tells it: what began, what ended, and why."""

from contextlib import suppress

import pytest

from tandem.lines.lifecycle import Lifecycle
from tandem.model.line import LineState
from tandem.model.notice import ACCOUNT, Notice, Topic
from tandem.store.happenings import Happenings
from tandem.store.templates import Templates
from tests.fakes.crashing import Died, Fuse
from tests.fakes.onboarding_desk import NOON, TENANT, Desk
from tests.fakes.signup_meta import SHOP_LINE, SHOP_NUMBER, SHOP_WABA, shop
from tests.unit.lines.test_keeper import connected, receive

HOUR, DAY = 3600, 24 * 3600
WHY = {"reason": "CHANGE_NUMBER", "initiated_by": "USER", "why": "the number was changed"}


def happened(desk: Desk) -> list[tuple[str, str]]:
    """The kinds and texts, oldest first."""
    found, _ = Happenings(desk.table).page(TENANT, SHOP_LINE, limit=100)
    return [(entry.kind, entry.text) for entry in reversed(found)]


def texts(desk: Desk, kind: str) -> list[str]:
    return [text for name, text in happened(desk) if name == kind]


def removed_by_its_owner(desk: Desk) -> None:
    desk.meta.numbers[SHOP_WABA] = []
    notice = Notice(
        ACCOUNT,
        "PARTNER_REMOVED",
        desk.clock.now,
        "The number was disconnected.",
        waba=SHOP_WABA,
        display_number=SHOP_NUMBER,
        tells={Topic.REMOVAL: WHY},
    )
    Lifecycle(desk.lines, Happenings(desk.table), Templates(desk.table)).note(
        TENANT, notice, desk.clock.now
    )


def test_an_onboarding_is_told_step_by_step_and_once(desk: Desk) -> None:
    connected(desk)
    desk.wait(2 * HOUR)

    assert texts(desk, "connected") == ["The owner connected the number in mode coexistence."]
    assert sorted(texts(desk, "step")) == [
        "Asking for the chats: done.",
        "Asking for the contacts: done.",
        "Having the account's webhooks sent here: done.",
        "Reading the number: done.",
    ]


def test_a_line_that_goes_and_comes_back_says_so_and_that_sends_paused(desk: Desk) -> None:
    receive(desk, connected(desk), 100)
    desk.meta.numbers[SHOP_WABA] = []
    desk.wait(HOUR)

    desk.meta.numbers[SHOP_WABA] = [shop()]
    desk.wait(HOUR)

    assert [text.partition(";")[0] for text in texts(desk, "state")] == [
        "Meta does not show the number on the platform at the moment",
        "Meta shows the number as connected",
    ]
    assert len(texts(desk, "sends_paused")) == len(texts(desk, "sends_resumed")) == 1


def test_a_removal_names_its_cause_and_when_to_connect_again(desk: Desk) -> None:
    receive(desk, connected(desk), 100)
    desk.wait(HOUR)

    removed_by_its_owner(desk)
    desk.wait(HOUR)

    line = desk.line()
    assert line.state is LineState.REMOVED
    assert "disconnected: the number was changed. Meta takes it again from" in (line.trouble or "")
    assert texts(desk, "state")[-1].endswith("Meta's reason: the number was changed.")


@pytest.mark.parametrize("after_effect", [False, True])
@pytest.mark.parametrize("at", range(1, 9))
def test_a_reading_that_dies_is_told_once(desk: Desk, at: int, *, after_effect: bool) -> None:
    receive(desk, connected(desk), 100)
    desk.wait(HOUR)
    desk.meta.numbers[SHOP_WABA] = [shop(quality="RED")]
    (watch,) = desk.lines.due(desk.clock.now + HOUR)
    desk.table.fuse = Fuse(at, after_effect=after_effect)

    with suppress(Died):
        desk.keeper._reading.read(watch)
    desk.table.fuse = None
    desk.wait(2 * HOUR)

    assert texts(desk, "quality") == ["The quality is RED; it was GREEN."]


def test_trouble_with_sending_begins_and_ends_on_the_timeline(desk: Desk) -> None:
    connected(desk)
    for _ in range(2):
        desk.lines.note_trouble(TENANT, SHOP_LINE, "Add a payment method.", at=desk.clock.now)
    desk.lines.note_trouble(TENANT, SHOP_LINE, None, at=desk.clock.now + 5)

    desk.lines.note_trouble(TENANT, SHOP_LINE, "Add a payment method.", at=desk.clock.now + 9)

    assert texts(desk, "sends_paused") == ["Add a payment method."] * 2
    assert texts(desk, "sends_resumed") == ["It is over: Add a payment method."]


def test_what_a_broadcast_hears_of_every_person_is_told_once_an_hour(desk: Desk) -> None:
    connected(desk)

    for second in range(30):
        desk.lines.hear_of_trouble(TENANT, SHOP_LINE, "Add a payment method.", at=NOON + second)

    assert texts(desk, "sends_paused") == ["Add a payment method."]


@pytest.mark.parametrize(("days", "warned"), [(9.9, False), (10.2, True)])
def test_a_phone_without_a_sign_for_ten_days_is_warned_of(
    desk: Desk, days: float, warned: bool
) -> None:
    receive(desk, connected(desk), 100)
    desk.wait(HOUR)
    desk.clock.pass_(days * DAY - HOUR)

    desk.wait(HOUR)

    assert ("No sign of the phone for 10 days" in (desk.line().advice or "")) is warned
    assert desk.line().trouble is None, "sends go on"


def test_a_sign_of_the_phone_ends_the_warning(desk: Desk) -> None:
    receive(desk, connected(desk), 100)
    desk.clock.pass_(11 * DAY)
    desk.wait(HOUR)
    lifecycle = Lifecycle(desk.lines, Happenings(desk.table), Templates(desk.table))

    lifecycle.phone_seen(TENANT, SHOP_LINE, desk.clock.now + DAY, desk.clock.now)
    ahead = desk.line().standing.phone_seen_at
    lifecycle.phone_seen(TENANT, SHOP_LINE, desk.clock.now, desk.clock.now)
    desk.wait(HOUR)

    assert ahead == NOON
    assert desk.line().advice is None
    assert len(texts(desk, "advice")) == len(texts(desk, "advice_over")) == 1
