"""What a bench in real time needs: a table for many threads, Meta's limit, and a machine that
stands still now and then.
"""

import os
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from simulator.limits import Throughput
from tandem.meta.errors import Reason, graph_error
from tandem.meta.graph import Accepted
from tandem.meta.outgoing import SendBody
from tests.fakes.memory_table import MemoryTable

LATENCY_SECONDS = 0.05
STOP_SECONDS = 0.1


class RealTime:
    """The machine's own clock, as the fakes know one."""

    @property
    def now(self) -> float:
        return time.time()

    clock = staticmethod(time.time)
    sleep = staticmethod(time.sleep)


class SharedTable(MemoryTable):
    """The table in memory for many threads, one call at a time as DynamoDB does for one row."""

    def __init__(self) -> None:
        super().__init__()
        self._one = threading.RLock()

    def get(self, *args: Any) -> Any:
        with self._one:
            return super().get(*args)

    def merge(self, *args: Any) -> Any:
        with self._one:
            return super().merge(*args)

    def update(self, *args: Any, **how: Any) -> Any:
        with self._one:
            return super().update(*args, **how)

    def get_many(self, keys: Iterable[Any]) -> Any:
        with self._one:
            return super().get_many(keys)


class LimitedMeta:
    """Counts every sliding second; over the rate it answers 130429 as Meta does."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._lock = threading.Lock()
        self._limit = Throughput()
        self.taken: list[float] = []
        self.throttled = 0

    def send(self, _line: str, body: SendBody) -> Accepted:
        wamid = self._take()
        time.sleep(LATENCY_SECONDS)
        if wamid is None:
            raise graph_error(Reason(code=130429, title="Rate limit hit", http=400))
        return Accepted(wamid, wa_id=body.alias.removeprefix("phone:"))

    def _take(self) -> str | None:
        """What has left arrives, whatever becomes of this process meanwhile; or it is refused."""
        with self._lock:
            now = time.monotonic() + LATENCY_SECONDS / 2
            if not self._limit.allows(self._rate, now):
                self.throttled += 1
                return None
            self._limit.take(now)
            self.taken.append(now)
            return f"wamid.{len(self.taken)}"


@contextmanager
def stopped(times: int, *, every: float) -> Iterator[None]:
    """This process stands still `times` times meanwhile, by the hand of another."""
    mine = os.getpid()
    once = (
        f"sleep {every - STOP_SECONDS}; kill -STOP {mine}; sleep {STOP_SECONDS}; kill -CONT {mine}"
    )
    stopper = subprocess.Popen(["sh", "-c", "; ".join([once] * times) or ":"])
    try:
        yield
    finally:
        stopper.wait()  # killed in between, it would leave us stopped
