"""When a rule happens: arithmetic on days and the clocks of a zone.

Which days are a rule's follows from its first day alone, so that whoever asks, and whenever, is
told the same ones.
"""

import calendar
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from tandem.broadcasts.plans.timing import EARLIEST_CLOCK
from tandem.insights.countries import zone
from tandem.model.errors import Invalid
from tandem.model.series import LAST_DAY, Every, Occurrence, Rule

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

LONGEST_GAP = 62
"""No two days of a rule are farther apart: the 31st is in October and then in December."""


def first_of(rule: Rule, now: int) -> Occurrence:
    """The occurrence that a new rule begins with. Raises Invalid, with what to do, for a rule that
    never happens, cannot be meant, or begins in the past.
    """
    _check(rule)
    first = next(occurrences(rule), None)
    if first is None:
        raise Invalid(
            "this rule never happens: let it end later, or choose days that there are until then"
        )
    if first.at <= now:
        today = datetime.fromtimestamp(now, _clocks(rule)).date()
        where = "where the day begins first" if rule.by_their_clock else f"in {rule.zone}"
        raise Invalid(
            f"its first time, {first.day} at {rule.at:%H:%M} {where}, is past: "
            f"let it begin on {today + timedelta(1)}"
        )
    return first


def following(rule: Rule, *, after: int) -> Occurrence | None:
    """The first occurrence later than `after` (unix seconds); None when there is none any more."""
    return next((each for each in occurrences(rule) if each.at > after), None)


def occurrences(rule: Rule) -> Iterator[Occurrence]:
    """Everything that a rule means, in order; without an end where the rule has none.

    A time that the clocks skip is the one an hour later, one that they show twice is the first of
    the two. A day that the calendar of the zone leaves out altogether is no occurrence. By people's
    own clocks it begins with the clock that is ahead of all others.
    """
    return islice(_occurrences(rule, _clocks(rule)), rule.count)


def shown_at(day: date, rule: Rule) -> int:
    """When the clocks of a rule's zone show its time on a day (unix seconds)."""
    return _moment(day, rule, zone(rule.zone))


def _clocks(rule: Rule) -> ZoneInfo:
    return EARLIEST_CLOCK if rule.by_their_clock else zone(rule.zone)


def _occurrences(rule: Rule, clocks: ZoneInfo) -> Iterator[Occurrence]:
    for day in _days(rule):
        at = _moment(day, rule, clocks)
        if at < _moment(day + timedelta(1), rule, clocks):
            yield Occurrence(day, at)


def _days(rule: Rule) -> Iterator[date]:
    last = min(rule.until or date.max, date.max - timedelta(1))
    day, seen = rule.since, rule.since
    while day <= last and (day - seen).days <= LONGEST_GAP:
        if _is_meant(day, rule):
            seen = day
            yield day
        day += timedelta(1)


def _is_meant(day: date, rule: Rule) -> bool:
    if rule.every is Every.DAY:
        return True
    if rule.every is Every.WEEK:
        return day.isoweekday() in rule.days
    last = calendar.monthrange(day.year, day.month)[1]
    return day.day in rule.days or (LAST_DAY in rule.days and day.day == last)


def _moment(day: date, rule: Rule, clocks: ZoneInfo) -> int:
    return int(datetime.combine(day, rule.at, clocks).timestamp())


def _check(rule: Rule) -> None:
    zone(rule.zone)
    if rule.at.tzinfo is not None or rule.at.second or rule.at.microsecond:
        raise Invalid("the time of a rule is hours and minutes such as 09:30, without an offset")
    if rule.every is Every.DAY and rule.days:
        raise Invalid("a daily rule happens on every day: leave `on` out, or make it weekly")
    if rule.every is Every.WEEK and not rule.days:
        raise Invalid("a weekly rule needs the days of the week it happens on, such as monday")
    if rule.every is Every.MONTH and len(rule.days) != 1:
        raise Invalid("a monthly rule needs one day of the month: 1 to 31, or last")
