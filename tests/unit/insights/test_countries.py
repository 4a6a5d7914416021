"""Where a number is at home."""

from datetime import UTC, datetime, time

import pytest

from tandem.insights.countries import (
    awake,
    country_of,
    country_of_bsuid,
    is_of_the_united_states,
    is_possible,
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
        ("15550100001", "US"),
        ("999", None),
        ("", None),
        ("88812345678", None),
    ],
)
def test_a_number_is_of_the_country_of_its_prefix(phone: str, country: str | None) -> None:
    assert country_of(phone) == country


def test_a_number_has_the_length_of_its_country_s() -> None:
    assert is_possible("12125550123")
    assert is_possible("15550100001")
    assert not is_possible("12125550")
    assert not is_possible("2125550123456789")


@pytest.mark.parametrize(
    ("phone", "american"),
    [
        ("12125550123", True),
        ("14165550123", False),
        ("15550100001", False),
        ("447400123456", False),
    ],
)
def test_only_an_area_code_of_the_united_states_makes_a_number_american(
    phone: str, *, american: bool
) -> None:
    assert is_of_the_united_states(phone) is american


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
