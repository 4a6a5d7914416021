"""Bad days on purpose: nothing is lost, and each can be lived twice."""

from collections import Counter
from typing import Any

import pytest
import requests

from simulator import Faults, Simulator
from tests.unit.simulator.actors import Receiver, Shop, StillClock, connected, listen, receiving


def sync(shop: Shop, **past: Any) -> None:
    shop.meta.prepare_history(
        phone_number_id=shop.line, messages=300, threads=10, chunk_messages=10, **past
    )
    shop.sync("history")
    shop.meta.wait_until_delivered()


def places(listening: Receiver) -> list[tuple[int, int]]:
    return [
        (item["metadata"]["phase"], item["metadata"]["chunk_order"])
        for item in listening.items("history", "history")
    ]


def test_without_faults_one_sender_keeps_the_order(clock: StillClock) -> None:
    assert places_with(clock, Faults()) == sorted(places_with(clock, Faults()))


def test_the_same_seed_shuffles_and_repeats_alike_and_another_does_not(clock: StillClock) -> None:
    first = places_with(clock, Faults(seed=1, shuffle=True, duplicate=0.3))
    again = places_with(clock, Faults(seed=1, shuffle=True, duplicate=0.3))
    other = places_with(clock, Faults(seed=2, shuffle=True, duplicate=0.3))

    assert first == again != other
    assert first != sorted(first)


def test_several_senders_lose_and_repeat_nothing(clock: StillClock) -> None:
    with receiving() as receiver, Simulator(senders=4, time_scale=0, clock=clock) as meta:
        listen(meta, receiver)
        shop = connected(meta)
        wamids = {shop.hears_from(f"1212555{number:04d}") for number in range(100)}
        meta.wait_until_delivered()

        arrived = [message["id"] for message in receiver.items("messages", "messages")]
        assert len(arrived) == 100
        assert set(arrived) == wamids


def places_with(clock: StillClock, faults: Faults) -> list[tuple[int, int]]:
    """The order in which chunks arrive at a receiver, through a single sender."""
    with receiving() as receiver, Simulator(senders=1, time_scale=0, clock=clock) as meta:
        listen(meta, receiver)
        shop = connected(meta)
        meta.world.records.faults = faults
        sync(shop, media_share=0)
        return places(receiver)


def test_a_share_comes_twice_and_nothing_is_missing(shop: Shop, listening: Receiver) -> None:
    shop.meta.set_faults(duplicate=0.4, shuffle=True, seed=5)
    sync(shop, media_share=0)

    counted = Counter(places(listening))
    assert set(counted.values()) == {1, 2}
    assert 0.1 < sum(count == 2 for count in counted.values()) / len(counted) < 0.8


def test_what_is_to_come_late_is_waited_for(clock: StillClock) -> None:
    with receiving() as receiver, Simulator(senders=1, clock=clock) as meta:
        listen(meta, receiver)
        shop = connected(meta)
        shop.hears_from("12125550101")
        meta.wait_until_delivered()
        receiver.posts.clear()

        meta.statuses(order=["sent", "delivered"], first_after_s=0, step_s=3600)
        shop.graph.send(shop.line, to="12125550101")
        meta.set_faults(delay_s=1_000_000)
        shop.hears_from("12125550101")
        with pytest.raises(TimeoutError, match="still undelivered"):
            meta.wait_until_delivered(timeout_s=1)

        assert [each["status"] for each in receiver.items("messages", "statuses")] == ["sent"]
        assert receiver.items("messages", "messages") == []
        assert meta.deliveries()["queued"] == 2


def test_waiting_updates_ride_together(clock: StillClock) -> None:
    with receiving() as receiver, Simulator(senders=1, time_scale=0.001, clock=clock) as meta:
        listen(meta, receiver)
        shop = connected(meta)
        meta.wait_until_delivered()
        receiver.posts.clear()
        meta.set_faults(rebatch=1, delay_s=1)
        wamids = {shop.hears_from(f"1212555{number:04d}") for number in range(40)}
        meta.offboard(phone_number_id=shop.line)
        meta.wait_until_delivered()

    assert {message["id"] for message in receiver.items("messages", "messages")} == wamids
    assert len(receiver.items("messages", "messages")) == 40
    assert len(receiver.posts) < 30
    assert any(len(c["value"]["messages"]) > 1 for c in message_changes(receiver))
    assert meta.deliveries()["updates_delivered"] == 42


def message_changes(receiver: Receiver) -> list[dict[str, Any]]:
    return [
        change
        for post in receiver.posts
        for entry in post.json["entry"]
        for change in entry["changes"]
        if change["field"] == "messages"
    ]


def test_a_forged_twin_is_signed_wrongly_and_says_something_else(
    shop: Shop, listening: Receiver
) -> None:
    shop.meta.set_faults(wrong_signature=1)
    wamid = shop.hears_from("12125550123")
    shop.meta.wait_until_delivered()

    genuine = [post for post in listening.posts if post.signed_well]
    forged = [post for post in listening.posts if not post.signed_well]
    assert (len(genuine), len(forged)) == (1, 1)
    assert wamid not in forged[0].body.decode()
    counts = shop.meta.deliveries()
    assert (counts["delivered"], counts["forged"], counts["forged_accepted"]) == (2, 1, 1)


@pytest.mark.parametrize("silent", [True, ["history"], "history"])
def test_a_silent_sync_is_accepted_and_never_comes(
    shop: Shop, listening: Receiver, silent: object
) -> None:
    shop.meta.set_faults(silence=silent)
    shop.meta.prepare_history(phone_number_id=shop.line, messages=30, threads=3)

    answer = shop.sync("history")
    shop.meta.wait_until_delivered()

    assert "request_id" in answer
    assert listening.posts == []


def test_a_withheld_chunk_never_comes(shop: Shop, listening: Receiver) -> None:
    shop.meta.set_faults(withhold=["1:2"])
    sync(shop, media_share=0)

    arrived = places(listening)
    assert (1, 2) not in arrived
    assert {(1, 1), (1, 3)} <= set(arrived)
    truth = shop.truth()
    assert truth["totals"]["history"] == truth["totals"]["messages"] - 10


# Graph


def test_a_server_error_means_nothing_was_done(shop: Shop) -> None:
    shop.meta.set_faults(graph_5xx=1, endpoints=["messages"])

    response = shop.graph.call("POST", f"{shop.line}/messages", json=hello())

    assert response.status_code == 503
    assert response.json()["error"]["code"] == 2
    assert shop.truth()["accepted"] == 0
    assert "id" in shop.graph.get(shop.line)


@pytest.mark.parametrize("code", [130429, 131056, 368, 131000])
def test_a_refusal_of_ones_choice(shop: Shop, code: int) -> None:
    shop.meta.set_faults(refuse=1, refuse_code=code)

    answer = shop.graph.send(shop.line)

    assert answer["error"]["code"] == code


def test_a_lost_answer_was_accepted_all_the_same(shop: Shop, listening: Receiver) -> None:
    shop.hears_from("12125550123")
    shop.meta.set_faults(lose_answer=1, endpoints=["messages"])

    with pytest.raises(requests.ConnectionError):
        shop.graph.call("POST", f"{shop.line}/messages", json=hello())
    shop.meta.wait_until_delivered()

    assert shop.truth()["accepted"] == 1
    (note,) = {s["biz_opaque_callback_data"] for s in listening.items("messages", "statuses")}
    assert note == "attempt-1"


def test_a_late_answer_was_accepted_too(clock: StillClock) -> None:
    with Simulator(time_scale=0.01, clock=clock) as meta:
        shop = connected(meta)
        meta.set_faults(timeout=1, timeout_s=30, endpoints="messages")
        with pytest.raises(requests.ReadTimeout):
            requests.post(
                f"{meta.url}/{shop.line}/messages",
                json=hello(),
                headers={"Authorization": f"Bearer {shop.graph.token}"},
                timeout=0.1,
            )

        assert shop.truth()["accepted"] == 1


def test_a_share_of_calls_fails_alike_for_the_same_seed(clock: StillClock) -> None:
    def outcomes(seed: int) -> list[int]:
        with Simulator(time_scale=0, clock=clock) as meta:
            shop = connected(meta)
            meta.set_faults(graph_5xx=0.5, seed=seed, endpoints=["phone"])
            return [shop.graph.call("GET", shop.line).status_code for _ in range(30)]

    assert outcomes(1) == outcomes(1) != outcomes(2)
    assert set(outcomes(1)) == {200, 503}


def hello() -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "to": "12125550123",
        "text": {"body": "Hello"},
        "biz_opaque_callback_data": "attempt-1",
    }


@pytest.mark.parametrize(
    "nonsense",
    [{"earthquake": 1}, {"duplicate": 2}, {"rebatch": -0.1}, {"decline_shape": "heart"}],
)
def test_a_fault_that_makes_no_sense_is_refused(nonsense: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"fault|share|decline_shape"):
        Faults.read(nonsense)
