"""A test of the tests: each known mistake, made on purpose, is caught by the suite it is for."""

import pytest

from tests.fakes.memory_cloud import MemoryCloud
from tests.laws.test_a_worker_may_die_anywhere import BODIES
from tests.laws.world.bad_input import nothing_of_it_is_lost, open_house
from tests.laws.world.broken import IN_READING, IN_THE_ORDER_OF_WRITES, IN_THE_STATE, Mistake
from tests.laws.world.deaths import any_call_may_be_the_last
from tests.laws.world.generation import story_of
from tests.laws.world.mutation import mutated
from tests.laws.world.webhooks import any_telling_is_as_good_as_another
from tests.recordings import RECORDED

ENOUGH = 150
"""So many stories are told before a mistake counts as missed. They are the same in every run."""


def caught_after() -> int | None:
    """How many stories it takes until one of them is told wrongly; None when none is."""
    for number in range(ENOUGH):
        try:
            any_telling_is_as_good_as_another(story_of(number))
        except AssertionError:
            return number + 1
    return None


def test_without_a_mistake_the_first_stories_are_told_well() -> None:
    for number in range(30):
        any_telling_is_as_good_as_another(story_of(number))


@pytest.mark.parametrize("mistake", IN_THE_STATE, ids=lambda mistake: mistake.__name__)
def test_a_mistake_in_the_state_is_caught_by_the_webhooks(mistake: Mistake) -> None:
    with mistake():
        stories = caught_after()

    assert stories is not None


@pytest.mark.parametrize("mistake", IN_THE_ORDER_OF_WRITES, ids=lambda mistake: mistake.__name__)
def test_a_mistake_in_the_order_of_writes_is_caught_by_the_crashes(mistake: Mistake) -> None:
    with mistake(), pytest.raises(AssertionError):
        any_call_may_be_the_last(BODIES)


@pytest.mark.parametrize("mistake", IN_READING, ids=lambda mistake: mistake.__name__)
def test_a_mistake_in_reading_is_caught_by_the_mutated_bodies(mistake: Mistake) -> None:
    with mistake(), open_house() as cloud, pytest.raises(AssertionError):
        all_are_found_again(cloud)


def all_are_found_again(cloud: MemoryCloud) -> None:
    for number in range(ENOUGH):
        nothing_of_it_is_lost(cloud, mutated(number, RECORDED))
