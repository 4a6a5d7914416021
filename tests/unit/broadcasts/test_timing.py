"""When a broadcast begins, and when each person in it may be sent to."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.broadcasts.plans.timing import Calendar, start_of
from tandem.model.broadcast import Quiet, Timing
from tandem.model.errors import Invalid
from tandem.model.identity import Person

NIGHT = Quiet(since=time(21), until=time(9))
BERLIN, BOGOTA, TOKYO = "4915112345678", "573001234567", "819012345678"


def at(text: str, zone: str = "UTC") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def clock(moment: int, zone: str) -> str:
    return f"{datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone)):%m-%d %H:%M}"


NOW = at("2026-03-20T12:00")


def test_without_a_time_it_begins_now() -> None:
    assert start_of(Timing(), NOW) == NOW
    assert start_of(Timing(at=NOW - 30), NOW) == NOW
    assert start_of(Timing(at=NOW + 3600), NOW) == NOW + 3600


@pytest.mark.parametrize(
    ("timing", "says"),
    [
        (Timing(at=NOW - 3600), "2026-03-20 11:00 UTC is past"),
        (Timing(at=NOW + 366 * 86_400), "a year ahead"),
        (Timing(zone="Europe/Atlantis"), "no time zone 'Europe/Atlantis'"),
        (Timing(by_their_clock=True), "give the time"),
        (Timing(quiet=Quiet(time(9), time(9))), "differ"),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused(timing: Timing, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        start_of(timing, NOW)


def test_by_their_clock_everybody_is_written_to_at_the_same_hour_of_their_own() -> None:
    timing = Timing(at("2026-03-24T10:00", "Europe/Berlin"), "Europe/Berlin", by_their_clock=True)
    start = start_of(timing, NOW)
    calendar = Calendar(timing, start)

    due = {phone: calendar.due_at(Person(phone=phone)) for phone in (BERLIN, BOGOTA, TOKYO)}

    assert clock(start, "Pacific/Kiritimati") == "03-24 10:00"
    assert clock(due[TOKYO], "Asia/Tokyo") == "03-24 10:00"
    assert clock(due[BERLIN], "Europe/Berlin") == "03-24 10:00"
    assert clock(due[BOGOTA], "America/Bogota") == "03-24 10:00"


def test_whose_clock_has_shown_the_hour_long_ago_is_written_to_when_it_does_so_again() -> None:
    asked = at("2026-03-24T10:00", "America/Bogota")
    timing = Timing(asked, "America/Bogota", by_their_clock=True)
    start = start_of(timing, at("2026-03-24T09:30", "Europe/Berlin"))

    due = {
        phone: Calendar(timing, start).due_at(Person(phone=phone))
        for phone in (BERLIN, BOGOTA, TOKYO)
    }

    assert start == at("2026-03-24T09:30", "Europe/Berlin")
    assert clock(due[TOKYO], "Asia/Tokyo") == "03-25 10:00"
    assert clock(due[BERLIN], "Europe/Berlin") == "03-24 10:00"
    assert clock(due[BOGOTA], "America/Bogota") == "03-24 10:00"


def test_whose_clock_has_just_shown_the_hour_is_written_to_at_once() -> None:
    timing = Timing(at("2026-03-24T10:00", "America/Bogota"), "America/Bogota", by_their_clock=True)
    start = start_of(timing, at("2026-03-24T11:00", "Asia/Tokyo"))

    assert Calendar(timing, start).due_at(Person(phone=TOKYO)) == start


def test_the_hour_that_a_clock_skips_is_the_one_after_it() -> None:
    # Berlin goes from 02:00 to 03:00 on 29 March 2026.
    timing = Timing(at("2026-03-29T02:30"), "UTC", by_their_clock=True)

    due = Calendar(timing, start_of(timing, NOW)).due_at(Person(phone=BERLIN))

    assert clock(due, "Europe/Berlin") == "03-29 03:30"


def test_quiet_hours_are_those_of_the_person_s_country() -> None:
    start = at("2026-03-24T22:30", "Europe/Berlin")
    calendar = Calendar(Timing(at=start, quiet=NIGHT), start)

    assert clock(calendar.due_at(Person(phone=BERLIN)), "Europe/Berlin") == "03-25 09:00"
    assert calendar.due_at(Person(phone=BOGOTA)) == start
    assert clock(calendar.due_at(Person(bsuid="JP.123")), "Asia/Tokyo") == "03-25 09:00"


def test_quiet_hours_end_by_the_clock_on_the_day_it_changes() -> None:
    start = at("2026-03-28T23:00", "Europe/Berlin")

    due = Calendar(Timing(at=start, quiet=NIGHT), start).due_at(Person(phone=BERLIN))

    assert clock(due, "Europe/Berlin") == "03-29 09:00"
    assert due - start == 9 * 3600


def test_whoever_is_of_no_country_follows_the_broadcast_s_own_clock() -> None:
    start = at("2026-03-24T22:30", "Europe/Berlin")
    calendar = Calendar(Timing(at=start, zone="Europe/Berlin", quiet=NIGHT), start)

    assert clock(calendar.due_at(Person(phone="88812345678")), "Europe/Berlin") == "03-25 09:00"


@given(
    start=st.integers(NOW, NOW + 400 * 86_400),
    phone=st.sampled_from([BERLIN, BOGOTA, TOKYO, "12125550123", "79161234567"]),
    since=st.integers(18, 23),
    until=st.integers(6, 10),
)
def test_nobody_is_written_to_in_quiet_hours_nor_a_day_late(
    start: int, phone: str, since: int, until: int
) -> None:
    quiet = Quiet(time(since), time(until))

    due = Calendar(Timing(at=start, quiet=quiet), start).due_at(Person(phone=phone))

    assert start <= due < start + 86_400
    zones = {BERLIN: "Europe/Berlin", BOGOTA: "America/Bogota", TOKYO: "Asia/Tokyo"}
    if phone in zones:
        shown = datetime.fromtimestamp(due, UTC).astimezone(ZoneInfo(zones[phone])).time()
        assert time(until) <= shown < time(since)
