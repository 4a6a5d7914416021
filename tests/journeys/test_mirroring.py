"""One number at both ends: whatever is said at one shows at the other, once and in its place."""

import hashlib
import time
from typing import Any
from urllib.parse import quote

import requests

from local.demo.talk import until
from tests.journeys.shops import LONG, Shop
from tests.journeys.stack import Stack

RANKS = ("accepted", "sent", "delivered", "read")
TEMPLATE = {
    "name": "order_ready",
    "language": "en_US",
    "components": [
        {
            "type": "body",
            "parameters": [{"type": "text", "text": "Ana"}, {"type": "text", "text": "7741"}],
        }
    ],
}


def test_what_a_customer_writes_shows_as_unread_and_opens_the_window(shop: Shop) -> None:
    wamid = shop.customer_writes("12125550101", "Are you open on Saturday?", name="Ana")

    until(lambda: shop.talk(phone="12125550101") is not None, seconds=LONG, what="the message")
    talk = shop.talk(phone="12125550101") or {}
    message = shop.message(talk["id"], wamid) or {}
    assert (message["origin"], message["type"], message["text"], message["imported"]) == (
        "customer",
        "text",
        "Are you open on Saturday?",
        False,
    )
    assert (talk["unread"], talk["window"]["open"], talk["window"]["opened_by"]) == (
        True,
        True,
        wamid,
    )


def test_what_the_owner_types_on_the_phone_shows_as_the_app_s(shop: Shop) -> None:
    conversation = shop.heard_from("12125550102")
    shop.meta.ask("POST", "clock", seconds=1)  # Two messages of one second have no order.

    wamid = shop.owner_writes("12125550102", "Yes, until two.")

    until(lambda: shop.message(conversation, wamid) is not None, seconds=LONG, what="the echo")
    message = shop.message(conversation, wamid) or {}
    assert (message["origin"], message["text"]) == ("app", "Yes, until two.")
    assert [one["origin"] for one in shop.timeline(conversation)] == ["app", "customer"]


def test_an_agent_s_answer_reaches_meta_and_its_statuses_never_go_back(shop: Shop) -> None:
    shop.meta.ask("PUT", "statuses", order=["read", "sent", "delivered"], step_s=0.3)
    conversation = shop.heard_from("12125550103")
    seen: list[str] = []

    answer = shop.stack.api(
        *("POST", f"/conversations/{conversation}/messages"),
        json={"type": "text", "text": "We have kept it aside."},
    )
    sent = answer.json()["id"]

    def told() -> bool:
        message = shop.message(conversation, sent) or {"state": "accepted", "statuses": []}
        seen.append(message["state"])
        return len(message["statuses"]) == 3

    until(told, seconds=LONG, what="all three statuses", pause=0.05)
    truth = shop.truth()["messages"][sent]
    assert (answer.status_code, truth["origin"]) == (201, "api")
    assert seen == sorted(seen, key=RANKS.index)
    assert seen[-1] == "read"


def test_a_closed_window_is_409_and_a_template_goes_through_it(shop: Shop) -> None:
    yesterday = int(time.time()) - 25 * 3600
    deliver_text(shop, "12125550104", "wamid.YESTERDAY", at=yesterday)
    until(lambda: shop.talk(phone="12125550104") is not None, seconds=LONG, what="the message")
    talk = shop.talk(phone="12125550104") or {}
    path = f"/conversations/{talk['id']}/messages"

    refused = shop.stack.api("POST", path, json={"type": "text", "text": "Still there?"})
    taken = shop.stack.api("POST", path, json={"type": "template", "template": TEMPLATE})

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "window_closed")
    assert taken.status_code == 201, taken.text
    said = [each["origin"] for each in shop.truth()["messages"].values() if sent_to(each, talk)]
    assert said == ["api"]


def test_what_was_imported_opens_no_window(shop: Shop) -> None:
    imported = next(
        talk
        for talk in shop.inbox()
        if all(message["imported"] for message in shop.timeline(talk["id"]))
    )

    answer = shop.stack.api(
        *("POST", f"/conversations/{imported['id']}/messages"),
        json={"type": "text", "text": "Long time no see"},
    )

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "window_closed")
    assert (imported["unread"], imported["window"]["open"]) == (False, False)


def test_a_customer_s_picture_is_fetched_into_our_own_bucket(stack: Stack, shop: Shop) -> None:
    wamid = shop.customer_writes("12125550105", type="image")

    def fetched() -> bool:
        message = shop.message(talk["id"], wamid) or {"file": None}
        return bool(message["file"]) and message["file"]["state"] == "fetched"

    until(lambda: shop.talk(phone="12125550105") is not None, seconds=LONG, what="the message")
    talk = shop.talk(phone="12125550105") or {}
    until(fetched, seconds=LONG, what="the picture")
    shown = shop.message(talk["id"], wamid) or {}
    path = f"/conversations/{talk['id']}/messages/{quote(wamid, safe='')}/file"
    opened = stack.api("GET", path, allow_redirects=False)
    picture = requests.get(opened.json()["link"], timeout=30)
    assert (shown["type"], opened.status_code, picture.status_code) == ("image", 302, 200)
    assert stack.endpoints.media_bucket in opened.headers["location"]
    assert hashlib.sha256(picture.content).hexdigest() == shown["media"]["sha256"]


def test_somebody_without_a_number_is_answered_by_user_id(shop: Shop) -> None:
    shop.meta.ask("PUT", "customers/12125550106", username="ana.bakes", hides_phone=True)
    wamid = shop.customer_writes("12125550106", "No number, sorry")
    bsuid = shop.truth()["messages"][wamid]["user_id"]
    until(lambda: shop.talk(bsuid=bsuid) is not None, seconds=LONG, what="the conversation")
    talk = shop.talk(bsuid=bsuid) or {}

    answer = shop.stack.api(
        *("POST", f"/conversations/{talk['id']}/messages"),
        json={"type": "text", "text": "Never mind, Ana"},
    )

    assert (talk["contact"]["phones"], talk["contact"]["bsuids"]) == ([], [bsuid])
    assert answer.status_code == 201, answer.text
    reached = shop.truth()["messages"][answer.json()["id"]]
    assert (reached["user_id"], reached["dropped"]) == (bsuid, False)


def test_a_ghost_becomes_the_message_that_it_announced(shop: Shop) -> None:
    wamid = shop.customer_writes("12125550107", "The real thing", ghost_first=True)

    until(lambda: shop.talk(phone="12125550107") is not None, seconds=LONG, what="the ghost")
    talk = shop.talk(phone="12125550107") or {}
    until(
        lambda: (shop.message(talk["id"], wamid) or {}).get("text") == "The real thing",
        seconds=LONG,
        what="the message",
    )
    (message,) = shop.timeline(talk["id"])
    assert (message["id"], message["type"]) == (wamid, "text")


# ---- what these journeys need


def deliver_text(shop: Shop, phone: str, wamid: str, *, at: int) -> None:
    """A customer's text that Meta delivers now, whenever it was written."""
    row = {"from": phone, "id": wamid, "timestamp": str(at), "type": "text", "text": {"body": "?"}}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550100000", "phone_number_id": shop.line},
        "contacts": [{"profile": {"name": "Ben"}, "wa_id": phone}],
        "messages": [row],
    }
    shop.meta.ask("POST", "deliver", waba_id=shop.waba, field="messages", value=value)


def sent_to(message: dict[str, Any], talk: dict[str, Any]) -> bool:
    return message["thread"] in talk["contact"]["phones"]
