"""A business, drawn: rules one after the other. It shrinks to the few that matter."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

from tests.laws.world import conversing, importing, knowing, oddities
from tests.laws.world.business import Business
from tests.laws.world.delivery import Delivery, delivery_of

Rule = Callable[[Random, Business], None]


def nothing_happens(_chance: Random, _business: Business) -> None:
    """What other rules shrink to."""


RULES: tuple[Rule, ...] = (
    nothing_happens,
    conversing.customer_writes,
    conversing.owner_writes,
    conversing.ghost_becomes_real,
    conversing.told_again,
    conversing.somebody_acts,
    conversing.status_comes,
    importing.chunk_comes,
    importing.file_comes,
    importing.owner_declines,
    knowing.address_book_changes,
    knowing.somebody_wishes,
    knowing.number_changes,
    knowing.user_id_rotates,
    oddities.account_changes,
    oddities.notice_comes,
    oddities.error_comes,
    oddities.unknown_comes,
    oddities.malformed_comes,
    oddities.nonsense_comes,
    oddities.stranger_writes,
)

OFTEN = [
    RULES.index(rule)
    for rule in (
        conversing.customer_writes,
        conversing.owner_writes,
        conversing.told_again,
        conversing.status_comes,
        importing.chunk_comes,
        knowing.address_book_changes,
    )
]


@dataclass(frozen=True, slots=True)
class Story:
    """What happened, and how Meta tells of it: two numbers a step, and one for the telling.

    It can be pasted into a test as it is printed: `Story(steps=…, telling=…)` is the same again.
    """

    steps: tuple[tuple[int, int], ...]
    telling: int = 0

    @property
    def business(self) -> Business:
        business = Business()
        for rule, chance in self.steps:
            RULES[rule](Random(chance), business)
        return business

    def delivery(self, business: Business) -> Delivery:
        return delivery_of(business.pieces, Random(self.telling))

    def __str__(self) -> str:
        """The story in words: which rules, and the bodies that came of them."""
        business = self.business
        happened = ", ".join(RULES[rule].__name__ for rule, _ in self.steps)
        bodies = "\n".join(map(repr, self.delivery(business).bodies))
        return f"{self!r}\nwhat happened: {happened}\ntold as:\n{bodies}"


_CHANCES = st.integers(0, 2**16 - 1)
_STEPS = st.tuples(st.sampled_from([*range(len(RULES)), *OFTEN]), _CHANCES)
_DAYS = st.tuples(_STEPS, _STEPS, _STEPS)


def stories(*, days: int = 5) -> st.SearchStrategy[Story]:
    """Stories of a few days on which three things happen. They shrink to what matters."""
    steps = st.lists(_DAYS, min_size=1, max_size=days).map(lambda all_: tuple(sum(all_, ())))
    return st.builds(Story, steps, _CHANCES)


def story_of(number: int, *, steps: int = 15) -> Story:
    """The story of a number: always the same one."""
    chance = Random(number)
    rules = [*range(1, len(RULES)), *OFTEN]
    drawn = tuple((chance.choice(rules), chance.randrange(2**16)) for _ in range(steps))
    return Story(drawn, chance.randrange(2**16))
