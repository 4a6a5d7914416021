"""What leaves: exact bytes, signatures, retries, and the shape of each field."""

import hashlib
import hmac
import threading
from pathlib import Path

import pytest

from simulator import Simulator
from simulator.courier import RETRY_AFTER_S
from tests.unit.simulator.actors import SECRET, Receiver, Shop, StillClock, connected, listen

ANNA = "12125550123"


def test_the_signature_is_over_the_exact_bytes(shop: Shop, listening: Receiver) -> None:
    shop.hears_from(ANNA, "Ñandú 🦤 at a/b@c")
    shop.meta.wait_until_delivered()

    (post,) = listening.posts
    expected = hmac.new(SECRET.encode(), post.body, hashlib.sha256).hexdigest()
    assert post.signature == f"sha256={expected}"
    assert rb"\u00d1and\u00fa \ud83e\udda4 at a\/b\u0040c" in post.body
    assert post.body.isascii()


def test_a_rotated_secret_signs_from_then_on(shop: Shop, listening: Receiver) -> None:
    shop.meta.configure_app(app_secret="the next one")
    shop.hears_from(ANNA)
    shop.meta.wait_until_delivered()

    assert not listening.posts[0].signed_well


def test_a_callback_that_fails_the_handshake_is_not_taken(
    meta: Simulator, receiver: Receiver
) -> None:
    wrong = meta.configure_app(callback_url=receiver.url, verify_token="wrong")
    nobody = meta.configure_app(callback_url="http://127.0.0.1:9/", verify_token="x")
    nonsense = meta.configure_app(callback_url="ftp://shop.example/", verify_token="x")

    assert (wrong["verified"], nobody["verified"], nonsense["verified"]) == (False, False, False)
    assert "403" in wrong["problem"]
    assert meta.world.records.app.callback is None


def test_a_refused_webhook_comes_again_with_the_same_bytes(shop: Shop, listening: Receiver) -> None:
    listening.answers = [500, 404, 202]
    shop.hears_from(ANNA)
    shop.meta.wait_until_delivered()

    assert len(listening.posts) == 4
    assert len({(post.body, post.signature) for post in listening.posts}) == 1
    counts = shop.meta.deliveries()
    assert (counts["failed_attempts"], counts["given_up"], counts["queued"]) == (3, 0, 0)


def test_after_seven_days_a_webhook_is_given_up(shop: Shop, listening: Receiver) -> None:
    listening.answers = [500] * 100
    shop.hears_from(ANNA)
    shop.meta.wait_until_delivered()

    assert len(listening.posts) == 1 + len(RETRY_AFTER_S)
    assert shop.meta.deliveries()["given_up"] == 1


def test_retries_start_at_once_and_grow_rarer_up_to_seven_days() -> None:
    assert RETRY_AFTER_S[0] == 0
    assert list(RETRY_AFTER_S) == sorted(RETRY_AFTER_S)
    assert 6 * 86_400 < sum(RETRY_AFTER_S) <= 7 * 86_400


def test_a_receiver_that_is_away_loses_nothing(
    clock: StillClock, receiver: Receiver, tmp_path: Path
) -> None:
    state = tmp_path / "meta.json"
    with Simulator(seed=7, time_scale=1, clock=clock, state=state) as meta:
        listen(meta, receiver)
        shop = connected(meta)
        meta.wait_until_delivered()
        receiver.answers = [503, 503]
        wamid = shop.hears_from(ANNA)
        while meta.deliveries()["failed_attempts"] < 2:
            threading.Event().wait(0.01)

    with Simulator(time_scale=0, clock=clock, state=state) as meta:
        meta.wait_until_delivered()

    assert receiver.items("messages", "messages")[-1]["id"] == wamid


def test_without_a_subscription_nothing_is_told_and_nothing_is_kept(
    shop: Shop, listening: Receiver
) -> None:
    shop.graph.call("DELETE", f"{shop.waba}/subscribed_apps")
    shop.hears_from(ANNA)
    shop.graph.post(f"{shop.waba}/subscribed_apps")
    shop.meta.wait_until_delivered()

    assert listening.posts == []


def test_a_callback_below_localhost_is_this_machine(meta: Simulator, receiver: Receiver) -> None:
    url = receiver.url.replace("127.0.0.1", "api.stage.localhost")

    assert meta.configure_app(callback_url=url, verify_token=receiver.verify_token)["verified"]


# The fields


def test_a_customers_message_names_its_sender_in_every_way(shop: Shop, listening: Receiver) -> None:
    shop.meta.customer(phone=ANNA, name="Anna", username="anna.k")
    wamid = shop.hears_from(ANNA, "Hi", reply_to="wamid.before")
    shop.meta.wait_until_delivered()

    (value,) = listening.changes("messages")
    (message,), (contact,) = value["messages"], value["contacts"]
    assert value["metadata"] == {
        "display_phone_number": shop.phone,
        "phone_number_id": shop.line,
    }
    assert message["from_user_id"] == contact["user_id"]
    assert contact["profile"] == {"name": "Anna", "username": "anna.k"}
    assert message == {
        "from": ANNA,
        "from_user_id": contact["user_id"],
        "id": wamid,
        "timestamp": "1795348800",
        "type": "text",
        "text": {"body": "Hi"},
        "context": {"id": "wamid.before"},
    }


def test_somebody_who_hides_the_number_has_no_phone_anywhere(
    shop: Shop, listening: Receiver
) -> None:
    shop.meta.customer(phone=ANNA, username="anna.k", hides_phone=True)
    shop.hears_from(ANNA)
    shop.meta.owner_message(phone_number_id=shop.line, to=ANNA, text="Hello")
    shop.meta.wait_until_delivered()

    assert len(listening.posts) == 2
    assert all(ANNA.encode() not in post.body for post in listening.posts)


def test_a_ghost_comes_before_its_message(shop: Shop, listening: Receiver) -> None:
    wamid = shop.hears_from(ANNA, ghost_first=True)
    shop.meta.wait_until_delivered()

    messages = listening.items("messages", "messages")
    assert {message["id"] for message in messages} == {wamid}
    assert {message["type"] for message in messages} == {"unsupported", "text"}
    ghost = next(message for message in messages if message["type"] == "unsupported")
    assert ghost["errors"][0]["code"] == 131060


def test_what_the_owner_types_comes_as_an_echo(shop: Shop, listening: Receiver) -> None:
    wamid = shop.meta.owner_message(phone_number_id=shop.line, to=ANNA, text="Hello")["wamid"]
    shop.meta.wait_until_delivered()

    (echo,) = listening.items("smb_message_echoes", "message_echoes")
    assert (echo["from"], echo["to"], echo["id"]) == (shop.phone, ANNA, wamid)
    assert echo["to_user_id"].startswith("US.")
    assert "profile" not in listening.changes("smb_message_echoes")[0]["contacts"][0]
    assert shop.truth()["accepted"] == 0


def test_edits_and_revokes_point_at_their_message(shop: Shop, listening: Receiver) -> None:
    first = shop.meta.owner_message(phone_number_id=shop.line, to=ANNA, text="Helo")["wamid"]
    edit = {
        "original_message_id": first,
        "message": {"context": {"id": "M0"}, "type": "text", "text": {"body": "Hello"}},
    }
    shop.meta.owner_message(phone_number_id=shop.line, to=ANNA, type="edit", body=edit)
    shop.meta.customer_message(
        phone_number_id=shop.line,
        from_=ANNA,
        type="revoke",
        body={"original_message_id": "wamid.x"},
    )
    shop.meta.wait_until_delivered()

    echoes = {e["type"]: e for e in listening.items("smb_message_echoes", "message_echoes")}
    assert echoes["edit"]["edit"] == edit
    (revoke,) = listening.items("messages", "messages")
    assert revoke["revoke"] == {"original_message_id": "wamid.x"}


def test_a_system_message_has_no_contacts(shop: Shop, listening: Receiver) -> None:
    body = {"type": "user_changed_number", "wa_id": "12125550199", "body": "changed"}
    shop.meta.customer_message(phone_number_id=shop.line, from_=ANNA, type="system", body=body)
    shop.meta.wait_until_delivered()

    (value,) = listening.changes("messages")
    assert "contacts" not in value


def test_a_change_of_ones_own_making_is_delivered(shop: Shop, listening: Receiver) -> None:
    shop.meta.deliver(waba_id=shop.waba, field="weather", value={"sun": True})
    shop.meta.wait_until_delivered()

    assert listening.changes("weather") == [{"sun": True}]


@pytest.mark.parametrize("text", [None, ""])
def test_nothing_to_say_is_refused(shop: Shop, text: str | None) -> None:
    with pytest.raises(ValueError, match="text"):
        shop.meta.customer_message(phone_number_id=shop.line, from_=ANNA, text=text)
