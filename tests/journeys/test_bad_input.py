"""What Meta did not sign leaves no trace; what it did sign is never lost, whatever it is."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from local import seed
from local.demo.talk import until
from local.engine import Engine
from simulator.signing import signature
from tests.journeys.crashes import kill, waiting_in
from tests.journeys.shops import LONG, Shop
from tests.journeys.stack import Stack
from tests.journeys.webhooks import (
    archived,
    case,
    everything_kept,
    post,
    post_with,
    refusals,
)

UNREADABLE = {
    "nothing": b"",
    "no JSON": b"Good morning",
    "a number": b"42",
    "half an object": b'{"object": "whatsapp_business_account", "entry": [',
    "100,000 lists in each other": b"[" * 100_000 + b"]" * 100_000,
    "no UTF-8": b'{"object": "caf\xe9 \xff\xfe"}',
}


def test_what_meta_did_not_sign_is_401_counted_and_leaves_no_trace(
    stack: Stack, shop: Shop
) -> None:
    body = case("messages/text", shop)
    secret, began = stack.endpoints.app_secret, time.time()
    until(
        lambda: not shop.meta.waiting() and not waiting_in(stack, "LiveQueue", "HistoryQueue"),
        seconds=LONG,
        what="what others have said",
    )
    before = everything_kept(stack)

    answers = {
        "nothing": post_with(stack, body, None),
        "empty": post_with(stack, body, ""),
        "another kind": post_with(stack, body, "sha1=" + "0" * 40),
        "made up": post_with(stack, body, "sha256=" + "0" * 64),
        "of other bytes": post_with(stack, body, signature(secret, body + b" ")),
        "of a retired secret": post(stack, body, secret="0123456789abcdef"),
    }

    assert answers == dict.fromkeys(answers, 401)
    until(lambda: refusals(stack, began) >= len(answers), seconds=LONG, what="the count")
    assert refusals(stack, began) == len(answers)
    assert everything_kept(stack) == before


def test_what_nobody_can_read_is_200_and_kept_byte_for_byte(stack: Stack) -> None:
    kinds = {"no UTF-8": "application/octet-stream"}

    answers = {
        name: post(stack, body, kind=kinds.get(name, "application/json"))
        for name, body in UNREADABLE.items()
    }

    assert answers == dict.fromkeys(UNREADABLE, 200)
    for name, body in UNREADABLE.items():
        until(lambda body=body: archived(stack, body), seconds=LONG, what=f"{name} archived")
    shown = {each["raw"] for each in kept_of_nobody(stack)}
    assert {body.decode("utf-8", "backslashreplace") for body in UNREADABLE.values()} <= shown


def test_a_webhook_for_an_unknown_line_is_200_and_shown_to_the_operator(stack: Stack) -> None:
    body = case("messages/text")

    answer = post(stack, body)

    assert answer == 200
    until(lambda: archived(stack, body), seconds=LONG, what="the archive")
    until(
        lambda: any(
            each["reason"] == "unknown_line" and "wamid.IN.text" in each["raw"]
            for each in kept_of_nobody(stack)
        ),
        seconds=LONG,
        what="the operator's list",
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("weather/unknown_field", "unknown_field"),
        ("messages/unknown_key", "unknown_field"),
        ("account_update/unknown_event", "account"),
        ("messages/status_malformed", "malformed"),
    ],
)
def test_what_is_new_to_us_is_200_and_shown_to_the_tenant(
    stack: Stack, shop: Shop, name: str, reason: str
) -> None:
    known = {each["id"] for each in shop.tandem.every("kept")}
    body = case(name, shop)

    answer = post(stack, body)

    assert answer == 200
    until(lambda: archived(stack, body), seconds=LONG, what="the archive")
    until(
        lambda: any(
            each["reason"] == reason
            for each in shop.tandem.every("kept")
            if each["id"] not in known
        ),
        seconds=LONG,
        what="the list of what was kept",
    )


def test_a_type_that_nobody_knows_yet_shows_in_its_conversation(stack: Stack, shop: Shop) -> None:
    body = case("messages/unknown_type", shop)

    answer = post(stack, body)

    assert answer == 200
    until(lambda: shop.talk(phone="15550100001") is not None, seconds=LONG, what="the message")
    talk = shop.talk(phone="15550100001") or {}
    shown = shop.message(talk["id"], "wamid.IN.unknown_type") or {}
    assert (shown["type"], shown["extra"]["hologram"]["id"]) == ("hologram", "1")


def test_three_megabytes_of_history_are_taken_whole(stack: Stack, shop: Shop) -> None:
    customer, count = "15550100177", 740
    body = history(shop, customer, count=count)

    answer = post(stack, body)

    assert len(body) > 3_000_000
    assert answer == 200
    until(lambda: archived(stack, body), seconds=LONG, what="the archive")
    until(lambda: shop.talk(phone=customer) is not None, seconds=LONG, what="the conversation")
    talk = shop.talk(phone=customer) or {}
    shown = list(shop.timeline(talk["id"]))
    assert len({message["id"] for message in shown}) == len(shown) == count
    assert {(message["imported"], len(message["text"])) for message in shown} == {(True, 4_000)}


def test_two_secrets_verify_while_one_takes_the_place_of_the_other(stack: Stack) -> None:
    old, new = stack.endpoints.app_secret, "5ec7e75ec7e75ec7e75ec7e75ec7e75e"
    body = b'{"object": "rotation"}'

    with app_secrets(stack) as change:
        change(current=new, previous=old)
        # A running process looks again at most every ten seconds; Meta repeats what it refused.
        until(lambda: post(stack, body, secret=new) == 200, seconds=LONG, what="the new secret")
        during = post(stack, body, secret=old)
        change(current=new, previous="")
        start_afresh(stack)  # A process may believe a retired secret for five minutes.
        after = (post(stack, body, secret=new), post(stack, body, secret=old))

    assert (during, after) == (200, (200, 401))


# ---- what these journeys need


def kept_of_nobody(stack: Stack) -> list[dict[str, str]]:
    """What belongs to no tenant, as the operator's command line lists it."""
    told = seed.tandem(Engine(stack.place), "inspect", "--limit", "100")
    kept: list[dict[str, str]] = told["kept"]
    return kept


def history(shop: Shop, customer: str, *, count: int) -> bytes:
    """A chunk of `count` messages of 4,000 characters each, from one customer."""
    value = json.loads(case("history/three_phases", shop))["entry"][0]["changes"][0]["value"]
    now = int(time.time())
    messages = [
        {
            "from": customer,
            "id": f"wamid.LONG.{number}",
            "timestamp": str(now - 86_400 - number),
            "type": "text",
            "text": {"body": f"{number:04d}" * 1_000},
            "history_context": {"status": "READ"},
        }
        for number in range(count)
    ]
    item = {
        "metadata": {"phase": 1, "chunk_order": 1, "progress": 100},
        "threads": [{"id": customer, "messages": messages}],
    }
    change = {"field": "history", "value": value | {"history": [item]}}
    entry = {"id": shop.waba, "changes": [change]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


@contextmanager
def app_secrets(stack: Stack) -> Iterator[Callable[..., None]]:
    """Change the Meta app's secrets as an operator does; at the end they are as they were."""
    client, name = stack.aws("secretsmanager"), stack.resource("MetaApp")
    as_it_was = client.get_secret_value(SecretId=name)["SecretString"]

    def change(**secrets: str) -> None:
        client.put_secret_value(SecretId=name, SecretString=json.dumps(secrets))

    try:
        yield change
    finally:
        client.put_secret_value(SecretId=name, SecretString=as_it_was)
        start_afresh(stack)


def start_afresh(stack: Stack) -> None:
    """End every process of the webhook function; the first request may still meet a dead one."""
    kill(stack, "Webhook")
    until(lambda: post_with(stack, b"", None) == 401, seconds=LONG, what="a new process", pause=0.0)
