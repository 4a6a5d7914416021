"""Rate cards of a tenant: which there are, importing one, and what one message costs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from tandem.insights.cards import read_card, shipped
from tandem.insights.choosing import cards_of, prices_of, why_no_price
from tandem.insights.countries import country_of
from tandem.insights.prices import price_list
from tandem.model.errors import Invalid
from tandem.model.identity import NOT_A_PHONE, Person, why_unreachable
from tandem.model.line import UNREAD, Line
from tandem.model.rates import Charged, Price, RateCard
from tandem.store.rates import RateCards

LONGEST_SOURCE = 200
"""Characters of the sentence that says where a card comes from."""


@dataclass(frozen=True, slots=True)
class KnownCard:
    """A card, whether it came with Tandem, and whether it is the one that counts today (UTC)."""

    card: RateCard
    shipped: bool
    in_force: bool


@dataclass(frozen=True, slots=True)
class Priced:
    """What a message to a number costs: a price, or why there is none."""

    country: str | None
    category: Charged
    price: Price | None
    why: str | None


class Pricing:
    """The cards of every tenant, beside those that come with Tandem."""

    def __init__(self, *, cards: RateCards, clock: Callable[[], float]) -> None:
        self._cards = cards
        self._clock = clock

    def all(self, tenant: str) -> tuple[KnownCard, ...]:
        """Every card, those that come with Tandem first, then in the order of their import."""
        imported = self._cards.all(tenant)
        everything = (*shipped(), *imported)
        chosen = {currency: self._in_force(imported, currency) for currency in _of(everything)}
        return tuple(
            KnownCard(card, card in shipped(), card.id == chosen[card.currency])
            for card in everything
        )

    def _in_force(self, imported: tuple[RateCard, ...], currency: str) -> str | None:
        card = price_list(cards_of(imported, currency), currency=currency).card(int(self._clock()))
        return card.id if card else None

    def import_card(
        self, tenant: str, text: str, *, currency: str, since: date, source: str
    ) -> tuple[KnownCard, bool]:
        """Keep the card that a CSV of Meta's holds; whether it is new. Raises Invalid, naming the
        line, for what is none.
        """
        told = " ".join(source.split())
        if not 0 < len(told) <= LONGEST_SOURCE:
            raise Invalid(f"source says in 1 to {LONGEST_SOURCE} characters where it comes from")
        card = read_card(text, currency=currency.strip().upper(), since=since, source=told)
        new = self._cards.keep(tenant, card, at=int(self._clock()))
        return next(known for known in self.all(tenant) if known.card.id == card.id), new

    def price(self, tenant: str, to: str, category: Charged, line: Line | None = None) -> Priced:
        """The list price of a message to a number, now: in the currency of the line's account and
        by its clock, else in that of the last import. Raises Invalid for what is no number.
        """
        if why_unreachable(to or " ", None):
            raise Invalid(f"to: {NOT_A_PHONE}")
        now = int(self._clock())
        prices = prices_of(self._cards.all(tenant), line.account if line else UNREAD)
        country = country_of(Person.of(to).phone or "")
        price = prices.price(country, category, now)
        why = None if price else why_no_price(prices, country, category, now)
        return Priced(country, category, price, why)


def _of(cards: Iterable[RateCard]) -> frozenset[str]:
    return frozenset(card.currency for card in cards)
