"""Which cards count for an account: those of its currency, by its clock."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tandem.insights.account_zones import zone_of
from tandem.insights.choosing import cards_of, prices_of, why_no_price
from tandem.model.line import Account
from tandem.model.rates import Charged, RateCard


def card(currency: str, since: date, price: str = "0.01") -> RateCard:
    rates = {"Colombia": {Charged.UTILITY: Decimal(price)}}
    return RateCard(f"{since}-{currency}", currency, since, "Meta", rates)


EUROS = card("EUR", date(2026, 7, 1))
NEW_EUROS = card("EUR", date(2026, 10, 1), "0.02")
NIGHT = int(datetime(2026, 10, 1, tzinfo=UTC).timestamp())
HOUR = 3600


def test_an_account_s_currency_goes_before_what_was_imported_last() -> None:
    imported = [card("USD", date(2026, 7, 1)), EUROS]

    assert prices_of(imported, Account("USD")).cards == (imported[0],)
    assert prices_of(imported).cards == (EUROS,)


def test_cards_that_come_along_stand_in_only_where_nothing_of_the_currency_was_imported() -> None:
    dollars = card("USD", date(2026, 7, 1))

    assert {each.id[:7] for each in cards_of([EUROS], "USD")} == {"shipped"}
    assert cards_of([EUROS, dollars], "USD") == (dollars,)
    assert cards_of([EUROS], "BRL") == ()


@pytest.mark.parametrize(
    ("timezone", "begins"),
    [
        ("25", NIGHT + 3 * HOUR),
        ("77", NIGHT - 9 * HOUR),
        ("9999", NIGHT),
        (None, NIGHT),
    ],
)
def test_a_card_begins_at_midnight_of_the_account_else_of_utc(
    timezone: str | None, begins: int
) -> None:
    prices = prices_of([EUROS, NEW_EUROS], Account("EUR", timezone))

    assert prices.card(begins - 1) == EUROS
    assert prices.card(begins) == NEW_EUROS


@pytest.mark.parametrize(
    ("number", "name"),
    [("1", "America/Los_Angeles"), ("7", "America/New_York"), ("43", "America/Bogota")],
)
def test_a_number_of_meta_s_is_a_zone(number: str, name: str) -> None:
    assert zone_of(number) == ZoneInfo(name)


@pytest.mark.parametrize("number", [None, "", "0", "145", "480", "-1", "x", "٣", "1" * 30])
def test_a_number_that_is_not_known_is_no_zone(number: str | None) -> None:
    assert zone_of(number) is None


def test_every_zone_that_is_named_exists() -> None:
    assert len({zone.key for n in range(1, 145) if (zone := zone_of(str(n)))}) == 144


def test_why_there_is_no_price_is_a_sentence_about_the_card() -> None:
    prices = prices_of([EUROS], Account("EUR"))

    assert "no market for PE" in why_no_price(prices, "PE", Charged.UTILITY, NIGHT)
    assert "no price for marketing" in why_no_price(prices, "CO", Charged.MARKETING, NIGHT)
    assert "import Meta's" in why_no_price(prices, "CO", Charged.UTILITY, 0)
