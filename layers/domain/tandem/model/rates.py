"""Prices: what Meta charges for one delivered message, by market and category, since when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Charged(StrEnum):
    """The categories that a rate card has a price for. wire: Meta, "Pricing"."""

    MARKETING = "marketing"
    UTILITY = "utility"
    AUTHENTICATION = "authentication"
    AUTHENTICATION_INTERNATIONAL = "authentication-international"
    SERVICE = "service"


Rates = Mapping[str, Mapping[Charged, Decimal]]
"""From a market, as the card names it, to the price of each category that it has."""


@dataclass(frozen=True, slots=True)
class RateCard:
    """Prices of one currency from a day on, until the next card of that currency.

    `source` says where they come from, in a sentence: every cost that is shown names its card.
    `since` is a day in the time zone of the WhatsApp account, as Meta changes prices.
    """

    id: str
    currency: str
    since: date
    source: str
    rates: Rates


@dataclass(frozen=True, slots=True)
class Price:
    """The list price of one delivered message, before volume tiers; `card` is a RateCard's id."""

    amount: Decimal
    currency: str
    market: str
    card: str
