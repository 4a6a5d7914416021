"""What the API shows of rate cards and prices. Money is text, so that no digit of it is lost."""

from functions.api.views import Shown
from tandem.insights.rate_cards import KnownCard, Priced


def card(known: KnownCard) -> Shown:
    """A card without its prices: `markets` that it names, of which `priced` have any."""
    card = known.card
    return {
        "id": card.id,
        "currency": card.currency,
        "since": card.since.isoformat(),
        "source": card.source,
        "shipped": known.shipped,
        "in_force": known.in_force,
        "markets": len(card.rates),
        "priced": sum(bool(prices) for prices in card.rates.values()),
    }


def priced(found: Priced) -> Shown:
    price = found.price
    return {
        "country": found.country,
        "category": found.category,
        "market": price.market if price else None,
        "price": str(price.amount) if price else None,
        "currency": price.currency if price else None,
        "card": price.card if price else None,
        "why": found.why,
    }
