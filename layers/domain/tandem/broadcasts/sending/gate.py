"""The last step before Meta: no call arrives within a second of the one `rate` slots before it.

Slots are evenly spaced, but the ways from them to Meta's limiter are not: a new connection, a busy
network. A call that was late makes the one that follows a second later too early. When a call
ended, and how fast calls can be, bound when it reached Meta; its successor is held until a second
after that, and no longer. Slots are counted, not calls: those between may be a reply's.
"""

import math
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tandem.broadcasts.sending.attempts import Sending
from tandem.meta.graph import Accepted
from tandem.meta.outgoing import SendBody
from tandem.model.line import Line
from tandem.store.pace import HEADROOM, Pace

REACH_SECONDS = 1 / HEADROOM
"""Within this time lie as many slots as the rate."""

REMEMBERED = 200
"""So many of the latest calls can hold another: those of more than a second at 80 in each."""

FASTEST_OF = 500
"""How many of the latest calls say how fast a call can be."""


@dataclass(slots=True)
class _Passage:
    """One call through the gate; `ended_at` is None while Meta has not answered."""

    slot: float
    ended_at: float | None = None


class Gate:
    """The gate of one line in this process; threads share it. Times in unix seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._passages: deque[_Passage] = deque(maxlen=REMEMBERED)
        self._durations: deque[float] = deque(maxlen=FASTEST_OF)

    def opens_at(self, slot: float) -> float:
        """From when on a call in that slot is not too early, as far as is known."""
        with self._lock:
            # A call that has not ended after a second tells nothing: Meta's own limit decides then.
            ended = (
                before.ended_at
                for before in self._passages
                if before.ended_at is not None and before.slot <= slot - REACH_SECONDS
            )
            return max(ended, default=-math.inf) - min(self._durations, default=0.0) + 1

    @contextmanager
    def passage(self, slot: float) -> Iterator[None]:
        """The block is the call of a slot."""
        passage, begun_at = _Passage(slot), self._clock()
        with self._lock:
            self._passages.append(passage)
        try:
            yield
        finally:
            with self._lock:
                passage.ended_at = self._clock()
                self._durations.append(passage.ended_at - begun_at)


@dataclass(frozen=True, slots=True)
class InSlot:
    """Graph for one call in its slot (unix seconds), or in the next if that one is missed."""

    graph: Sending
    line: Line
    pace: Pace
    gate: Gate
    slot: float

    def send(self, line: str, body: SendBody) -> Accepted:
        slot = self.pace.keep(
            self.line.tenant, line, self.slot, rate=self.line.rate, held=self.gate.opens_at
        )
        with self.gate.passage(slot):
            return self.graph.send(line, body)
