"""How long a broadcast takes and what it costs, before anybody has sent it.

Both are arithmetic on the plan: people fall due at known times and leave at a known rate; each of
them has a price or a reason for none. What nobody can know beforehand (who will be reached, Meta's
volume tiers) is not guessed at: the cost is that of every message being delivered at list price.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tandem.model.rates import Price

WARM_UP = 1.0
"""Seconds between the moment at which a wave is due and its first message."""


@dataclass(frozen=True, slots=True)
class Cost:
    """People of one market at one price. `amount` is `people` times the price of one."""

    market: str
    category: str
    people: int
    each: Decimal
    amount: Decimal
    currency: str
    card: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a plan comes to if everything is delivered. Times in unix seconds.

    `total` sums `costs`, which are all in `currency`. `free` counts people by why they cost
    nothing, `unpriced` by country where no card says a price: with any of those, the total is a
    least and not the whole.
    """

    people: int
    begins_at: int
    ends_at: int
    costs: tuple[Cost, ...]
    free: Mapping[str, int]
    unpriced: Mapping[str, int]
    total: Decimal
    currency: str | None

    @property
    def seconds(self) -> int:
        return self.ends_at - self.begins_at


class Bill:
    """Adds up what single messages cost; the order in which they come does not matter."""

    def __init__(self) -> None:
        self._priced: Counter[tuple[Price, str]] = Counter()
        self._free: Counter[str] = Counter()
        self._unpriced: Counter[str] = Counter()

    def charge(self, price: Price, category: str, *, people: int = 1) -> None:
        self._priced[price, category] += people

    def spare(self, why: str, *, people: int = 1) -> None:
        """They cost nothing, because of `why`."""
        self._free[why] += people

    def wonder(self, country: str | None, *, people: int = 1) -> None:
        """No card says what a message to them costs."""
        self._unpriced[country or "no country"] += people

    def costs(self) -> tuple[Cost, ...]:
        """The priced ones, the dearest line first."""
        lines = (
            Cost(
                price.market,
                category,
                people,
                price.amount,
                price.amount * people,
                price.currency,
                price.card,
            )
            for (price, category), people in self._priced.items()
        )
        return tuple(sorted(lines, key=lambda line: (-line.amount, line.market, line.category)))

    def forecast(self, waves: Sequence["Wave"], *, rate: float, begins_at: int) -> Forecast:
        """The forecast of everybody added, who leave in `waves` at `rate` messages a second."""
        costs = self.costs()
        return Forecast(
            people=sum(wave.people for wave in waves),
            begins_at=begins_at,
            ends_at=ends_at(waves, rate=rate, begins_at=begins_at),
            costs=costs,
            free=dict(self._free.most_common()),
            unpriced=dict(self._unpriced.most_common()),
            total=sum((line.amount for line in costs), Decimal(0)),
            currency=costs[0].currency if costs else None,
        )


@dataclass(frozen=True, slots=True)
class Wave:
    """So many people who may be sent to from `due_at` (unix seconds) on."""

    due_at: int
    people: int


def ends_at(waves: Iterable[Wave], *, rate: float, begins_at: int) -> int:
    """When the last of them has been sent to, at `rate` messages a second, one wave on another."""
    now = float(begins_at)
    for wave in sorted(waves, key=lambda wave: wave.due_at):
        if wave.people:
            now = max(now, wave.due_at + WARM_UP) + wave.people / rate
    return round(now)
