"""Simulated time for workers that block: it moves when all of them sleep; one runs at a time."""

import heapq
import threading
from collections.abc import Callable, Sequence


class Lanes:
    """A clock that lanes share. Each lane is a thread; whoever wakes next runs, alone."""

    def __init__(self, now: float) -> None:
        self.now = now
        self._sleeping: list[tuple[float, int, threading.Semaphore]] = []
        self._turns = 0
        self._over = threading.Semaphore(0)
        self._failed: list[BaseException] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let whoever wakes before go on; outside `run` nobody else does."""
        if not self._sleeping or self.now + seconds <= self._sleeping[0][0]:
            self.now += max(0.0, seconds)
            return
        mine = threading.Semaphore(0)
        self._lie_down(seconds, mine)
        self._wake_next()
        mine.acquire()

    def run(self, lanes: Sequence[Callable[[], None]]) -> None:
        """Run all of them to their ends. Raises what one of them raised."""
        threads = [threading.Thread(target=self._live, args=(lane,)) for lane in lanes]
        for thread in threads:
            thread.start()
        while len(self._sleeping) < len(lanes):
            threading.Event().wait(0.001)
        self._wake_next()
        self._over.acquire()
        for thread in threads:
            thread.join()
        if self._failed:
            raise self._failed[0]

    def _live(self, lane: Callable[[], None]) -> None:
        mine = threading.Semaphore(0)
        with _BIRTHS:
            self._lie_down(0.0, mine)
        mine.acquire()
        try:
            lane()
        except BaseException as error:  # noqa: BLE001 - raised again by `run`
            self._failed.append(error)
        finally:
            self._wake_next()

    def _lie_down(self, seconds: float, mine: threading.Semaphore) -> None:
        self._turns += 1
        heapq.heappush(self._sleeping, (self.now + max(0.0, seconds), self._turns, mine))

    def _wake_next(self) -> None:
        if not self._sleeping:
            self._over.release()
            return
        at, _, other = heapq.heappop(self._sleeping)
        self.now = max(self.now, at)
        other.release()


_BIRTHS = threading.Lock()
