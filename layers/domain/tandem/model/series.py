"""A series: a broadcast that comes again by a rule, each time as a broadcast of its own."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from tandem.model.broadcast import Bounds, BroadcastRequest

LAST_DAY = 32
"""As the day of a month: its last one, whichever that is."""


class Every(StrEnum):
    """How often a rule happens: once in each of these at most."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Rule:
    """When a series happens: on days, when the clocks of `zone` (an IANA name) show `at`.

    `days` of a weekly rule are ISO weekdays (1 is Monday), of a monthly one days of the month or
    `LAST_DAY`. From `since` on, until `until` (both included) or `count` times, whichever is first.
    With `by_their_clock`, everybody is sent to when their own country's clock shows `at`.
    """

    every: Every
    at: time
    zone: str
    since: date
    days: tuple[int, ...] = ()
    until: date | None = None
    count: int | None = None
    by_their_clock: bool = False


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a rule happens: the day of its zone, and the moment at which it begins (unix
    seconds).
    """

    day: date
    at: int


@dataclass(frozen=True, slots=True)
class SeriesRequest:
    """What somebody asks for. Of `broadcast` the rule has the time; its key makes a repeated
    request one. Within `bounds` an occurrence approves itself; without any, a person does.
    """

    broadcast: BroadcastRequest
    rule: Rule
    bounds: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """What came of an occurrence: the broadcast that it became, or why it was left out."""

    occurrence: Occurrence
    broadcast: str | None = None
    skipped: str | None = None


class SeriesState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Series:
    """A series as it stands. `next` is the occurrence that nothing came of yet; None at the end.

    `look_at` is when somebody must look (unix seconds), None when nobody needs to. `version` grows
    with each change. `happened` has the latest, the newest last.
    """

    id: str
    tenant: str
    request: SeriesRequest
    fingerprint: str
    """What was asked for at first, as a digest: a repeated key with another one is a conflict."""
    created_at: int
    by: str
    next: Occurrence | None
    look_at: int | None
    version: int = 1
    happened: tuple[Happened, ...] = ()
    trouble: str | None = None
    """Why the next occurrence cannot become a broadcast as things are."""
    paused_at: int | None = None
    deleted_at: int | None = None

    @property
    def state(self) -> SeriesState:
        if self.deleted_at is not None:
            return SeriesState.DELETED
        if self.next is None:
            return SeriesState.FINISHED
        return SeriesState.PAUSED if self.paused_at is not None else SeriesState.RUNNING
