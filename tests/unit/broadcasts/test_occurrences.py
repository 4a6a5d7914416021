"""When a rule happens, by the clocks of every zone there is."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tandem.broadcasts.series.occurrences import first_of, following, occurrences
from tandem.model.errors import Invalid
from tandem.model.series import LAST_DAY, Every, Rule

NOW = int(datetime(2026, 9, 21, 14, 0, tzinfo=UTC).timestamp())
HOUR = 3600

ZONES = sorted(
    name
    for name in available_timezones()
    if "/" in name and not name.startswith(("Etc/", "posix/", "right/"))
)
DAYS = st.dates(min_value=date(2009, 1, 1), max_value=date(2032, 12, 31))
CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


def rule(**more: Any) -> Rule:
    asked = {
        "every": Every.DAY,
        "at": time(9, 30),
        "zone": "Europe/Berlin",
        "since": date(2026, 10, 1),
    }
    return Rule(**{**asked, **more})


def days(rule: Rule, count: int = 8) -> list[str]:
    return [each.day.isoformat() for each in islice(occurrences(rule), count)]


def clocks(rule: Rule, count: int) -> list[str]:
    """What the clocks of the zone show when it happens."""
    zone = ZoneInfo(rule.zone)
    found = islice(occurrences(rule), count)
    return [f"{datetime.fromtimestamp(each.at, zone):%m-%d %H:%M %Z}" for each in found]


def test_a_weekly_rule_happens_on_its_days() -> None:
    assert days(rule(every=Every.WEEK, days=(1, 5)), 4) == [
        "2026-10-02",
        "2026-10-05",
        "2026-10-09",
        "2026-10-12",
    ]


def test_a_monthly_rule_happens_only_in_months_that_have_its_day() -> None:
    assert days(rule(every=Every.MONTH, days=(31,)), 4) == [
        "2026-10-31",
        "2026-12-31",
        "2027-01-31",
        "2027-03-31",
    ]


def test_the_last_day_is_in_every_month() -> None:
    assert days(rule(every=Every.MONTH, days=(LAST_DAY,)), 6) == [
        "2026-10-31",
        "2026-11-30",
        "2026-12-31",
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
    ]


def test_a_rule_ends_on_its_last_day_or_after_its_count() -> None:
    assert days(rule(until=date(2026, 10, 3))) == ["2026-10-01", "2026-10-02", "2026-10-03"]
    assert days(rule(count=2)) == ["2026-10-01", "2026-10-02"]
    assert days(rule(until=date(2026, 10, 1), count=5)) == ["2026-10-01"]


def test_a_skipped_hour_is_the_one_after_it() -> None:
    spring = rule(at=time(2, 30), since=date(2027, 3, 27))

    assert clocks(spring, 3) == ["03-27 02:30 CET", "03-28 03:30 CEST", "03-29 02:30 CEST"]


def test_a_doubled_hour_happens_once_and_first() -> None:
    autumn = rule(at=time(2, 30), since=date(2026, 10, 24))

    assert clocks(autumn, 3) == ["10-24 02:30 CEST", "10-25 02:30 CEST", "10-26 02:30 CET"]


def test_a_day_that_a_zone_left_out_is_none() -> None:
    samoa = rule(zone="Pacific/Apia", since=date(2011, 12, 29))

    assert days(samoa, 3) == ["2011-12-29", "2011-12-31", "2012-01-01"]


QUARTER = 900
"""Seconds by which all clocks on earth agree, since 2009 at least."""


def shown(at: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at, UTC).astimezone(zone).replace(tzinfo=None)


@settings(deadline=None)
@given(st.sampled_from(ZONES), DAYS, CLOCKS)
@example("Pacific/Apia", date(2011, 12, 28), time(9, 30))
@example("Australia/Lord_Howe", date(2026, 10, 2), time(2, 15))
@example("Africa/Cairo", date(2026, 4, 23), time(0, 30))
def test_every_clock_shows_the_time_once_or_skips_it(name: str, since: date, at: time) -> None:
    zone = ZoneInfo(name)
    found = list(islice(occurrences(rule(zone=name, since=since, at=at)), 6))

    assert all(later.at - earlier.at > HOUR for earlier, later in pairwise(found))
    for occurrence in found:
        wanted = datetime.combine(occurrence.day, at)
        around = range(occurrence.at - 30 * HOUR, occurrence.at + 30 * HOUR, QUARTER)
        showing = [moment for moment in around if shown(moment, zone) == wanted]
        late = shown(occurrence.at, zone) - wanted
        if showing:
            assert occurrence.at == showing[0]
        else:
            assert timedelta(0) < late <= timedelta(hours=2)


@given(DAYS, CLOCKS, st.sampled_from(ZONES), st.integers(0, 40))
def test_what_follows_does_not_depend_on_who_asks(
    since: date, at: time, zone: str, number: int
) -> None:
    weekly = rule(every=Every.WEEK, days=(1, 4, 7), since=since, at=at, zone=zone)
    known = list(islice(occurrences(weekly), number + 2))

    assert following(weekly, after=known[number].at) == known[number + 1]
    assert following(weekly, after=known[number + 1].at - 1) == known[number + 1]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"zone": "Europe/Atlantis"}, "no time zone 'Europe/Atlantis': use a name such as"),
        ({"until": date(2026, 9, 30)}, "never happens: let it end later"),
        (
            {"every": Every.MONTH, "days": (31,), "since": date(2026, 11, 1)}
            | {"until": date(2026, 11, 30)},
            "never happens",
        ),
        ({"every": Every.WEEK, "days": (6,), "until": date(2026, 10, 2)}, "never happens"),
        ({"since": date(2026, 9, 21)}, "is past: let it begin on 2026-09-22"),
        ({"since": date(2020, 1, 1)}, "2020-01-01 at 09:30 in Europe/Berlin, is past"),
        ({"every": Every.WEEK}, "needs the days of the week"),
        ({"every": Every.MONTH}, "needs one day of the month"),
        ({"every": Every.MONTH, "days": (1, 2)}, "needs one day of the month"),
        ({"days": (1,)}, "a daily rule happens on every day"),
        ({"at": time(9, 30, 30)}, "hours and minutes"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_do(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        first_of(rule(**wrong), NOW)


def test_by_their_clock_a_day_that_has_begun_somewhere_is_past() -> None:
    # NOW is 04:13 on the 22nd where the day begins first.
    asked = {"since": date(2026, 9, 22), "zone": "America/Bogota", "by_their_clock": True}

    with pytest.raises(
        Invalid, match="where the day begins first, is past: let it begin on 2026-09-23"
    ):
        first_of(rule(at=time(4), **asked), NOW)
    assert first_of(rule(at=time(5), **asked), NOW).day == date(2026, 9, 22)


def test_a_rule_that_begins_later_today_begins_today() -> None:
    assert first_of(rule(since=date(2026, 9, 21), at=time(16, 1)), NOW).at == NOW + 60
