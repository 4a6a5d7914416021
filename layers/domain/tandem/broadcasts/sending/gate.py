"""The last step before Meta: no call arrives within a second of the one `rate` calls before it.

Slots are evenly spaced, but what comes between a slot and Meta's limiter is not: a write, a new
connection, a busy processor. A call that was late makes the one that follows a second later too
early. When a call ended, and how fast calls can be, bound when it reached Meta; the gate holds its
successor until then, and no longer.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tandem.broadcasts.sending.attempts import Sending
from tandem.meta.graph import Accepted
from tandem.meta.outgoing import SendBody

FASTEST_OF = 500
"""How many of the latest calls say how fast a call can be."""


class _Passage:
    """One call through the gate; `ended_at` is None while Meta has not answered."""

    __slots__ = ("ended_at",)

    def __init__(self) -> None:
        self.ended_at: float | None = None


class Gate:
    """The gate of one line in this process; threads share it. Times in seconds."""

    def __init__(
        self, rate: int, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self.rate = rate
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._passages: deque[_Passage] = deque(maxlen=rate)
        self._durations: deque[float] = deque(maxlen=FASTEST_OF)

    def await_slot(self, slot: float) -> None:
        self._sleep(max(0.0, slot - self._clock()))

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Enter when Meta can take one more; the block is the call."""
        passage = _Passage()
        with self._lock:
            before = self._passages[0] if len(self._passages) == self.rate else None
            self._passages.append(passage)
            fastest = min(self._durations, default=0.0)
        # A call that has not ended after a second tells nothing: Meta's own limit decides then.
        if before is not None and before.ended_at is not None:
            self._sleep(max(0.0, before.ended_at - fastest + 1 - self._clock()))
        begun_at = self._clock()
        try:
            yield
        finally:
            with self._lock:
                passage.ended_at = self._clock()
                self._durations.append(passage.ended_at - begun_at)


@dataclass(frozen=True, slots=True)
class GatedGraph:
    """Graph for one call in its slot (unix seconds), behind the gate of its line."""

    graph: Sending
    gate: Gate
    slot: float

    def send(self, line: str, body: SendBody) -> Accepted:
        self.gate.await_slot(self.slot)
        with self.gate.passage():
            return self.graph.send(line, body)
