"""What one message costs: the card in force, the market of the person, what is free.

wire: Meta, "Pricing" and "Upcoming pricing changes" (1 October 2026: service messages are charged
as utility and authentication are; utility inside the window is charged too).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from tandem.insights.markets import market_of
from tandem.model.rates import Charged, Price, RateCard

ALL_IS_CHARGED_SINCE = date(2026, 10, 1)
"""The day, in the account's time zone, from which service messages and utility inside the customer
service window are charged."""


class Free(StrEnum):
    """Why a message is free."""

    ENTRY_POINT = "entry_point"
    """The conversation began from an ad or a Page: everything is free for 72 hours."""
    WINDOW = "window"
    """Utility in an open customer service window, until 30 September 2026."""
    SERVICE = "service"
    """An answer in the window, until 30 September 2026."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """The cards of one currency, and the clock by which their days begin."""

    cards: tuple[RateCard, ...]
    zone: ZoneInfo | None = None

    def card(self, at: int) -> RateCard | None:
        """The card in force at a moment: the latest that has begun, and of those the last given."""
        begun = [card for card in self.cards if card.since <= self._day(at)]
        return max(begun, key=lambda card: card.since, default=None)

    def price(self, country: str | None, category: Charged, at: int) -> Price | None:
        """The list price of a message to a country; None when no card says one."""
        card = self.card(at)
        market = market_of(country, card.rates) if card else None
        if card is None or market is None:
            return None
        prices = card.rates[market]
        amount = prices.get(category)
        if amount is None and category is Charged.SERVICE and self.all_is_charged(at):
            # Meta prices an answer as utility; older cards have no column for it.
            amount = prices.get(Charged.UTILITY)
        return Price(amount, card.currency, market, card.id) if amount is not None else None

    def free(self, category: Charged, at: int, *, window: bool, entry_point: bool) -> Free | None:
        """Why a message is free in these windows; None when it is charged.

        The monthly allowance of service messages is not counted here: it is of a number, not of a
        message.
        """
        if entry_point:
            return Free.ENTRY_POINT
        if self.all_is_charged(at):
            return None
        if category is Charged.UTILITY and window:
            return Free.WINDOW
        return Free.SERVICE if category is Charged.SERVICE else None

    def all_is_charged(self, at: int) -> bool:
        return self._day(at) >= ALL_IS_CHARGED_SINCE

    def _day(self, at: int) -> date:
        return datetime.fromtimestamp(at, UTC).astimezone(self.zone or UTC).date()


def price_list(
    cards: Iterable[RateCard], *, currency: str, zone: ZoneInfo | None = None
) -> PriceList:
    """The cards of one currency. Of two for one day the later given goes first."""
    chosen = {card.since: card for card in cards if card.currency == currency}
    return PriceList(tuple(card for _, card in sorted(chosen.items())), zone)
