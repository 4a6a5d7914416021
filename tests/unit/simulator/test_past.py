"""The invented past: alike for the same seed, believable, quick."""

import re
import time
from bisect import bisect

import pytest

from simulator import Simulator
from simulator.past.history import thread_sizes
from tests.unit.simulator.actors import NOON, StillClock

FICTIONAL = re.compile(r"1\d{3}55501\d{2}")


def past(seed: int, clock: StillClock, messages: int = 600) -> tuple[dict, list]:
    with Simulator(seed=3, clock=clock) as meta:
        line = meta.create_business()["phone_number_id"]
        meta.prepare_history(phone_number_id=line, messages=messages, threads=25, seed=seed)
        invented = meta.world.records.lines[line]
    said = {m.wamid: (m.at, m.origin, m.type, m.body, m.person) for m in invented.messages.values()}
    return said, list(invented.book.values())


def test_the_same_seed_invents_the_same_past(clock: StillClock) -> None:
    assert past(1, clock) == past(1, clock)
    assert past(1, clock) != past(2, clock)


def test_timestamps_move_with_the_clock_and_nothing_else_does(clock: StillClock) -> None:
    now, _ = past(1, clock)
    clock.advance(1_000)
    later, _ = past(1, clock)

    assert now.keys() == later.keys()
    for wamid, (at, *rest) in now.items():
        assert later[wamid] == (at + 1_000, *rest)


def test_both_sides_talk_over_half_a_year(clock: StillClock) -> None:
    said, _ = past(1, clock)

    ages = [(NOON - at) / 86_400 for at, *_ in said.values()]
    origins = [origin for _, origin, *_ in said.values()]
    assert all(0 < age < 180 for age in ages)
    assert min(ages) < 1 < 90 < max(ages)
    assert set(origins) == {"customer", "app"}
    assert 0.35 < origins.count("app") / len(origins) < 0.65


@pytest.mark.parametrize("seed", range(5))
def test_even_a_short_past_reaches_into_every_phase(meta: Simulator, seed: int) -> None:
    line = meta.create_business()["phone_number_id"]
    meta.prepare_history(phone_number_id=line, messages=30, threads=1, seed=seed)

    said = meta.world.records.lines[line].messages.values()
    phases = [bisect((1, 90, 180), (NOON - message.at) / 86_400) for message in said]
    assert set(phases) == {0, 1, 2}


def test_everybodys_number_is_fictional(clock: StillClock) -> None:
    said, book = past(1, clock)

    assert all(FICTIONAL.fullmatch(person) for *_, person in said.values())
    assert len({person for *_, person in said.values()}) == 25
    assert all(FICTIONAL.fullmatch(card.phone) for card in book)


@pytest.mark.parametrize(("messages", "threads"), [(1, 1), (60, 60), (5_000, 60), (7, 3)])
def test_sizes_add_up_and_leave_nobody_out(messages: int, threads: int) -> None:
    sizes = thread_sizes(messages, threads)

    assert sum(sizes) == messages
    assert len(sizes) == threads
    assert min(sizes) >= 1


def test_five_thousand_messages_are_ready_within_a_second(clock: StillClock) -> None:
    started = time.perf_counter()

    said, _ = past(1, clock, messages=5_000)

    assert len(said) == 5_000
    assert time.perf_counter() - started < 1


def test_a_new_past_replaces_the_old_one_and_leaves_what_was_written(meta: Simulator) -> None:
    line = meta.create_business()["phone_number_id"]
    wamid = meta.customer_message(phone_number_id=line, from_="12125550123", text="Hi")["wamid"]
    meta.prepare_history(phone_number_id=line, messages=50, threads=5, seed=1)

    answer = meta.prepare_history(phone_number_id=line, messages=20, threads=2, contacts=7, seed=2)

    truth = meta.truth(phone_number_id=line)
    assert answer == {"messages": 20, "contacts": 7}
    assert len(truth["messages"]) == 21
    assert wamid in truth["messages"]


@pytest.mark.parametrize(
    "recipe",
    [{"messages": 1, "threads": 2}, {"chunk_messages": 0}, {"echoed_media_as": "smoke"}],
)
def test_an_impossible_past_is_refused(meta: Simulator, recipe: dict) -> None:
    line = meta.create_business()["phone_number_id"]

    with pytest.raises(ValueError, match=r"thread|chunk|echoed"):
        meta.prepare_history(phone_number_id=line, **recipe)
