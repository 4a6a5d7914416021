"""Sending: what is accepted, what is refused, how fast one may go, and what statuses tell."""

from typing import Any

import pytest

from tests.unit.simulator.actors import Receiver, Shop, StillClock

ANNA = "12125550123"
TEMPLATE = {
    "name": "order_ready",
    "language": {"code": "en_US"},
    "components": [
        {
            "type": "body",
            "parameters": [{"type": "text", "text": "Anna"}, {"type": "text", "text": "4711"}],
        }
    ],
}


def code(answer: dict[str, Any]) -> int:
    return int(answer["error"]["code"])


def bsuid(shop: Shop, phone: str = ANNA) -> str:
    return str(shop.graph.send(shop.line, to=phone)["contacts"][0]["user_id"])


def states(listening: Receiver, wamid: str) -> list[str]:
    return [s["status"] for s in listening.items("messages", "statuses") if s["id"] == wamid]


def test_an_accepted_message_has_an_id_and_names_its_recipient(shop: Shop) -> None:
    answer = shop.graph.send(shop.line, to="+1 (212) 555-0123")

    assert answer["messaging_product"] == "whatsapp"
    assert answer["contacts"][0]["input"] == "+1 (212) 555-0123"
    assert answer["contacts"][0]["wa_id"] == ANNA
    assert answer["messages"][0].keys() == {"id"}
    assert shop.truth()["messages"][answer["messages"][0]["id"]]["origin"] == "api"


def test_a_template_is_accepted_with_a_state(shop: Shop) -> None:
    answer = shop.graph.send(shop.line, type="template", template=TEMPLATE)

    assert answer["messages"][0]["message_status"] == "accepted"


ACCEPTED: list[dict[str, Any]] = [
    {"type": "image", "image": {"link": "https://shop.example/vase.png", "caption": "Look"}},
    {"type": "document", "document": {"link": "https://shop.example/a.pdf", "filename": "a.pdf"}},
    {"type": "location", "location": {"latitude": 40.7, "longitude": -74.0, "name": "Shop"}},
    {"type": "contacts", "contacts": [{"name": {"formatted_name": "Anna"}}]},
    {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "👍"}},
    {
        "type": "interactive",
        "interactive": {
            "type": "button",
            "body": {"text": "Yes?"},
            "action": {"buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}]},
        },
    },
    {
        "type": "interactive",
        "interactive": {
            "type": "list",
            "action": {"sections": [{"rows": [{"id": "1", "title": "One"}]}]},
        },
    },
    {"type": "text", "text": {"body": "x" * 4_096}, "biz_opaque_callback_data": "y" * 512},
]


@pytest.mark.parametrize("message", ACCEPTED, ids=lambda message: message["type"])
def test_each_type_can_be_sent(shop: Shop, message: dict[str, Any]) -> None:
    shop.hears_from(ANNA)

    answer = shop.graph.send(shop.line, to=ANNA, **message)

    assert answer["messages"][0]["id"].startswith("wamid.")


REFUSED: list[tuple[dict[str, Any], int]] = [
    ({"messaging_product": "sms"}, 100),
    ({"to": ""}, 100),
    ({"to": "not a number"}, 131009),
    ({"to": "15550100001"}, 131021),
    ({"type": "telepathy"}, 100),
    ({"recipient_type": "group"}, 131009),
    ({"text": {}}, 131008),
    ({"text": "Hello"}, 131008),
    ({"text": {"body": "x" * 4_097}}, 100),
    ({"biz_opaque_callback_data": "x" * 513}, 131009),
    ({"type": "image", "image": {}}, 131008),
    ({"type": "image", "image": {"id": "404"}}, 131009),
    ({"type": "location", "location": {"latitude": 1}}, 131008),
    ({"type": "location", "location": {"latitude": 91, "longitude": 0}}, 131009),
    ({"type": "contacts", "contacts": []}, 131008),
    ({"type": "contacts", "contacts": [{"name": {}}]}, 131008),
    ({"type": "reaction", "reaction": {}}, 131008),
    ({"type": "interactive", "interactive": {"type": "carrier pigeon"}}, 131009),
    (
        {
            "type": "interactive",
            "interactive": {
                "type": "button",
                "action": {"buttons": [{"reply": {"title": str(n)}} for n in range(4)]},
            },
        },
        131009,
    ),
    ({"type": "template"}, 131008),
    ({"type": "template", "template": {"name": "order_ready"}}, 131008),
    ({"type": "template", "template": TEMPLATE | {"name": "nothing"}}, 132001),
    ({"type": "template", "template": TEMPLATE | {"language": {"code": "fr"}}}, 132001),
    ({"type": "template", "template": TEMPLATE | {"name": "autumn_sale"}}, 132001),
    ({"type": "template", "template": TEMPLATE | {"name": "spring_sale"}}, 132015),
    ({"type": "template", "template": TEMPLATE | {"name": "summer_sale"}}, 132016),
    ({"type": "template", "template": TEMPLATE | {"components": []}}, 132000),
]


@pytest.mark.parametrize(("message", "expected"), REFUSED, ids=str)
def test_what_is_wrong_is_refused_with_its_code(
    shop: Shop, message: dict[str, Any], expected: int
) -> None:
    answer = shop.graph.send(shop.line, **message)

    assert code(answer) == expected
    assert shop.truth()["accepted"] == 0


def test_a_missing_template_is_not_found(shop: Shop) -> None:
    response = shop.graph.call(
        "POST",
        f"{shop.line}/messages",
        json={
            "messaging_product": "whatsapp",
            "to": ANNA,
            "type": "template",
            "template": TEMPLATE | {"name": "nothing"},
        },
    )

    assert response.status_code == 404


def test_a_body_that_is_not_json_is_refused(shop: Shop) -> None:
    response = shop.graph.call("POST", f"{shop.line}/messages", data=b"{not json")

    assert code(response.json()) == 100


def test_a_business_scoped_id_belongs_in_recipient(shop: Shop, listening: Receiver) -> None:
    known = bsuid(shop)

    answer = shop.graph.send(shop.line, to="", recipient=known)
    shop.meta.wait_until_delivered()

    assert answer["contacts"] == [{"input": known, "user_id": known}]
    assert states(listening, answer["messages"][0]["id"]) == ["failed"]  # no window is open


def test_writing_to_an_id_reveals_no_number(shop: Shop, listening: Receiver) -> None:
    shop.meta.customer(phone=ANNA, username="anna.k", hides_phone=True)
    shop.hears_from(ANNA)
    shop.meta.wait_until_delivered()
    known = listening.items("messages", "messages")[0]["from_user_id"]

    shop.graph.send(shop.line, to="", recipient=known)
    shop.meta.wait_until_delivered()

    statuses = listening.items("messages", "statuses")
    assert {status["recipient_user_id"] for status in statuses} == {known}
    assert all(ANNA.encode() not in post.body for post in listening.posts)


def test_a_business_scoped_id_in_to_is_accepted_and_lost(shop: Shop, listening: Receiver) -> None:
    shop.hears_from(ANNA)

    answer = shop.graph.send(shop.line, to=bsuid(shop))
    shop.meta.wait_until_delivered()

    wamid = answer["messages"][0]["id"]
    assert states(listening, wamid) == []
    assert shop.truth()["messages"][wamid]["dropped"] is True


def test_another_portfolios_id_for_a_person_means_nobody(shop: Shop, cloud: Shop) -> None:
    foreign = bsuid(cloud)

    assert code(shop.graph.send(shop.line, to="", recipient=foreign)) == 131026


def test_a_login_code_needs_a_phone_number(shop: Shop) -> None:
    template = {
        "name": "login_code",
        "language": {"code": "en_US"},
        "components": [{"type": "body", "parameters": [{"type": "text", "text": "123456"}]}],
    }

    answer = shop.graph.send(
        shop.line, to="", recipient=bsuid(shop), type="template", template=template
    )

    assert code(answer) == 131062


# The window


def test_outside_the_window_a_text_is_accepted_and_fails_later(
    shop: Shop, listening: Receiver
) -> None:
    wamid = shop.graph.send(shop.line, to=ANNA)["messages"][0]["id"]
    shop.meta.wait_until_delivered()

    (status,) = listening.items("messages", "statuses")
    assert (status["id"], status["status"]) == (wamid, "failed")
    assert status["errors"][0]["code"] == 131047
    assert "contacts" not in listening.changes("messages")[0]
    assert "recipient_user_id" not in status


def test_a_customers_message_opens_the_window_for_a_day(
    shop: Shop, listening: Receiver, clock: StillClock
) -> None:
    shop.hears_from(ANNA)
    clock.advance(86_400 - 1)
    inside = shop.graph.send(shop.line, to=ANNA)["messages"][0]["id"]
    clock.advance(1)
    outside = shop.graph.send(shop.line, to=ANNA)["messages"][0]["id"]
    shop.meta.wait_until_delivered()

    assert "failed" not in states(listening, inside)
    assert states(listening, outside) == ["failed"]


def test_a_reaction_opens_no_window(shop: Shop, listening: Receiver) -> None:
    shop.meta.customer_message(
        phone_number_id=shop.line,
        from_=ANNA,
        type="reaction",
        body={"message_id": "wamid.x", "emoji": "👍"},
    )

    wamid = shop.graph.send(shop.line, to=ANNA)["messages"][0]["id"]
    shop.meta.wait_until_delivered()

    assert states(listening, wamid) == ["failed"]


def test_a_template_needs_no_window(shop: Shop, listening: Receiver) -> None:
    answer = shop.graph.send(shop.line, type="template", template=TEMPLATE)
    shop.meta.wait_until_delivered()

    assert "failed" not in states(listening, answer["messages"][0]["id"])


# Statuses


def test_statuses_carry_the_callers_note_and_the_price_twice(
    shop: Shop, listening: Receiver
) -> None:
    shop.hears_from(ANNA)

    shop.graph.send(shop.line, to=ANNA, biz_opaque_callback_data="attempt-1")
    shop.meta.wait_until_delivered()

    statuses = {s["status"]: s for s in listening.items("messages", "statuses")}
    assert statuses.keys() == {"sent", "delivered", "read"}
    assert {s["biz_opaque_callback_data"] for s in statuses.values()} == {"attempt-1"}
    assert {name for name in statuses if "pricing" in statuses[name]} == {"sent", "delivered"}
    assert statuses["sent"]["pricing"] == {
        "billable": True,
        "pricing_model": "PMP",
        "type": "regular",
        "category": "service",
    }
    assert all("contacts" in value for value in listening.changes("messages"))


def test_a_username_is_told_on_delivery_and_not_before(shop: Shop, listening: Receiver) -> None:
    shop.meta.customer(phone=ANNA, username="anna.k")

    shop.graph.send(shop.line, to=ANNA, type="template", template=TEMPLATE)
    shop.meta.wait_until_delivered()

    told = {
        value["statuses"][0]["status"]: value["contacts"][0]["profile"].get("username")
        for value in listening.changes("messages")
    }
    assert told == {"sent": None, "delivered": "anna.k", "read": "anna.k"}


def test_a_template_is_priced_by_its_category(shop: Shop, listening: Receiver) -> None:
    shop.graph.send(shop.line, type="template", template=TEMPLATE)
    shop.meta.wait_until_delivered()

    assert listening.items("messages", "statuses")[0]["pricing"]["category"] == "utility"


def test_statuses_come_in_the_order_that_was_asked_for(shop: Shop, listening: Receiver) -> None:
    shop.hears_from(ANNA)
    shop.meta.wait_until_delivered()
    shop.meta.statuses(order=["read", "sent"])

    wamid = shop.graph.send(shop.line, to=ANNA)["messages"][0]["id"]
    shop.meta.wait_until_delivered()

    arrived = [s for s in listening.items("messages", "statuses") if s["id"] == wamid]
    moments = {s["status"]: int(s["timestamp"]) for s in arrived}
    assert [s["status"] for s in arrived] == ["read", "sent"]
    assert moments["sent"] <= moments["read"]
    assert "pricing" in next(s for s in arrived if s["status"] == "read")


def test_one_customers_statuses_can_differ(shop: Shop, listening: Receiver) -> None:
    shop.hears_from(ANNA)
    shop.hears_from("12125550124")
    shop.meta.statuses(phone_number_id=shop.line, phone=ANNA, fail_code=131049)

    failing = shop.graph.send(shop.line, to=ANNA)["messages"][0]["id"]
    fine = shop.graph.send(shop.line, to="12125550124")["messages"][0]["id"]
    shop.meta.wait_until_delivered()

    assert states(listening, failing) == ["failed"]
    assert sorted(states(listening, fine)) == ["delivered", "read", "sent"]


def test_somebody_without_whatsapp_is_undeliverable(shop: Shop, listening: Receiver) -> None:
    shop.meta.customer(phone=ANNA, on_whatsapp=False)

    shop.graph.send(shop.line, to=ANNA, type="template", template=TEMPLATE)
    shop.meta.wait_until_delivered()

    assert listening.items("messages", "statuses")[0]["errors"][0]["code"] == 131026


def test_a_hidden_number_shows_after_it_was_written_to(
    shop: Shop, listening: Receiver, clock: StillClock
) -> None:
    shop.meta.customer(phone=ANNA, username="anna", hides_phone=True)
    shop.hears_from(ANNA)
    shop.graph.send(shop.line, to=ANNA)
    shop.hears_from(ANNA)
    clock.advance(30 * 86_400)
    shop.hears_from(ANNA)
    shop.meta.wait_until_delivered()

    written = listening.items("messages", "messages")
    shown = sorted((int(message["timestamp"]), "from" in message) for message in written)
    assert [phone_is_there for _, phone_is_there in shown] == [False, True, False]


def test_marking_as_read_needs_a_message_of_a_customer(shop: Shop) -> None:
    wamid = shop.hears_from(ANNA)
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}

    assert shop.graph.post(f"{shop.line}/messages", body) == {"success": True}

    assert "read" in shop.truth()["messages"][wamid]["statuses"]
    strange = shop.graph.post(f"{shop.line}/messages", body | {"message_id": "wamid.x"})
    assert code(strange) == 131009


# Limits


def burst(shop: Shop, count: int, *, first: int = 0) -> list[dict[str, Any]]:
    return [
        shop.graph.send(shop.line, to=f"1212555{number:04d}")
        for number in range(first, first + count)
    ]


def test_a_coexistence_line_sends_twenty_in_any_second(shop: Shop, clock: StillClock) -> None:
    answers = burst(shop, 21)
    clock.advance(0.99)
    answers += burst(shop, 1, first=21)
    clock.advance(0.01)
    answers += burst(shop, 1, first=22)

    refused = [number for number, answer in enumerate(answers) if "error" in answer]
    assert refused == [20, 21]
    assert code(answers[20]) == 130429
    truth = shop.truth()
    assert (truth["accepted"], truth["throttled"]) == (21, 2)
    assert sum(truth["per_second"].values()) == 21


def test_what_customers_write_counts_on_a_coexistence_line(shop: Shop, cloud: Shop) -> None:
    for business in (shop, cloud):
        for number in range(15):
            business.hears_from(f"1212555{number:04d}")

    assert sum("error" in answer for answer in burst(shop, 10, first=50)) == 5
    assert sum("error" in answer for answer in burst(cloud, 80, first=50)) == 0


def test_a_cloud_line_sends_eighty(cloud: Shop) -> None:
    answers = burst(cloud, 81)

    assert [number for number, answer in enumerate(answers) if "error" in answer] == [80]


def test_one_person_gets_one_message_in_six_seconds_after_a_burst(
    cloud: Shop, clock: StillClock
) -> None:
    answers = [cloud.graph.send(cloud.line, to=ANNA) for _ in range(46)]
    clock.advance(6)
    answers += [cloud.graph.send(cloud.line, to=ANNA) for _ in range(2)]

    refused = [number for number, answer in enumerate(answers) if "error" in answer]
    assert refused == [45, 47]
    assert code(answers[45]) == 131056


def test_an_offboarded_line_sends_nothing(shop: Shop) -> None:
    shop.meta.offboard(phone_number_id=shop.line)

    assert code(shop.graph.send(shop.line)) == 133010
