"""Choosing among rate cards: the ones of an account's currency, by its clock; why none has a price.

What a tenant has imported for a currency stands for all of it; the cards that come with Tandem
stand where nothing was imported.
"""

from collections.abc import Sequence

from tandem.insights.account_zones import zone_of
from tandem.insights.cards import shipped
from tandem.insights.markets import market_of
from tandem.insights.prices import PriceList, price_list
from tandem.model.line import UNREAD, Account
from tandem.model.rates import Charged, RateCard

USUAL_CURRENCY = "USD"


def cards_of(imported: Sequence[RateCard], currency: str) -> tuple[RateCard, ...]:
    """The cards that count for a currency, in the order in which they were given."""
    own = tuple(card for card in imported if card.currency == currency)
    return own or tuple(card for card in shipped() if card.currency == currency)


def prices_of(imported: Sequence[RateCard], account: Account = UNREAD) -> PriceList:
    """The prices for an account; where its currency was not read, for that of the last import."""
    currency = account.currency or (imported[-1].currency if imported else USUAL_CURRENCY)
    zone = zone_of(account.timezone)
    return price_list(cards_of(imported, currency), currency=currency, zone=zone)


def why_no_price(prices: PriceList, country: str | None, category: Charged, at: int) -> str:
    """Why a message to a country has no price, in a sentence."""
    card = prices.card(at)
    if card is None:
        return "No rate card of this currency is in force: import Meta's."
    market = market_of(country, card.rates)
    if market is None:
        return f"The rate card {card.id} has no market for {country or 'this number'}."
    return f"The rate card {card.id} has no price for {category.value} in {market}."
