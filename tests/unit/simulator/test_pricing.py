"""What Meta charges: how each message is charged on its day, and the bill of what arrived."""

from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.payloads import AD
from simulator.pricing import Charge
from simulator.report import bill
from simulator.scenarios import bodies
from simulator.world import Line, Message
from tests.unit.simulator.actors import Receiver, Shop, StillClock

HOUR = 3600
ANNA, EMIL = "12125550123", "573005550123"
HELLO = {"name": "hello_world", "language": {"code": "en_US"}}
OFFER = {
    "name": "spring_offer",
    "language": {"code": "en_US"},
    "components": [{"type": "body", "parameters": [{"type": "text", "text": "you"}]}],
}
# In the account's own time zone it is still 30 September for seven hours.
SEPTEMBER_STILL = datetime(2026, 10, 1, 6, 59, tzinfo=UTC).timestamp()
OCTOBER = datetime(2026, 10, 1, 7, 0, tzinfo=UTC).timestamp()
JUNE_OF_2025 = datetime(2025, 6, 20, tzinfo=UTC).timestamp()

FREE_ENTRY = {
    "billable": False,
    "pricing_model": "PMP",
    "type": "free_entry_point",
    "category": "referral_conversion",
}


def send(shop: Shop, what: str = "answer", to: str = ANNA) -> str:
    """The wamid of an answer, or of a template of some category."""
    message: dict[str, Any] = {}
    if what != "answer":
        template = {"utility": HELLO, "marketing": OFFER}[what]
        message = {"type": "template", "template": template}
    return str(shop.graph.send(shop.line, to=to, **message)["messages"][0]["id"])


def told(shop: Shop, listening: Receiver, wamid: str) -> dict[str, Any]:
    """The one `pricing` that all priced statuses of a message carry."""
    shop.meta.wait_until_delivered()
    statuses = [s for s in listening.items("messages", "statuses") if s["id"] == wamid]
    priced = [status["pricing"] for status in statuses if "pricing" in status]
    assert len(priced) == 2
    assert priced[0] == priced[1]
    return dict(priced[0])


def billed(shop: Shop, rates: dict[str, dict[str, str | float]]) -> dict[str, Any]:
    shop.meta.wait_until_delivered()
    return shop.meta.bill(phone_number_id=shop.line, rates=rates)


@pytest.mark.parametrize(
    ("what", "at", "window", "type_"),
    [
        ("answer", SEPTEMBER_STILL, True, "free_customer_service"),
        ("answer", OCTOBER, True, "regular"),
        ("utility", SEPTEMBER_STILL, True, "free_customer_service"),
        ("utility", SEPTEMBER_STILL, False, "regular"),
        ("utility", OCTOBER, True, "regular"),
        ("marketing", SEPTEMBER_STILL, True, "regular"),
        ("marketing", OCTOBER, False, "regular"),
    ],
)
def test_a_message_is_charged_by_its_category_its_window_and_the_day_at_the_account(
    shop: Shop,
    listening: Receiver,
    clock: StillClock,
    what: str,
    at: float,
    type_: str,
    *,
    window: bool,
) -> None:
    clock.now = at
    if window:
        shop.hears_from(ANNA)

    pricing = told(shop, listening, send(shop, what))

    assert pricing == {
        "billable": type_ == "regular",
        "pricing_model": "PMP",
        "type": type_,
        "category": "service" if what == "answer" else what,
    }


def test_before_july_2025_meta_charged_by_conversation_which_has_no_price_here(
    shop: Shop, listening: Receiver, clock: StillClock
) -> None:
    clock.now = JUNE_OF_2025

    assert told(shop, listening, send(shop, "marketing"))["pricing_model"] == "CBP"
    assert billed(shop, {"": {"marketing": "0.01"}})["unpriced"] == 1


def test_an_answer_to_what_an_ad_led_to_makes_everything_free_for_72_hours(
    shop: Shop, listening: Receiver, clock: StillClock
) -> None:
    shop.hears_from(ANNA, "I saw the blue one", referral={"headline": "Everything blue"})
    clock.advance(24 * HOUR - 1)
    answered_at = int(clock.now)

    opens = send(shop)
    clock.advance(72 * HOUR - 1)
    within = send(shop, "marketing")
    clock.advance(1)
    after = send(shop, "marketing")

    assert told(shop, listening, opens) == FREE_ENTRY
    assert told(shop, listening, within) == FREE_ENTRY
    assert told(shop, listening, after)["type"] == "regular"
    assert listening.items("messages", "messages")[0]["referral"] == AD
    conversations = {
        status["id"]: status["conversation"]
        for status in listening.items("messages", "statuses")
        if "conversation" in status
    }
    assert conversations.keys() == {opens, within}
    assert conversations[opens] == conversations[within]
    assert conversations[opens]["origin"] == {"type": "referral_conversion"}
    assert conversations[opens]["expiration_timestamp"] == str(answered_at + 72 * HOUR)


def test_an_answer_after_a_day_opens_no_entry_point(
    shop: Shop, listening: Receiver, clock: StillClock
) -> None:
    shop.hears_from(ANNA, referral={})
    clock.advance(24 * HOUR)

    assert told(shop, listening, send(shop, "marketing"))["type"] == "regular"


def test_what_the_owner_types_opens_no_entry_point(
    shop: Shop, listening: Receiver, clock: StillClock
) -> None:
    shop.hears_from(ANNA, referral={})
    shop.meta.owner_message(phone_number_id=shop.line, to=ANNA, text="It is still here")
    clock.advance(24 * HOUR)

    assert told(shop, listening, send(shop, "marketing"))["type"] == "regular"


def test_an_answer_that_fails_opens_no_entry_point(
    shop: Shop, listening: Receiver, clock: StillClock
) -> None:
    shop.hears_from(ANNA, referral={})
    shop.meta.statuses(fail_code=131026)
    send(shop, "utility")
    shop.meta.statuses()
    clock.advance(24 * HOUR)

    assert told(shop, listening, send(shop, "marketing"))["type"] == "regular"


def test_an_ad_in_an_open_entry_point_makes_it_no_longer(
    shop: Shop, listening: Receiver, clock: StillClock
) -> None:
    shop.hears_from(ANNA, referral={})
    send(shop)
    clock.advance(71 * HOUR)
    shop.hears_from(ANNA, referral={})
    send(shop)
    clock.advance(HOUR)

    assert told(shop, listening, send(shop, "marketing"))["type"] == "regular"


def test_statuses_of_what_the_owner_typed_have_no_price() -> None:
    told = b"".join(delivery.body for delivery in bodies("statuses-before-messages"))

    assert b'"delivered"' in told
    assert b'"pricing"' not in told


def test_the_bill_is_what_arrived_by_market_and_category_to_the_last_digit(
    shop: Shop, clock: StillClock
) -> None:
    clock.now = SEPTEMBER_STILL
    shop.hears_from(ANNA)
    for _ in range(3):
        send(shop, "marketing", EMIL)
    for to in (ANNA, EMIL):
        send(shop, "utility", to)
    shop.hears_from("525512345678", referral={})
    send(shop, "answer", "525512345678")
    send(shop, "marketing", "34600000001")
    shop.meta.statuses(fail_code=131026)
    send(shop, "marketing", EMIL)
    shop.meta.owner_message(phone_number_id=shop.line, to=EMIL, text="Typed on the phone")

    rates: dict[str, dict[str, str | float]] = {
        "57": {"marketing": 0.0125, "utility": "0.0008"},
        "5": {"marketing": "99"},
        "1": {"utility": "98"},
    }
    assert billed(shop, rates) == {
        "charged": [
            {"market": "57", "category": "marketing", "messages": 3, "each": "0.0125"}
            | {"amount": "0.0375"},
            {"market": "57", "category": "utility", "messages": 1, "each": "0.0008"}
            | {"amount": "0.0008"},
        ],
        "free": {"free_customer_service": 1, "free_entry_point": 1},
        "unpriced": 1,
        "currency": "USD",
        "total": "0.0383",
    }


def test_who_has_read_a_message_has_it(shop: Shop) -> None:
    shop.meta.statuses(order=["sent", "read"])
    send(shop, "marketing")
    shop.meta.statuses(order=["sent"])
    send(shop, "marketing")

    assert billed(shop, {"": {"marketing": "0.01"}})["total"] == "0.01"


def test_a_number_has_a_thousand_answers_free_in_a_month_and_pays_utility_for_the_rest() -> None:
    line = Line("1", "2", "3", "15550100000", "Corner Shop")
    october, november = int(OCTOBER), int(OCTOBER + 31 * 24 * HOUR)

    def answer(number: int, at: int) -> Message:
        charge = Charge("PMP", "regular", "service")
        arrived = {"sent": at, "delivered": at}
        return Message(
            f"wamid.{number}", "api", EMIL, at, "text", {}, charge=charge, statuses=arrived
        )

    over_the_month = [october + n * 40 * 60 for n in range(1_002)]
    moments = over_the_month + [november + n for n in range(3)]
    line.messages = {f"wamid.{n}": answer(n, at) for n, at in enumerate(moments)}

    one = bill(line, {"57": {"utility": "0.0008"}})
    own = bill(line, {"57": {"utility": "0.0008", "service": "0.0009"}})

    assert (one["free"], one["total"]) == ({"first_1000_answers": 1_003}, "0.0016")
    assert own["total"] == "0.0018"


@pytest.mark.parametrize("rates", [{"57": {"marketing": "a lot"}}, {"57": "0.01"}])
def test_a_price_that_is_none_is_refused(shop: Shop, rates: Any) -> None:
    with pytest.raises(ValueError, match="prices by category"):
        billed(shop, rates)


def test_the_truth_says_of_each_message_how_it_was_charged(shop: Shop) -> None:
    heard, sent = shop.hears_from(ANNA), send(shop, "utility")

    messages = shop.truth()["messages"]

    assert messages[heard]["charge"] is None
    assert messages[sent]["charge"] == {
        "model": "PMP",
        "type": "regular",
        "category": "utility",
        "free_until": None,
    }
