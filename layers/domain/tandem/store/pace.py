"""One budget of messages a second per line, shared by everybody who sends on it.

The row of a line holds the moment from which its next message may go (`free_us`, unix
microseconds). Whoever sends moves it forward by a conditional write and owns what it passed over:
slots that are evenly spaced, so that a limiter looking at any second never sees more than the rate.

People go first. A reply takes the very next slot. A broadcast takes a short block, and only when
nothing but its own last block is ahead, so a reply waits at most `LEAD + BLOCK` seconds plus one
slot for each reply before it.

A slot is worth something only if it is kept: a second later its place belongs to another. Whoever
cannot call in it any more gives it up and takes the next one, while a broadcast is under way.

When Meta throttles, `blocked_us` holds everybody back: for a moment only, because what is late by a
little on its way is throttled too; for longer and longer if that does not help.

What people write counts against the same limit (wire: Meta, "Throughput": 20 a second, in and out).
It has passed before anybody can plan for it, so broadcasts leave out as many slots after it
(`heard_us`). People are not held back by it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tandem.store import keys
from tandem.store.table import Table

HEADROOM = 0.98
"""The share of the rate that is used: what is left absorbs the network's jitter."""

LATE_SECONDS = 1 / HEADROOM - 1
"""A slot is missed after this: more than the headroom of a second cannot bear."""

AHEAD_SECONDS = 0.03
"""What is written down before a call is so this long before its slot: the call is on time."""

BLOCK_SECONDS = 0.25
LEAD_SECONDS = 0.05
"""A broadcast may take its next block this long before the last one is over."""

FIRST_PAUSE_SECONDS = 0.125
"""Enough for one that came a little too early, and not felt by whoever replies."""

LONGEST_PAUSE_SECONDS = 32.0
HEARD_SECONDS = 1.0
"""A broadcast is held back this long at most by what people wrote: Meta's limit sees one second."""

UNDER_WAY_SECONDS = 5.0
"""A broadcast is under way while it took slots so lately; and for so long a process remembers that
none is."""

CALM_SECONDS = 0.5
"""A call that began this soon after a pause and is throttled makes the next pause twice as long: it
did not help. One that began later found room: a line that others use too goes on at what is left.
"""

LATELY_SECONDS = 60.0
"""So long it is told that Meta throttled a line."""

_MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Turn:
    """`count` sends may start at `at`, `at + step`, … (unix seconds); 0: ask again at `at`."""

    at: float
    step: float
    count: int


def block_size(rate: int) -> int:
    """How many sends a broadcast takes at once."""
    return max(1, int(rate * HEADROOM * BLOCK_SECONDS))


class Pace:
    """The budgets of all lines. One instance may be shared by threads; each reads its own rows."""

    def __init__(
        self, table: Table, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._table = table
        self._clock = clock
        self._sleep = sleep
        self._seen: dict[keys.Key, dict[str, Any]] = {}
        self._quiet_until: dict[keys.Key, float] = {}

    def next_slot(self, tenant: str, line: str, *, rate: int) -> float:
        """Take the very next slot (unix seconds)."""
        return self.reserve(tenant, line, rate=rate, count=1, people=True).at

    def keep(
        self,
        tenant: str,
        line: str,
        slot: float,
        *,
        rate: int,
        held: Callable[[float], float] = lambda slot: slot,
    ) -> float:
        """Sleep until a slot that was taken, or until the next one if it is missed; which it was.

        `held` says until when a call in a slot has to wait for other reasons (all unix seconds).
        Another slot is taken once, and not waited for longer than a second: whoever is about to
        call has written it down, and must come to it.
        """
        if self._wait(max(slot, held(slot))) <= slot + LATE_SECONDS:
            return slot
        if not self._under_way(keys.pace(tenant, line)):
            return slot
        another = self.next_slot(tenant, line, rate=rate)
        self._wait(min(max(another, held(another)), self._clock() + 1))
        return another

    def _wait(self, until: float) -> float:
        self._sleep(max(0.0, until - self._clock()))
        return self._clock()

    def _under_way(self, key: keys.Key) -> bool:
        """Whether a broadcast is under way, or may be: as of this process' last look at the row."""
        row = self._seen.get(key)
        since = (self._clock() - UNDER_WAY_SECONDS) * _MICRO
        return row is None or row.get("broadcast_us", 0) >= since

    def reserve(self, tenant: str, line: str, *, rate: int, count: int, people: bool) -> Turn:
        """Reserve up to `count` slots (people: all of them), or learn when to ask again."""
        key = keys.pace(tenant, line)
        step = int(_MICRO / (rate * HEADROOM)) + 1
        wanted = count if people else min(count, block_size(rate))
        row = self._seen.get(key)
        while True:
            if row is None:
                row = self._table.get(key) or {}
            now = round(self._clock() * _MICRO)
            start = max(now, row.get("free_us", 0), row.get("blocked_us", 0))
            heard = row.get("heard_us", 0)
            if not people:
                start = max(start, heard)
                ready = start - int(LEAD_SECONDS * _MICRO)
                if ready > now:
                    # What is ahead may have been read long ago: the next look is a fresh one.
                    self._seen.pop(key, None)
                    return Turn(ready / _MICRO, step / _MICRO, 0)
            free = start + wanted * step
            known = {name: row.get(name) for name in ("free_us", "blocked_us", "heard_us")}
            moved = {"free_us": free}
            if not people:
                moved |= {"broadcast_us": free, "step_us": step}
            elif heard > start:
                # A reply takes a slot that was left out: the broadcast leaves out another.
                moved |= {"heard_us": heard + wanted * step}
            if self._table.update(key, put=moved, if_equal=known):
                self._seen[key] = {**row, **moved}
                return Turn(start / _MICRO, step / _MICRO, wanted)
            row = None

    def hear(self, tenant: str, line: str, count: int) -> None:
        """People have written `count` messages on a line: a broadcast that is under way leaves out
        as many slots. One conditional write at most, and no call at all for some seconds after
        there was no broadcast. What is lost to a race, the headroom bears.
        """
        key = keys.pace(tenant, line)
        at = self._clock()
        if at < self._quiet_until.get(key, 0.0):
            return
        row = self._table.get(key) or {}
        now = round(at * _MICRO)
        if row.get("broadcast_us", 0) < now - UNDER_WAY_SECONDS * _MICRO:
            self._quiet_until[key] = at + UNDER_WAY_SECONDS
            return
        first = max(now, row.get("free_us", 0))
        most = first + int(HEARD_SECONDS * _MICRO)
        heard = min(max(first, row.get("heard_us", 0)) + count * row["step_us"], most)
        if heard > row.get("heard_us", 0):
            known = {name: row.get(name) for name in ("free_us", "heard_us")}
            self._table.update(key, put={"heard_us": heard}, if_equal=known)

    def back_off(self, tenant: str, line: str, *, begun_at: float, least: float = 0) -> float:
        """Meta throttled a call that began at `begun_at` (unix seconds): everybody waits. The unix
        seconds until which they do.

        Many answers to one burst make one pause; a call that began just after it makes the next one
        longer. `least` is the shortest that Meta's answer allows, in seconds.
        """
        key = keys.pace(tenant, line)
        while True:
            row = self._table.get(key) or {}
            now = round(self._clock() * _MICRO)
            blocked, pause = row.get("blocked_us", 0), row.get("pause_us", 0)
            begun = round(begun_at * _MICRO)
            if blocked > min(now, begun):
                return float(blocked) / _MICRO
            calm = begun - blocked > CALM_SECONDS * _MICRO
            longer = FIRST_PAUSE_SECONDS * _MICRO if calm or not pause else 2 * pause
            pause = int(min(longer, LONGEST_PAUSE_SECONDS * _MICRO))
            known = {"blocked_us": row.get("blocked_us")}
            until = now + max(pause, int(least * _MICRO))
            held = {"blocked_us": until, "pause_us": pause}
            if self._table.update(key, put=held, if_equal=known):
                self._seen.pop(key, None)
                return until / _MICRO

    def throttled_until(self, tenant: str, line: str) -> float | None:
        """Until when the line was held back as Meta throttled it last (unix seconds); None if that
        is over for more than a minute.
        """
        row = self._table.get(keys.pace(tenant, line)) or {}
        until = float(row.get("blocked_us", 0)) / _MICRO
        return until if until > self._clock() - LATELY_SECONDS else None
