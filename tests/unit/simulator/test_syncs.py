"""The two one-shot syncs: when they may be asked for, and what they set free."""

from collections import Counter
from typing import Any

import pytest

from tests.unit.simulator.actors import Receiver, Shop, StillClock

DAY_S = 86_400
PHASE_DAYS = {0: (0, 1), 1: (1, 90), 2: (90, 180)}


def prepare(shop: Shop, **past: Any) -> None:
    given = {"messages": 400, "threads": 12, "chunk_messages": 60, "media_share": 0.2}
    shop.meta.prepare_history(phone_number_id=shop.line, **given | past)


def chunks(listening: Receiver) -> list[dict[str, Any]]:
    return [item for item in listening.items("history", "history") if "threads" in item]


def rows(listening: Receiver) -> list[dict[str, Any]]:
    return [
        message
        for chunk in chunks(listening)
        for thread in chunk["threads"]
        for message in thread["messages"]
    ]


def test_a_request_is_accepted_with_an_id(shop: Shop) -> None:
    answer = shop.sync("history")

    assert answer.keys() == {"messaging_product", "request_id"}


def test_each_sync_is_given_once_per_onboarding(shop: Shop, clock: StillClock) -> None:
    shop.sync("history")

    assert shop.sync("history")["error"]["code"] == 2593107
    assert "request_id" in shop.sync("smb_app_state_sync")

    shop.meta.disconnect(phone_number_id=shop.line)
    clock.advance(15 * 60)
    shop.meta.signup(waba_id=shop.waba)
    shop.graph.token = shop.meta.issue_token(waba_ids=[shop.waba])["access_token"]
    assert "request_id" in shop.sync("history")


def test_after_a_day_it_is_too_late(shop: Shop, clock: StillClock) -> None:
    clock.advance(DAY_S)
    assert "request_id" in shop.sync("smb_app_state_sync")
    clock.advance(1)

    assert shop.sync("history")["error"]["code"] == 2593108


def test_a_strange_request_is_refused(shop: Shop, cloud: Shop) -> None:
    assert shop.sync("everything")["error"]["code"] == 100
    assert cloud.sync("history")["error"]["code"] == 100
    assert shop.graph.post(f"{shop.line}/smb_app_data", {})["error"]["code"] == 100


def test_the_past_comes_whole_in_three_phases(shop: Shop, listening: Receiver) -> None:
    prepare(shop)
    shop.sync("history")
    shop.meta.wait_until_delivered()

    truth = shop.truth()["messages"]
    assert Counter(row["id"] for row in rows(listening)) == Counter(list(truth))
    assert all(entry["history"] for entry in truth.values())
    orders: dict[int, list[int]] = {}
    for chunk in chunks(listening):
        at = chunk["metadata"]
        orders.setdefault(at["phase"], []).append(at["chunk_order"])
        oldest, newest = (clock_age(shop, day) for day in reversed(PHASE_DAYS[at["phase"]]))
        for thread in chunk["threads"]:
            for message in thread["messages"]:
                assert oldest <= int(message["timestamp"]) <= newest
    assert orders.keys() == {0, 1, 2}
    assert all(sorted(order) == list(range(1, len(order) + 1)) for order in orders.values())


def clock_age(shop: Shop, days: int) -> int:
    return int(shop.meta.world.clock.now()) - days * DAY_S


def test_progress_runs_to_a_hundred_with_the_last_chunk(shop: Shop, listening: Receiver) -> None:
    prepare(shop)
    shop.sync("history")
    shop.meta.wait_until_delivered()

    told = sorted(
        (c["metadata"]["phase"], c["metadata"]["chunk_order"], c["metadata"]["progress"])
        for c in chunks(listening)
    )
    progress = [share for _, _, share in told]
    assert progress == sorted(progress)
    assert progress[-1] == 100
    assert progress.count(100) == 1


def test_rows_tell_their_direction_as_the_wild_does(shop: Shop, listening: Receiver) -> None:
    prepare(shop, hiding=0)
    shop.sync("history")
    shop.meta.wait_until_delivered()

    truth = shop.truth()["messages"]
    from_business = [row for row in rows(listening) if row.get("from") == shop.phone]
    assert {truth[row["id"]]["origin"] for row in from_business} == {"app"}
    assert 0 < sum("to" in row for row in from_business) < len(from_business)
    assert {row["history_context"]["status"] for row in rows(listening)} >= {"READ", "DELIVERED"}


def test_threads_of_those_who_hide_their_number_have_no_id(shop: Shop, listening: Receiver) -> None:
    prepare(shop, hiding=0.3)
    shop.sync("history")
    shop.meta.wait_until_delivered()

    threads = [thread for chunk in chunks(listening) for thread in chunk["threads"]]
    assert {"id" in thread for thread in threads} == {True, False}
    assert all("username" in thread["context"] for thread in threads if "id" not in thread)
    assert all(thread["context"]["user_id"].startswith("US.") for thread in threads)


@pytest.mark.parametrize("echoed_as", ["message_echoes", "messages"])
def test_media_of_the_last_fourteen_days_follows_its_placeholder(
    shop: Shop, listening: Receiver, echoed_as: str
) -> None:
    prepare(shop, echoed_media_as=echoed_as)
    shop.sync("history")
    shop.meta.wait_until_delivered()

    placeholders = {row["id"]: row for row in rows(listening) if row["type"] == "media_placeholder"}
    customers = listening.items("history", "messages")
    echoes = listening.items("history", "message_echoes")
    followed = {media["id"]: media for media in customers + echoes}
    fresh = {
        wamid for wamid, row in placeholders.items() if int(row["timestamp"]) >= clock_age(shop, 14)
    }
    truth = shop.truth()["messages"]
    assert followed.keys() == fresh
    assert 0 < len(fresh) < len(placeholders)
    assert bool(echoes) == (echoed_as == "message_echoes")
    assert all("media_placeholder" not in row.get("type", "") for row in followed.values())
    assert all(truth[wamid]["type"] == media["type"] for wamid, media in followed.items())
    assert {truth[wamid]["type"] for wamid in placeholders.keys() - fresh} == {"media_placeholder"}
    assert not any("text" in row for row in placeholders.values())


def test_media_ages_until_the_onboarding_and_lives_a_week_from_then(
    shop: Shop, listening: Receiver, clock: StillClock
) -> None:
    shop.meta.disconnect(phone_number_id=shop.line)
    prepare(shop)
    clock.advance(10 * DAY_S)
    shop.meta.signup(waba_id=shop.waba)
    shop.graph.token = shop.meta.issue_token(waba_ids=[shop.waba])["access_token"]
    shop.graph.post(f"{shop.waba}/subscribed_apps")
    shop.sync("history")
    shop.meta.wait_until_delivered()

    media = [*listening.items("history", "messages"), *listening.items("history", "message_echoes")]
    assert media
    assert all(int(row["timestamp"]) >= clock_age(shop, 14) for row in media)
    clock.advance(7 * DAY_S - 1)
    assert "url" in shop.graph.get(media[0][media[0]["type"]]["id"])


def test_what_was_written_before_onboarding_is_history_and_later_is_not(
    shop: Shop, listening: Receiver, clock: StillClock
) -> None:
    shop.meta.disconnect(phone_number_id=shop.line)
    before = shop.hears_from("12125550123")
    clock.advance(15 * 60)
    shop.meta.signup(waba_id=shop.waba)
    shop.graph.token = shop.meta.issue_token(waba_ids=[shop.waba])["access_token"]
    shop.graph.post(f"{shop.waba}/subscribed_apps")
    clock.advance(1)
    after = shop.hears_from("12125550123")
    shop.sync("history")
    shop.meta.wait_until_delivered()

    assert [row["id"] for row in rows(listening)] == [before]
    assert [message["id"] for message in listening.items("messages", "messages")] == [after]


def test_an_owner_who_does_not_share_sends_one_error(shop: Shop, listening: Receiver) -> None:
    prepare(shop)
    assert shop.meta.world.records.lines[shop.line].onboarding is not None
    shop.meta.world.records.lines[shop.line].onboarding.share_history = False  # type: ignore[union-attr]
    shop.sync("history")
    shop.meta.wait_until_delivered()

    (item,) = listening.items("history", "history")
    assert item["errors"][0]["code"] == 2593109
    assert not any(entry["history"] for entry in shop.truth()["messages"].values())


@pytest.mark.parametrize("shape", ["item", "value", "bare"])
def test_a_declined_history_stands_in_one_of_three_places(
    shop: Shop, listening: Receiver, shape: str
) -> None:
    shop.meta.set_faults(decline=True, decline_shape=shape)
    shop.sync("history")
    shop.meta.wait_until_delivered()

    body = listening.posts[0].json
    value = body if shape == "bare" else body["entry"][0]["changes"][0]["value"]
    errors = value["errors"] if shape == "value" else value["history"][0]["errors"]
    assert errors[0]["code"] == 2593109
    assert ("entry" in body) == (shape != "bare")


def test_the_address_book_comes_in_bursts(shop: Shop, listening: Receiver) -> None:
    prepare(shop, contacts=230)
    shop.sync("smb_app_state_sync")
    shop.meta.wait_until_delivered()

    items = listening.items("smb_app_state_sync", "state_sync")
    assert [len(v["state_sync"]) for v in listening.changes("smb_app_state_sync")] == [100, 100, 30]
    assert {item["contact"]["user_id"] for item in items} == {
        contact["user_id"] for contact in shop.truth()["contacts"]
    }
    assert {item["action"] for item in items} == {"add"}


def test_later_changes_of_the_book_are_told_once_it_was_asked_for(
    shop: Shop, listening: Receiver
) -> None:
    change = {"phone_number_id": shop.line, "phone": "12125550123"}
    shop.meta.change_contact(**change, full_name="Ana")
    shop.sync("smb_app_state_sync")
    shop.meta.wait_until_delivered()
    shop.meta.change_contact(**change, full_name="Anna K")
    shop.meta.wait_until_delivered()
    shop.meta.change_contact(**change, action="remove")
    shop.meta.wait_until_delivered()

    items = listening.items("smb_app_state_sync", "state_sync")
    assert [item["action"] for item in items] == ["add", "add", "remove"]
    assert items[1]["contact"]["first_name"] == "Anna"
    assert "full_name" not in items[2]["contact"]
    assert shop.truth()["contacts"] == []
