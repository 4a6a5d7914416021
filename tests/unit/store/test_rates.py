"""Imported rate cards."""

from datetime import date

from tandem.insights.cards import read_card
from tandem.store.rates import RateCards
from tandem.store.table import Table

CARD = read_card(
    "Market,Marketing,Utility\nBrazil,0.0625,0.0068\nPeru,n/a,n/a\n",
    currency="USD",
    since=date(2026, 10, 1),
    source="Meta",
)


def test_a_card_comes_back_as_it_was_imported_and_only_once(table: Table) -> None:
    cards = RateCards(table)

    assert cards.keep("acme", CARD, at=1)
    assert not cards.keep("acme", CARD, at=2)

    assert cards.all("acme") == (CARD,)
    assert cards.all("other") == ()
