"""When a broadcast begins, and when each person in it may be sent to."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from tandem.insights.countries import awake, home_of, zone, zones_of
from tandem.model.broadcast import Quiet, Timing
from tandem.model.errors import Invalid
from tandem.model.identity import Person
from tandem.model.recipient import Recipient

FARTHEST_AHEAD = 365 * 86_400
"""Seconds for which a broadcast can be scheduled ahead."""

LATE = 60
"""A start so many seconds ago is now."""

DAY = 86_400
SHOWN_LATELY = 3600
"""Seconds for which a time of somebody's own clock is still taken for now."""

_QUARTER = 900
"""Seconds of a quarter of an hour, at which every clock on earth begins its hours."""

EARLIEST_CLOCK = ZoneInfo("Etc/GMT-14")
"""The clock that is ahead of all others."""


def start_of(timing: Timing, now: int) -> int:
    """When a broadcast begins (unix seconds). Raises Invalid for a time that cannot be meant."""
    wanted = zone(timing.zone)
    if timing.quiet is not None and timing.quiet.since == timing.quiet.until:
        raise Invalid("quiet hours need a beginning and an end that differ")
    if timing.at is None:
        if timing.by_their_clock:
            raise Invalid("give the time that everybody's clock is to show: at")
        return now
    if timing.at < now - LATE:
        told = datetime.fromtimestamp(timing.at, UTC)
        raise Invalid(f"{told:%Y-%m-%d %H:%M} UTC is past: choose a later time, or none for now")
    if timing.at > now + FARTHEST_AHEAD:
        raise Invalid("a broadcast can be scheduled up to a year ahead")
    if not timing.by_their_clock:
        return max(timing.at, now)
    return max(_at_clock(timing.at, wanted, EARLIEST_CLOCK), now)


@dataclass(frozen=True)
class Calendar:
    """When people may be sent to in one broadcast, by their countries."""

    timing: Timing
    start_at: int

    def due_at(self, person: Person) -> int:
        """The first moment (unix seconds) at which a person may be sent to."""
        return _due_at(self.timing, self.start_at, home_of(person))


def held_until(timing: Timing, recipient: Recipient, now: int) -> int:
    """The moment (unix seconds, not before `now`) at which a planned person may be sent to as of
    now: a broadcast that takes long, or was held, can come upon the quiet hours of a country.
    """
    since = max(recipient.held_until, now)
    # Whose country it is takes a while to find out, and matters to quiet hours alone.
    return waking_at(timing, home_of(recipient.person), since) if timing.quiet else since


def waking_at(timing: Timing, country: str | None, since: int) -> int:
    """The first moment (unix seconds) from `since` on that is out of the quiet hours of a
    country.
    """
    return _waking(timing.zone, timing.quiet, since, country) if timing.quiet else since


@cache
def _due_at(timing: Timing, start_at: int, country: str | None) -> int:
    due = start_at
    if timing.by_their_clock and timing.at is not None:
        due = _by_their_clock(timing.at, zone(timing.zone), start_at, country)
    return waking_at(timing, country, due)


def _by_their_clock(at: int, named: ZoneInfo, start_at: int, country: str | None) -> int:
    """When the clocks of a country show the time; where that was long before the start, a day
    later.
    """
    zones = _zones_in(country)
    if not zones:
        return max(start_at, at)
    # Of a country's many clocks the last one counts: nobody is woken before the hour.
    today, tomorrow = (
        max(_at_clock(at, named, each, later=timedelta(days)) for each in zones) for days in (0, 1)
    )
    return max(start_at, today if today >= start_at - SHOWN_LATELY else tomorrow)


@lru_cache(maxsize=1024)
def _waking(named: str, quiet: Quiet, since: int, country: str | None) -> int:
    clocks = _zones_in(country) or (zone(named),)
    # Where no hour suits all of a country's clocks, it is that of the place named first.
    return _first_waking(clocks, since, quiet) or _first_waking(clocks[:1], since, quiet) or since


def _zones_in(country: str | None) -> tuple[ZoneInfo, ...]:
    return zones_of(country) if country else ()


def _first_waking(clocks: tuple[ZoneInfo, ...], since: int, quiet: Quiet) -> int | None:
    """The first moment from `since` on at which all clocks are out of the quiet hours."""
    quarters = range(-(-since // _QUARTER) * _QUARTER, since + DAY, _QUARTER)
    return next(
        (
            moment
            for moment in (since, *quarters)
            if awake(clocks, moment, since=quiet.until, until=quiet.since)
        ),
        None,
    )


def _at_clock(at: int, named: ZoneInfo, there: ZoneInfo, *, later: timedelta = timedelta(0)) -> int:
    """When clocks `there` show what clocks `named` show at a moment, or whole days `later`.

    A time that a clock skips in spring is the hour after it.
    """
    shown = datetime.fromtimestamp(at, UTC).astimezone(named).replace(tzinfo=None) + later
    return int(shown.replace(tzinfo=there).timestamp())
