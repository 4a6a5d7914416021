"""The simulator's time: a base that a test may freeze, and an offset that a user may push."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Clock:
    """Unix seconds. Expiries, windows and limits read it; waiting for real does not."""

    def __init__(self, base: Callable[[], float] = time.time) -> None:
        self._base = base
        self._pinned: float | None = None
        self.offset_s = 0.0

    def now(self) -> float:
        return self._base() + self.offset_s if self._pinned is None else self._pinned

    def seconds(self) -> int:
        return int(self.now())

    def advance(self, seconds: float) -> None:
        """Move forward: codes expire, windows close, the sync deadline passes."""
        if seconds < 0:
            raise ValueError("time only moves forward")
        self.offset_s += seconds

    @contextmanager
    def pinned(self, moment: float) -> Iterator[None]:
        """Within it is `moment`: for what happened a while ago. Under the world's lock."""
        before, self._pinned = self._pinned, moment
        try:
            yield
        finally:
            self._pinned = before
