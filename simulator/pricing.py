"""How Meta charges for a message, and by which days (wire §3.5 and §11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from simulator.windows import Windows

CURRENCY, TIMEZONE_ID = "USD", "1"
ZONE = ZoneInfo("America/Los_Angeles")
"""The clock of every simulated account, Meta's time zone 1: days and months of prices are its."""

REGULAR, BY_MESSAGE, BY_CONVERSATION = "regular", "PMP", "CBP"
BY_MESSAGE_SINCE = date(2025, 7, 1)
"""Before, Meta charged by conversation. That is told in statuses, and has no price here."""
ALL_IS_CHARGED_SINCE = date(2026, 10, 1)
"""Answers, and utility in an open window, are free until the day before."""
FREE_ANSWERS = 1_000
"""Service messages that a number has free in a month since then. How a status tells of these is not
documented, so they are told as charged; what is free for another reason is not one of them."""

type Rates = Mapping[str, Mapping[str, str | float]]
"""A rate card: what numbers begin with, such as `57`, to the price of each category there."""


@dataclass(slots=True)
class Charge:
    """How a message is charged. `free_until`: the end of the entry point that it was sent in."""

    model: str
    type: str
    category: str
    free_until: int | None = None


def settle(windows: Windows, person: str, category: str, now: float) -> Charge:
    """The charge of a message to somebody that is going to arrive."""
    today = day_of(now)
    model = BY_MESSAGE if today >= BY_MESSAGE_SINCE else BY_CONVERSATION
    if until := windows.answer(person, now):
        return Charge(model, "free_entry_point", "referral_conversion", until)
    inside = category == "service" or (category == "utility" and windows.service(person, now))
    free = inside and today < ALL_IS_CHARGED_SINCE
    return Charge(model, "free_customer_service" if free else REGULAR, category)


class Card:
    """The prices of a rate card. Raises ValueError for what is no price."""

    def __init__(self, rates: Rates) -> None:
        try:
            self._prices = {
                market: {category: Decimal(str(price)) for category, price in prices.items()}
                for market, prices in rates.items()
            }
        except (AttributeError, InvalidOperation) as problem:
            raise ValueError(f"rates are prices by category by number: {rates!r}") from problem

    def price(self, person: str, charge: Charge) -> tuple[str, Decimal] | None:
        """The market of a number, the longest beginning of it on the card, and the price there.

        An answer costs what utility does where a card has no price of its own for it.
        """
        markets = [market for market in self._prices if person.startswith(market)]
        if charge.model != BY_MESSAGE or not markets:
            return None
        market = max(markets, key=len)
        prices = self._prices[market]
        price = prices.get(charge.category)
        if price is None and charge.category == "service":
            price = prices.get("utility")
        return None if price is None else (market, price)


def day_of(at: float) -> date:
    """The day of a moment by the clock of the account."""
    return datetime.fromtimestamp(at, UTC).astimezone(ZONE).date()
