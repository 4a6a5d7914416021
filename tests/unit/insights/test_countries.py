"""Where a number is at home."""

from datetime import UTC, datetime, time

import pytest

from tandem.insights.countries import (
    awake,
    country_of,
    country_of_bsuid,
    is_number,
    zone,
    zones_of,
)
from tandem.model.errors import Invalid


@pytest.mark.parametrize(
    ("phone", "country"),
    [
        ("12125550123", "US"),
        ("14165550123", "CA"),
        ("5511987654321", "BR"),
        ("447400123456", "GB"),
        ("77010000000", "KZ"),
        ("79160000000", "RU"),
        ("999", None),
        ("", None),
        ("88812345678", None),
    ],
)
def test_a_number_is_of_the_country_of_its_prefix(phone: str, country: str | None) -> None:
    assert country_of(phone) == country


def test_a_number_that_nobody_can_have_is_none() -> None:
    assert is_number("12125550123")
    assert not is_number("12125550")


@pytest.mark.parametrize(("bsuid", "country"), [("BR.123", "BR"), ("br.1", None), ("1.2", None)])
def test_a_user_id_says_its_country(bsuid: str, country: str | None) -> None:
    assert country_of_bsuid(bsuid) == country


def test_a_zone_that_does_not_exist_is_refused_with_an_example() -> None:
    for name in ("Europe/Nowhere", "", "../../etc/passwd"):
        with pytest.raises(Invalid, match="Europe/Berlin"):
            zone(name)


def test_a_country_has_its_zones() -> None:
    assert [str(each) for each in zones_of("DE")] == ["Europe/Berlin", "Europe/Busingen"]
    assert len(zones_of("US")) > 20
    assert zones_of("XX") == ()


def at(hour: int) -> int:
    return int(datetime(2026, 7, 1, hour, tzinfo=UTC).timestamp())


def test_a_country_of_many_zones_is_awake_when_all_of_it_is() -> None:
    day = {"since": time(9), "until": time(20)}
    hours = [hour for hour in range(24) if awake(zones_of("US"), at(hour), **day)]

    # New York closes at 20:00 (midnight UTC); Hawaii opens at 9:00 (19:00 UTC).
    assert hours == [19, 20, 21, 22, 23]


def test_a_day_may_end_after_midnight() -> None:
    berlin = (zone("Europe/Berlin"),)

    hours = [h for h in range(24) if awake(berlin, at(h), since=time(22), until=time(2))]

    assert hours == [20, 21, 22, 23]
