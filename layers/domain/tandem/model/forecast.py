"""What a plan comes to: its time and its money, if everything is delivered."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Cost:
    """People of one market at one price. `amount` is `people` times `each`."""

    market: str
    category: str
    people: int
    each: Decimal
    currency: str
    card: str

    @property
    def amount(self) -> Decimal:
        return self.each * self.people


@dataclass(frozen=True, slots=True)
class Wave:
    """So many people of a country, one after the other, who may be sent to from `due_at` (unix
    seconds) on.
    """

    due_at: int
    people: int
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Headroom:
    """How many people an account may still write to outside a window: `room` of them within the
    next 24 hours, `limit` in each 24 hours after that; None for any number.
    """

    limit: int | None = None
    room: int | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a plan comes to if everything is delivered at list price. Times in unix seconds.

    `costs` are all in one currency. `free` counts people by why they cost nothing, `unpriced` by
    country where no card says a price: with any of those, the total is a least and not the whole.
    `rate` is the messages a second that it reckons with. `outside` counts those who are written to
    outside an open window: they are what the `headroom` is for, and wait for it day by day.
    """

    people: int
    begins_at: int
    ends_at: int
    rate: float
    costs: tuple[Cost, ...]
    free: Mapping[str, int]
    unpriced: Mapping[str, int]
    outside: int = 0
    headroom: Headroom = Headroom()

    @property
    def seconds(self) -> int:
        return self.ends_at - self.begins_at

    @property
    def total(self) -> Decimal:
        return sum((cost.amount for cost in self.costs), Decimal(0))

    @property
    def currency(self) -> str | None:
        return self.costs[0].currency if self.costs else None
