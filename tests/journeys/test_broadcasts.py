"""A broadcast reaches everybody once, whatever happens on the way."""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from local.demo.talk import Json, until
from tests.journeys.crashes import given_back_after, kill, waiting_in
from tests.journeys.shops import LONG, Shop, Shops
from tests.journeys.stack import Stack


@pytest.fixture(scope="module")
def shop(shops: Shops) -> Shop:
    """A shop of their own: hundreds of people hear from it."""
    return shops.open("Mail-order shop").connected()


def test_a_scheduled_broadcast_reaches_at_its_time_all_who_still_want_it(shop: Shop) -> None:
    # Canadians: Meta delivers no marketing to numbers of the United States.
    audience = people(25, area=416, blanks=1)
    unwilling = audience[7]["phone"].removeprefix("+")
    at = int(time.time()) + 4

    broadcast = Sent.begin(shop, audience, template="spring_offer", schedule_at=at)
    stops_marketing(shop, unwilling)
    broadcast.ends()

    recipients = broadcast.recipients()
    skipped = [one for one in recipients if one["state"] == "skipped"]
    assert [(one["phone"], one["number"]) for one in skipped] == [(unwilling, 7)]
    assert broadcast.reached() == dict.fromkeys(set(range(25)) - {7}, 1)
    assert min(message["timestamp"] for message in broadcast.messages().values()) >= at
    until(lambda: broadcast.states() == {"read": 24, "skipped": 1}, seconds=LONG, what="statuses")
    assert broadcast.get()["state"] == "finished"


def test_what_is_due_of_a_series_is_planned_and_waits_for_its_time(shop: Shop) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=20)
    rule = {"every": "day", "at": f"{soon:%H:%M}", "zone": "UTC", "since": f"{soon:%Y-%m-%d}"}
    shop.heard_from("12125550177")

    series = shop.tandem.post(
        "series",
        {
            "line": shop.line,
            "name": "Daily",
            "template": {"name": "order_ready", "language": "en_US"},
            "fill": {"body.1": {"field": "name", "fallback": "friend"}, "body.2": {"text": "1"}},
            "audience": {"segment": "phone begins with 12125550177"},
            "rule": rule | {"count": 1},
            "approve_within": {"at_most_people": 5},
        },
    )

    def occurrences() -> list[Json]:
        told: list[Json] = shop.tandem.get(f"series/{series['id']}")["occurrences"]
        return told

    until(
        lambda: any(each["state"] not in ONLY_BEGUN for each in occurrences()),
        seconds=LONG,
        what="the plan of what is due",
    )
    (due,) = occurrences()
    assert (due["day"], due["state"]) == (f"{soon:%Y-%m-%d}", "scheduled")
    broadcast = Sent(shop, due["broadcast"])
    assert broadcast.get()["plan"]["included"] == 1
    assert broadcast.messages() == {}


def test_meta_throttling_in_the_middle_fails_nobody(shop: Shop) -> None:
    taken = shop.truth()["accepted"]

    broadcast = Sent.begin(shop, people(60, area=415))
    until(lambda: shop.truth()["accepted"] > taken, seconds=LONG, what="the first", pause=0.02)
    shop.meta.ask("PUT", "faults", refuse=1.0, refuse_code=130429, endpoints=["messages"])
    until(lambda: refused(shop) > 0, seconds=LONG, what="a refusal", pause=0.02)
    shop.meta.ask("PUT", "faults")
    broadcast.ends()

    assert broadcast.reached() == dict.fromkeys(range(60), 1)
    until(lambda: broadcast.states() == {"read": 60}, seconds=LONG, what="the last status")


def test_a_sender_killed_in_the_middle_sends_to_nobody_twice_and_forgets_nobody(
    stack: Stack, shop: Shop
) -> None:
    taken = shop.truth()["accepted"]
    # Many calls are on their way at any moment, and no status tells in time what became of them.
    shop.meta.ask("PUT", "faults", timeout=1.0, timeout_s=0.5, endpoints=["messages"])

    with given_back_after(stack, 6, "SendQueue"):
        broadcast = Sent.begin(shop, people(60, area=512), told_after_s=10.0)
        until(lambda: shop.truth()["accepted"] > taken + 19, seconds=LONG, what="some", pause=0.02)
        killed = kill(stack, "BroadcastSender")
        shop.meta.ask("PUT", "faults")
        broadcast.ends()
    until(lambda: not shop.meta.waiting(), seconds=LONG, what="the statuses")

    def lost() -> set[int]:
        """Whom no call to Meta has reached: their attempt was written, and the caller died."""
        return set(range(60)) - broadcast.reached().keys()

    until(
        lambda: broadcast.states() == {"read": 60 - len(lost())} | unknown(len(lost())),
        seconds=LONG,
        what="the last status",
    )
    assert killed > 0
    assert set(broadcast.reached().values()) == {1}
    assert {one["number"] for one in broadcast.recipients() if one["state"] == "unknown"} == lost()


def test_a_paused_broadcast_holds_who_is_left_and_resumed_reaches_them(
    stack: Stack, shop: Shop
) -> None:
    everybody = people(130, area=212)
    taken = shop.truth()["accepted"]

    broadcast = Sent.begin(shop, everybody)
    until(lambda: shop.truth()["accepted"] > taken, seconds=LONG, what="the first", pause=0.02)
    paused = shop.tandem.post(f"broadcasts/{broadcast.id}/pause", {})
    until(lambda: not waiting_in(stack, "SendQueue"), seconds=LONG, what="the sender to stop")
    reached = len(broadcast.reached())
    shop.tandem.post(f"broadcasts/{broadcast.id}/resume", {})
    broadcast.ends()

    assert paused["state"] == "paused"
    assert 0 < reached < 130
    assert broadcast.reached() == dict.fromkeys(range(130), 1)


def test_a_plan_costs_what_meta_bills_in_every_market(shops: Shops) -> None:
    # Of its own, so that all that it is billed for is this broadcast and one answer.
    shop = shops.open("Florist", tenant="florist").connected()
    markets = {"57": "57300555{:04d}", "52": "5255555{:05d}", "55": "55219955{:05d}"}
    phones = [shape.format(number) for shape in (*markets.values(), GERMAN) for number in range(3)]
    wrote, came = phones[0], phones[3]
    shop.heard_from(wrote)
    answered_from_an_ad(shop, came)

    everybody = [{"phone": f"+{phone}", "values": {"body.1": "friend"}} for phone in phones]
    broadcast = Sent.begin(shop, everybody, template="spring_offer")
    broadcast.ends()
    until(lambda: broadcast.states() == {"read": 12}, seconds=LONG, what="the last status")

    forecast = broadcast.get()["plan"]["forecast"]
    rates = {
        code: {"marketing": price_of_marketing(shop, shape.format(0))}
        for code, shape in markets.items()
    }
    bill = shop.meta.ask("POST", f"lines/{shop.line}/bill", rates=rates)
    assert Decimal(forecast["total"]) == Decimal(bill["total"]) > 0
    assert sorted((cost["people"], cost["amount"]) for cost in forecast["costs"]) == sorted(
        (charged["messages"], charged["amount"]) for charged in bill["charged"]
    )
    assert (forecast["free"], forecast["unpriced"]) == ({"entry_point": 1}, {"DE": 3})
    assert (bill["free"], bill["unpriced"]) == ({"free_entry_point": 2}, 3)


# ---- what these journeys need

GERMAN = "49151555{:05d}"
"""Numbers of a market for which the shipped card has no price."""

ONLY_BEGUN = (None, "planning", "planned")
"""States of an occurrence that is not yet approved."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A broadcast of a shop, seen from both ends."""

    shop: Shop
    id: str

    @classmethod
    def begin(
        cls,
        shop: Shop,
        audience: list[Json],
        *,
        template: str = "order_ready",
        schedule_at: int | None = None,
        told_after_s: float = 0.1,
    ) -> "Sent":
        """Ask for a broadcast, at once unless it is scheduled; how soon statuses come of it."""
        order = ["delivered", "read", "sent"]
        shop.meta.ask("PUT", "statuses", order=order, step_s=0.05, first_after_s=told_after_s)
        asked = {
            "line": shop.line,
            "name": "Journey",
            "template": {"name": template, "language": "en_US"},
            "audience": {"people": audience},
            "timing": {"at": schedule_at},
            "approve": True,
        }
        return cls(shop, shop.tandem.post("broadcasts", asked)["id"])

    def get(self) -> Json:
        return self.shop.tandem.get(f"broadcasts/{self.id}")

    def ends(self) -> None:
        """Wait until nothing is left to be done for anybody."""
        until(
            lambda: bool(self.get()["plan"]) and self.get()["progress"]["waiting"] == 0,
            seconds=2 * LONG,
            what="the end of the broadcast",
        )

    def states(self) -> dict[str, int]:
        """How many recipients are in each state that somebody is in."""
        states: dict[str, int] = self.get()["progress"]["states"]
        return {state: count for state, count in states.items() if count}

    def recipients(self) -> list[Json]:
        return list(self.shop.tandem.every(f"broadcasts/{self.id}/recipients"))

    def messages(self) -> dict[str, Json]:
        """What Meta took of it."""
        mine = f"b:{self.id}."
        return {
            wamid: message
            for wamid, message in self.shop.truth()["messages"].items()
            if (message["biz_opaque_callback_data"] or "").startswith(mine)
        }

    def reached(self) -> Counter[int]:
        """How many messages Meta took for each recipient, by number."""
        notes = (message["biz_opaque_callback_data"] for message in self.messages().values())
        return Counter(int(note.rpartition(":")[2]) for note in notes)


def people(count: int, *, area: int, blanks: int = 2) -> list[Json]:
    """As many fictional people, a hundred to an area code, with what fills a template's blanks."""
    return [
        {
            "phone": f"+1{area + number // 100}55501{number % 100:02d}",
            "values": {f"body.{blank + 1}": str(number) for blank in range(blanks)},
        }
        for number in range(count)
    ]


def stops_marketing(shop: Shop, phone: str) -> None:
    """Somebody tells WhatsApp that they want no more offers, and Meta passes it on."""
    wish = {
        "wa_id": phone,
        "category": "marketing_messages",
        "value": "stop",
        "timestamp": int(time.time()),
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550100000", "phone_number_id": shop.line},
        "user_preferences": [wish],
    }
    shop.meta.ask("POST", "deliver", waba_id=shop.waba, field="user_preferences", value=value)


def answered_from_an_ad(shop: Shop, phone: str) -> None:
    """An ad leads somebody here, they are answered, and Meta says that all is free by that."""
    shop.customer_writes(phone, "Is this still to be had?", referral={})
    until(lambda: shop.talk(phone=phone) is not None, seconds=LONG, what="who came by an ad")

    def talk() -> Json:
        return shop.talk(phone=phone) or {}

    answer = {"type": "text", "text": "It is."}
    shop.tandem.post(f"conversations/{talk()['id']}/messages", answer)
    until(
        lambda: talk()["window"]["entry_point"]["proven_by"] is not None,
        seconds=LONG,
        what="the status that proves it",
    )


def price_of_marketing(shop: Shop, phone: str) -> str:
    """What the card in force says, without windows."""
    asked = {"to": f"+{phone}", "category": "marketing", "line": shop.line}
    return str(shop.tandem.get("rates/price", **asked)["price"])


def refused(shop: Shop) -> int:
    """How many sends Meta has refused by a fault so far."""
    calls = shop.meta.ask("GET", f"calls?path=/{shop.line}/messages")["calls"]
    return sum(call["fault"] == "refuse" for call in calls)


def unknown(count: int) -> dict[str, int]:
    return {"unknown": count} if count else {}
