"""How long a broadcast takes and what it costs, before anybody has sent it.

Both are arithmetic on the plan: people fall due at known times and leave at a known rate; each of
them has a price or a reason for none. What nobody can know beforehand (who will be reached, Meta's
volume tiers) is not guessed at: the cost is that of every message being delivered at list price.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from tandem.model.forecast import Cost, Forecast, Headroom, Wave
from tandem.model.rates import Price

ANY_NUMBER = Headroom()
WARM_UP = 1.0
"""Seconds between the moment at which a wave is due and its first message."""


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
            Cost(price.market, category, people, price.amount, price.currency, price.card)
            for (price, category), people in self._priced.items()
        )
        return tuple(sorted(lines, key=lambda line: (-line.amount, line.market, line.category)))

    def forecast(
        self,
        waves: Sequence[Wave],
        *,
        rate: float,
        begins_at: int,
        outside: int = 0,
        headroom: Headroom = ANY_NUMBER,
    ) -> Forecast:
        """The forecast of everybody added, who leave in `waves` at `rate` messages a second."""
        return Forecast(
            people=sum(wave.people for wave in waves),
            begins_at=begins_at,
            ends_at=ends_at(waves, rate=rate, begins_at=begins_at),
            rate=rate,
            costs=self.costs(),
            free=dict(self._free.most_common()),
            unpriced=dict(self._unpriced.most_common()),
            outside=outside,
            headroom=headroom,
        )


def ends_at(waves: Iterable[Wave], *, rate: float, begins_at: int) -> int:
    """When the last of them has been sent to, at `rate` messages a second, one wave on another."""
    now = float(begins_at)
    for wave in sorted(waves, key=lambda wave: wave.due_at):
        if wave.people:
            now = max(now, wave.due_at + WARM_UP) + wave.people / rate
    return round(now)
