"""Rate cards, markets, and what one message costs."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tandem.insights.cards import read_card, shipped
from tandem.insights.countries import zone
from tandem.insights.markets import market_of
from tandem.insights.prices import Free, price_list
from tandem.model.errors import Invalid
from tandem.model.rates import Charged, RateCard

META_S = """\ufeffWhatsApp Business Platform,,,
Cost per message in USD,,,

Market,Currency,Marketing,Utility,Authentication,Authentication-International,Service
Brazil,$US,$0.0625,0.0068,0.0068,n/a,n/a
"Rest of
Latin America",$US,"$0.0740",$0.0113,$0.0113,n/a,n/a
Other,$US,"$1,000.50",,,n/a,n/a
Narnia,$US,n/a,n/a,n/a,n/a,n/a
"""


def card(text: str = META_S, since: date = date(2026, 7, 1)) -> RateCard:
    return read_card(text, currency="USD", since=since, source="Meta")


def moment(day: int, month: int = 10) -> int:
    return int(datetime(2026, month, day, 2, tzinfo=UTC).timestamp())


def test_a_card_is_read_as_meta_publishes_it() -> None:
    rates = card().rates

    assert rates["Brazil"] == {
        Charged.MARKETING: Decimal("0.0625"),
        Charged.UTILITY: Decimal("0.0068"),
        Charged.AUTHENTICATION: Decimal("0.0068"),
    }
    assert rates["Rest of Latin America"][Charged.MARKETING] == Decimal("0.0740")
    assert rates["Other"] == {Charged.MARKETING: Decimal("1000.50")}
    assert rates["Narnia"] == {}


def test_a_card_of_semicolons_and_decimal_commas_is_read_too() -> None:
    rates = card("Market;Marketing;Utility\nGermany;0,1131 €;0,0456 €\n").rates

    assert rates["Germany"][Charged.MARKETING] == Decimal("0.1131")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Market and Marketing"),
        ("Country,Price\nBrazil,1\n", "Market and Marketing"),
        ("Market,Marketing\n", "no prices"),
        ("Market,Marketing\nBrazil,n/a\n", "no prices"),
        ("Market,Marketing\nBrazil,1\nPeru,cheap\n", "line 3 .*'cheap'"),
        ("Market,Marketing\n" + "x" * 1_000_001, "too long"),
    ],
)
def test_what_is_no_card_is_refused_by_the_line(text: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        card(text)


def test_a_currency_has_three_letters() -> None:
    with pytest.raises(Invalid, match="three letters"):
        read_card(META_S, currency="$", since=date(2026, 7, 1), source="Meta")


def test_the_same_card_twice_is_one_and_another_is_another() -> None:
    assert card().id == card().id
    assert card().id != card(since=date(2026, 10, 1)).id
    assert card().id != card(META_S.replace("0.0625", "0.0626")).id


@pytest.mark.parametrize(
    ("country", "market"),
    [
        ("BR", "Brazil"),
        ("BO", "Rest of Latin America"),
        ("AQ", "Other"),
        (None, "Other"),
        ("DE", None),
    ],
)
def test_a_country_is_in_its_own_market_or_in_its_region(
    country: str | None, market: str | None
) -> None:
    assert market_of(country, card().rates) == market


def test_the_shipped_cards_name_all_of_meta_s_markets() -> None:
    july, october = shipped()

    assert (len(july.rates), len(october.rates)) == (38, 47)
    assert market_of("BD", july.rates) == "Rest of Asia Pacific"
    assert market_of("BD", october.rates) == "Bangladesh"


def test_a_market_without_a_figure_has_no_price_instead_of_its_region_s() -> None:
    prices = price_list(shipped(), currency="USD")

    assert prices.price("BD", Charged.MARKETING, moment(2)) is None
    assert prices.price("PH", Charged.MARKETING, moment(2)) is not None


def test_a_price_names_its_card_and_the_card_in_force_is_the_latest_begun() -> None:
    prices = price_list(shipped(), currency="USD")

    before = prices.price("MX", Charged.MARKETING, moment(30, month=9))
    after = prices.price("MX", Charged.MARKETING, moment(1))

    assert before
    assert after
    assert (before.amount, before.card) == (Decimal("0.0305"), "shipped-2026-07-01-usd")
    assert (after.amount, after.card) == (Decimal("0.0397"), "shipped-2026-10-01-usd")


def test_a_day_begins_by_the_account_s_clock() -> None:
    west = price_list(shipped(), currency="USD", zone=zone("America/Bogota"))

    price = west.price("MX", Charged.MARKETING, moment(1))

    assert price
    assert price.card == "shipped-2026-07-01-usd"


def test_without_a_card_of_the_currency_there_is_no_price() -> None:
    assert price_list(shipped(), currency="EUR").price("BR", Charged.MARKETING, moment(2)) is None
    early = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
    assert price_list(shipped(), currency="USD").price("BR", Charged.MARKETING, early) is None


def test_of_two_cards_of_one_day_the_later_given_is_in_force() -> None:
    dearer = card(META_S.replace("0.0625", "0.0700"))

    price = price_list([card(), dearer], currency="USD").price("BR", Charged.MARKETING, moment(2))

    assert price
    assert price.card == dearer.id


def test_an_answer_costs_what_utility_costs_where_the_card_has_no_column_for_it() -> None:
    prices = price_list([card()], currency="USD")

    answer = prices.price("BR", Charged.SERVICE, moment(1))

    assert answer
    assert answer.amount == Decimal("0.0068")
    assert prices.price("BR", Charged.SERVICE, moment(30, month=9)) is None


@pytest.mark.parametrize(
    ("category", "at", "window", "entry_point", "free"),
    [
        (Charged.MARKETING, moment(1), True, False, None),
        (Charged.MARKETING, moment(1), True, True, Free.ENTRY_POINT),
        (Charged.UTILITY, moment(30, month=9), True, False, Free.WINDOW),
        (Charged.UTILITY, moment(30, month=9), False, False, None),
        (Charged.UTILITY, moment(1), True, False, None),
        (Charged.SERVICE, moment(30, month=9), True, False, Free.SERVICE),
        (Charged.SERVICE, moment(1), True, False, None),
    ],
)
def test_what_is_free_depends_on_the_window_and_on_october_2026(
    category: Charged, at: int, free: Free | None, *, window: bool, entry_point: bool
) -> None:
    prices = price_list(shipped(), currency="USD")

    assert prices.free(category, at, window=window, entry_point=entry_point) is free
