"""A test of the tests: each known mistake, made on purpose, is caught by the suite it is for."""

import pytest

from tests.laws.test_a_worker_may_die_anywhere import BODIES
from tests.laws.world.bad_input import open_house, what_is_lost
from tests.laws.world.broken import IN_READING, IN_THE_ORDER_OF_WRITES, IN_THE_STATE, Mistake
from tests.laws.world.deaths import every_death
from tests.laws.world.generation import story_of
from tests.laws.world.mutation import mutated
from tests.laws.world.webhooks import told_wrongly
from tests.recordings import RECORDED

ENOUGH = 150
"""So many stories are told before a mistake counts as missed. They are the same in every run."""


def test_without_a_mistake_the_first_stories_are_told_well() -> None:
    wrong = {number: told_wrongly(story_of(number)) for number in range(30)}

    assert {number: what for number, what in wrong.items() if what} == {}


@pytest.mark.parametrize("mistake", IN_THE_STATE, ids=lambda mistake: mistake.__name__)
def test_a_mistake_in_the_state_is_caught_by_the_webhooks(mistake: Mistake) -> None:
    with mistake():
        caught = any(told_wrongly(story_of(number)) for number in range(ENOUGH))

    assert caught


@pytest.mark.parametrize("mistake", IN_THE_ORDER_OF_WRITES, ids=lambda mistake: mistake.__name__)
def test_a_mistake_in_the_order_of_writes_is_caught_by_the_crashes(mistake: Mistake) -> None:
    with mistake():
        caught = any(death.differs for death in every_death(BODIES))

    assert caught


@pytest.mark.parametrize("mistake", IN_READING, ids=lambda mistake: mistake.__name__)
def test_a_mistake_in_reading_is_caught_by_the_mutated_bodies(mistake: Mistake) -> None:
    with mistake(), open_house() as cloud:
        caught = any(what_is_lost(cloud, mutated(number, RECORDED)) for number in range(ENOUGH))

    assert caught
