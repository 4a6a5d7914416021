"""Delivers webhooks as Meta does: several senders, signed bytes, retries up to seven days.

A delivery counts as done on HTTP 200 and on nothing else. Waiting times are those of Meta
stretched by `time_scale`, so that a test lives seven days in a moment.
"""

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field

from simulator.callbacks import Callbacks
from simulator.envelope import Update, envelope
from simulator.faults import Faults
from simulator.signing import encode, signature

MINUTE_S, HOUR_S = 60, 3_600
RETRY_AFTER_S = (
    *(0, 10, 30, MINUTE_S, 5 * MINUTE_S, 15 * MINUTE_S, 30 * MINUTE_S),
    *(HOUR_S, 2 * HOUR_S, 4 * HOUR_S, 8 * HOUR_S),
    *(12 * HOUR_S,) * 12,
)  # immediately, then ever more rarely; together just under seven days
MAX_UPDATES = 1_000
MAX_BYTES = 3 * 1024 * 1024
LOOK_AHEAD = 100


@dataclass(slots=True)
class Delivery:
    """One POST to be made, however often it takes."""

    updates: list[Update]
    attempts: int = 0
    forged: bool = False
    body: bytes = b""


@dataclass(slots=True)
class Counts:
    queued: int = 0
    in_flight: int = 0
    delivered: int = 0
    updates_delivered: int = 0
    failed_attempts: int = 0
    given_up: int = 0
    forged: int = 0
    forged_accepted: int = 0


@dataclass(order=True, slots=True)
class _Waiting:
    due: float
    number: int
    delivery: Delivery = field(compare=False)


class Courier:
    """Asks `url_for` and `app_secret` at each attempt: callbacks move, secrets rotate."""

    def __init__(
        self,
        *,
        url_for: Callable[[Update], str | None],
        app_secret: Callable[[], str],
        faults: Callable[[], Faults],
        senders: int = 4,
        time_scale: float = 1.0,
        timeout_s: float = 10.0,
    ) -> None:
        self._url_for = url_for
        self._app_secret = app_secret
        self._faults = faults
        self._time_scale = time_scale
        self._timeout_s = timeout_s
        self._waiting: list[_Waiting] = []
        self._numbers = itertools.count()
        self._counts = Counts()
        self._changed = threading.Condition()
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work, name=f"sender-{n}", daemon=True)
            for n in range(senders)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is on its way and keep the rest waiting."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def post(self, update: Update, *, after_s: float = 0.0, forged: bool = False) -> None:
        """Deliver `update`, not before `after_s` (of Meta's time) have passed."""
        self._enqueue(Delivery(updates=[update], forged=forged), after_s)

    def counts(self) -> dict[str, int]:
        with self._changed:
            self._counts.queued = len(self._waiting)
            return asdict(self._counts)

    def settle(self, timeout_s: float) -> bool:
        """Wait until nothing is queued or under way. False when that took too long."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._waiting and not self._counts.in_flight, timeout_s
            )

    def clear(self) -> None:
        """Forget what waits, and the counts."""
        with self._changed:
            self._waiting.clear()
            self._counts = Counts(in_flight=self._counts.in_flight)
            self._changed.notify_all()

    def unfinished(self) -> list[Delivery]:
        """What a restart must not lose; forged twins may go."""
        with self._changed:
            return [w.delivery for w in sorted(self._waiting) if not w.delivery.forged]

    def resume(self, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            self._enqueue(delivery, 0.0)

    def _enqueue(self, delivery: Delivery, after_s: float) -> None:
        due = time.monotonic() + after_s * self._time_scale
        with self._changed:
            heapq.heappush(self._waiting, _Waiting(due, next(self._numbers), delivery))
            self._changed.notify()

    def _work(self) -> None:
        with Callbacks(timeout_s=self._timeout_s) as callbacks:
            while (delivery := self._next()) is not None:
                done = self._attempt(callbacks, delivery)
                self._note(delivery, done=done)

    def _next(self) -> Delivery | None:
        with self._changed:
            while not self._stopping:
                now = time.monotonic()
                if self._waiting and self._waiting[0].due <= now:
                    waiting = heapq.heappop(self._waiting)
                    self._counts.in_flight += 1
                    self._take_along(waiting, now)
                    return waiting.delivery
                self._changed.wait(self._waiting[0].due - now if self._waiting else None)
            return None

    def _take_along(self, first: _Waiting, now: float) -> None:
        """Under the re-batch fault, other waiting updates for the same place ride in this POST."""
        faults, delivery = self._faults(), first.delivery
        if not faults.strikes("rebatch", faults.rebatch, first.number) or not _mixable(delivery):
            return
        url = self._url_for(delivery.updates[0])
        left: list[_Waiting] = []
        size = sum(update.size for update in delivery.updates)
        while self._waiting and self._waiting[0].due <= now and len(left) < LOOK_AHEAD:
            other = heapq.heappop(self._waiting)
            added = sum(update.size for update in other.delivery.updates)
            full = len(delivery.updates) >= MAX_UPDATES or size + added > MAX_BYTES
            rides = faults.strikes("ride", 0.5, other.number) and _mixable(other.delivery)
            if full or not rides or self._url_for(other.delivery.updates[0]) != url:
                left.append(other)
                continue
            delivery.updates += other.delivery.updates
            size += added
        for waiting in left:
            heapq.heappush(self._waiting, waiting)

    def _attempt(self, callbacks: Callbacks, delivery: Delivery) -> bool:
        url = self._url_for(delivery.updates[0])
        if url is None:
            return False
        if not delivery.body:
            delivery.body = encode(envelope(delivery.updates))
        secret, body = self._app_secret(), delivery.body
        if delivery.forged:
            secret, body = f"not {secret}", body.replace(b"wamid.", b"wamid.FORGED")
        return callbacks.deliver(url, body, signature(secret, body)) == 200

    def _note(self, delivery: Delivery, *, done: bool) -> None:
        with self._changed:
            counts = self._counts
            counts.in_flight -= 1
            if delivery.forged:
                counts.forged += 1
                counts.forged_accepted += done
            elif done:
                counts.delivered += 1
                counts.updates_delivered += len(delivery.updates)
            else:
                self._try_again(delivery)
            self._changed.notify_all()

    def _try_again(self, delivery: Delivery) -> None:
        self._counts.failed_attempts += 1
        if delivery.attempts >= len(RETRY_AFTER_S):
            self._counts.given_up += 1
            return
        after_s = RETRY_AFTER_S[delivery.attempts]
        delivery.attempts += 1
        self._enqueue(delivery, after_s)


def _mixable(delivery: Delivery) -> bool:
    """A forged, a bare or an already attempted POST travels alone."""
    return not delivery.forged and not delivery.body and not delivery.updates[0].bare
