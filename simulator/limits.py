"""How fast one may go: messages per second on a number, and messages to one person (wire §6.3)."""

from collections import deque

PAIR_INTERVAL_S = 6.0
PAIR_BURST = 45


class Throughput:
    """At most `per_second` messages in any sliding second."""

    def __init__(self) -> None:
        self._taken: deque[float] = deque()

    def allows(self, per_second: int, now: float) -> bool:
        self._forget(now)
        return len(self._taken) < per_second

    def take(self, now: float) -> None:
        self._forget(now)
        self._taken.append(now)

    def _forget(self, now: float) -> None:
        while self._taken and self._taken[0] <= now - 1.0:
            self._taken.popleft()


class PairRate:
    """One message in 6 s to the same person, of which 45 may be borrowed ahead."""

    def __init__(self) -> None:
        self._debt_until: dict[str, float] = {}

    def allows(self, person: str, now: float) -> bool:
        debt_s = self._debt_until.get(person, now) - now
        return debt_s <= (PAIR_BURST - 1) * PAIR_INTERVAL_S

    def take(self, person: str, now: float) -> None:
        self._debt_until[person] = max(self._debt_until.get(person, now), now) + PAIR_INTERVAL_S
