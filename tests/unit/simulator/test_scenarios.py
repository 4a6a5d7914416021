"""Scenarios: the same bytes for a seed, a truth of what was told and no more, and a verdict.

The receiver of these tests knows nothing but signatures.
"""

import json
from typing import Any

import pytest

from simulator import Simulator, signature
from simulator.scenarios import SCENARIOS, Delivery, Number, Rehearsal, rehearse
from simulator.scenarios.rehearsal import SECRET as REHEARSED_SECRET
from tests.unit.simulator.actors import Receiver, Shop, StillClock

SMALLER: dict[str, dict[str, Any]] = {
    "import-under-load": {"messages": 600, "live": 20, "chunk_messages": 50},
    "one-malformed-of-5000": {"messages": 500},
}
"""What takes longer than a test should."""

names = pytest.mark.parametrize("name", sorted(SCENARIOS))


def rehearsed(name: str, seed: int = 7, **options: Any) -> Rehearsal:
    return rehearse(name, seed, **SMALLER.get(name, {}), **options)


def play(meta: Simulator, name: str, **options: Any) -> Any:
    given = {"webhooks_only": True, "parameters": SMALLER.get(name)} | options
    return meta.play(scenario=name, **given)


@names
def test_a_seed_gives_the_same_bytes_and_another_gives_others(name: str) -> None:
    first, again, other = rehearsed(name), rehearsed(name), rehearsed(name, seed=8)

    assert first == again
    assert first.deliveries
    assert [d.body for d in first.deliveries] != [d.body for d in other.deliveries]


@names
def test_what_is_genuine_is_signed_and_what_is_not_is_not(name: str) -> None:
    for delivery in rehearsed(name).deliveries:
        claim = delivery.headers.get("X-Hub-Signature-256")
        assert (claim == signature(REHEARSED_SECRET, delivery.body)) is delivery.genuine


@names
def test_the_truth_names_only_what_was_told(name: str) -> None:
    played = rehearsed(name)
    told = {one for d in played.deliveries if d.genuine for one in found(json.loads(d.body), "id")}

    messages = played.truth["messages"]

    assert messages.keys() <= told
    assert sum(thread["messages"] for thread in played.truth["threads"]) == sum(
        "thread" in message for message in messages.values()
    )


@names
def test_it_plays_to_a_receiver_that_answers_well(
    meta: Simulator, listening: Receiver, name: str
) -> None:
    strict(listening)

    result = play(meta, name)

    assert result["wrong"] == []
    assert result["sent"] == len(listening.posts) == sum(result["answers"].values())
    assert all(message for message in result["expected"]["messages"].values())


@names
def test_a_receiver_that_fails_is_told_so(meta: Simulator, listening: Receiver, name: str) -> None:
    listening.answers = [500]

    result = play(meta, name)

    assert result["right"] is False
    assert [s for s in result["wrong"] if s.endswith("(genuine) was answered 500, not 200")]


def test_a_receiver_that_takes_forged_webhooks_is_told_so(
    meta: Simulator, listening: Receiver
) -> None:
    result = play(meta, "bad-signatures")

    assert len(result["wrong"]) == 7
    assert all("(forged) was answered 200, not 4xx" in sentence for sentence in result["wrong"])


def test_it_is_about_the_number_that_it_is_given() -> None:
    number = Number("10001", "10002", "15550109999", "10003")

    played = rehearsed("ghost-then-real", number=number)

    (entry,) = json.loads(played.deliveries[0].body)["entry"]
    metadata = entry["changes"][0]["value"]["metadata"]
    assert (entry["id"], metadata["phone_number_id"]) == ("10001", "10002")
    assert metadata["display_phone_number"] == "15550109999"
    assert played.truth["line"]["portfolio_id"] == "10003"


def test_it_is_signed_with_the_secret_that_it_is_given() -> None:
    (first, *_) = rehearsed("ghost-then-real", app_secret="another").deliveries

    assert first.headers["X-Hub-Signature-256"] == signature("another", first.body)


def test_a_parameter_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="declined has no messages"):
        rehearse("declined", messages=3)


def test_without_a_callback_there_is_nobody_to_play_to(clock: StillClock) -> None:
    with Simulator(clock=clock) as meta, pytest.raises(ValueError, match="configure the app"):
        meta.play(scenario="ghost-then-real")


def test_played_again_it_is_about_other_people_and_messages(meta: Simulator, shop: Shop) -> None:
    first, second = (
        play(meta, "everything-again", seed=7, phone_number_id=shop.line) for _ in range(2)
    )

    known = [set(result["expected"]["messages"]) for result in (first, second)]
    assert [len(wamids) for wamids in known] == [42, 42]
    assert not known[0] & known[1]
    people = [{n for t in r["expected"]["threads"] for n in t["names"]} for r in (first, second)]
    assert not people[0] & people[1]


@pytest.mark.parametrize(("age_s", "ago_s"), [(0, 0), (30, 0), (300, 240), (3_000, 600)])
def test_it_is_dated_after_the_onboarding_and_not_ahead_of_the_clock(
    meta: Simulator, shop: Shop, clock: StillClock, age_s: int, ago_s: int
) -> None:
    clock.advance(age_s)

    result = play(meta, "ghost-then-real", phone_number_id=shop.line)

    first, _ = result["expected"]["messages"].values()
    assert first["timestamp"] == clock.now - ago_s + 1


# What the truths say


def test_chunks_come_in_disorder_and_are_complete() -> None:
    played = rehearsed("chunks-shuffled")

    places = [place(delivery) for delivery in played.deliveries]
    assert places[0][1] == 100
    assert len(set(places)) < len(places)
    assert played.truth["import"] == {"chunks": len(set(places)), "missing": [], "complete": True}
    assert len(played.truth["messages"]) == 500


def test_a_missing_chunk_is_named() -> None:
    truth = rehearsed("chunk-missing").truth

    assert truth["import"]["missing"] == ["1:2"]
    assert truth["import"]["complete"] is False
    assert len(truth["messages"]) == 190


def test_the_real_message_stays_where_the_ghost_was() -> None:
    texts = [message["text"] for message in rehearsed("ghost-then-real").truth["messages"].values()]

    assert texts == ["Saw your ad. Open today?", "Me too"]


@pytest.mark.parametrize("name", ["edits-and-revokes", "acts-before-messages"])
def test_edits_and_revokes_end_alike_in_any_order(name: str) -> None:
    asked, wrong, answer, slip = rehearsed(name).truth["messages"].values()

    assert (asked["text"], asked["edited"]) == ("Can I come at three?", True)
    assert (answer["text"], answer["edited"]) == ("Yes, at three", True)
    assert wrong["revoked"] and slip["revoked"]


def test_reactions_are_the_newest_of_each_side() -> None:
    wrote, answer = rehearsed("reactions").truth["messages"].values()

    assert "reactions" not in wrote
    assert answer["reactions"] == {"customer": "\u2764\ufe0f"}


def test_one_message_of_many_is_malformed() -> None:
    truth = rehearse("one-malformed-of-5000", 7, messages=200).truth

    assert (len(truth["messages"]), truth["kept"]) == (199, 1)


def test_files_come_before_the_chunks_that_name_them() -> None:
    played = rehearsed("media-before-text")
    kinds = ["history" in value(d) for d in played.deliveries]

    assert kinds == sorted(kinds)
    assert kinds[0] is False
    types = {message["type"] for message in played.truth["messages"].values()}
    assert "media_placeholder" in types and types & {"image", "audio", "video", "document"}


def value(delivery: Delivery) -> Any:
    return json.loads(delivery.body)["entry"][0]["changes"][0]["value"]


def place(delivery: Delivery) -> tuple[str, int]:
    told = value(delivery)["history"][0]["metadata"]
    return f"{told['phase']}:{told['chunk_order']}", told["progress"]


def found(told: Any, key: str) -> set[str]:
    """All strings under `key`, however deep."""
    if isinstance(told, list):
        return {one for item in told for one in found(item, key)}
    if not isinstance(told, dict):
        return set()
    here = {told[key]} if isinstance(told.get(key), str) else set()
    return here | {one for item in told.values() for one in found(item, key)}


def strict(receiver: Receiver) -> None:
    """From now on it refuses what is not signed with the app's secret."""
    receiver.refuses = lambda post: not post.signed_well
