"""How long a broadcast takes and what it costs, before anybody has sent it.

Both are arithmetic on the plan: people fall due at known times and leave at a known rate; each of
them has a price or a reason for none. What nobody can know beforehand (who will be reached, Meta's
volume tiers) is not guessed at: the cost is that of every message being delivered at list price.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from tandem.model.forecast import Cost, Forecast, Headroom, Wave
from tandem.model.rates import Price

ANY_NUMBER = Headroom()
WARM_UP = 1.0
"""Seconds between the moment at which a wave is due and its first message."""

QUARTER = 900
"""Seconds after which it is asked anew who sleeps by now."""

Waking = Callable[[str | None, int], int]
"""The first moment from one on (unix seconds) at which people of a country may be sent to."""


def at_any_hour(_country: str | None, at: int) -> int:
    """Nobody has quiet hours."""
    return at


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
        waking: Waking = at_any_hour,
    ) -> Forecast:
        """The forecast of everybody added, who leave in `waves` at `rate` messages a second."""
        return Forecast(
            people=sum(wave.people for wave in waves),
            begins_at=begins_at,
            ends_at=ends_at(waves, rate=rate, begins_at=begins_at, waking=waking),
            rate=rate,
            costs=self.costs(),
            free=dict(self._free.most_common()),
            unpriced=dict(self._unpriced.most_common()),
            outside=outside,
            headroom=headroom,
        )


def ends_at(
    waves: Iterable[Wave], *, rate: float, begins_at: int, waking: Waking = at_any_hour
) -> int:
    """When the last of them has been sent to, at `rate` messages a second while there is anybody
    whom it is time for: whoever of these comes first in `waves`.
    """
    left = [(wave, float(wave.people)) for wave in waves if wave.people]
    now = float(begins_at)
    while left:
        kinds = {(wave.due_at, wave.country) for wave, _ in left}
        ready = {kind for kind in kinds if _goes_out(*kind, now, waking)}
        if not ready:
            now = min(waking(country, max(due, int(now))) for due, country in kinds) + WARM_UP
            continue
        coming = (due + WARM_UP for due, _ in kinds if due + WARM_UP > now)
        until = min([(now // QUARTER + 1) * QUARTER, *coming])
        left, room = _sent(left, ready, room=rate * (until - now))
        now = until - room / rate
    return round(now)


def _goes_out(due_at: int, country: str | None, now: float, waking: Waking) -> bool:
    return due_at + WARM_UP <= now and waking(country, int(now)) <= now


def _sent(
    waves: list[tuple[Wave, float]], ready: set[tuple[int, str | None]], *, room: float
) -> tuple[list[tuple[Wave, float]], float]:
    """Who is left, and the room that is, once there was `room` for so many who are ready."""
    left = []
    for wave, people in waves:
        sent = min(people, room) if (wave.due_at, wave.country) in ready else 0.0
        room -= sent
        if sent < people:
            left.append((wave, people - sent))
    return left, room
