"""The simulator's time: a base that a test may freeze, and an offset that a user may push."""

import time
from collections.abc import Callable


class Clock:
    """Unix seconds. Expiries, windows and limits read it; waiting for real does not."""

    def __init__(self, base: Callable[[], float] = time.time) -> None:
        self._base = base
        self.offset_s = 0.0

    def now(self) -> float:
        return self._base() + self.offset_s

    def seconds(self) -> int:
        return int(self.now())

    def advance(self, seconds: float) -> None:
        """Move forward: codes expire, windows close, the sync deadline passes."""
        if seconds < 0:
            raise ValueError("time only moves forward")
        self.offset_s += seconds
