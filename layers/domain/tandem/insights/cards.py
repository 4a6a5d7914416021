"""Rate cards: the ones that come with Tandem, and the CSV that Meta publishes.

Ours name every market and hold the figures of a few, taken from others who quote Meta. They let a
forecast say something before an owner has imported the card of their own currency; where there is
no figure there is no price, and that is said.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files

from tandem.model.errors import Invalid
from tandem.model.rates import Charged, RateCard, Rates

LONGEST_CARD = 1_000_000
"""Characters of a card; Meta's have some thousands."""

MARKETS, LONGEST_MARKET, LONGEST_PRICE = 300, 100, 40
"""Markets of a card, characters of a market and of a price: Meta's have 47, 40 and 10."""

_COLUMNS: Mapping[str, Charged] = {
    "marketing": Charged.MARKETING,
    "utility": Charged.UTILITY,
    "authentication": Charged.AUTHENTICATION,
    "authentication-international": Charged.AUTHENTICATION_INTERNATIONAL,
    "authentication international": Charged.AUTHENTICATION_INTERNATIONAL,
    "service": Charged.SERVICE,
}
_NO_PRICE = frozenset({"", "n/a", "na", "-", "–", "—"})
_CURRENCY = re.compile(r"[A-Z]{3}")
_PRICE = re.compile(r"[^\d.,\-]*([\d.,]+)[^\d.,]*")
"""Digits, with a currency before or behind them."""

_OURS = "Figures of third parties who quote Meta, for a few markets. Import the card of your own."


@cache
def shipped() -> tuple[RateCard, ...]:
    """The cards that come with Tandem: USD, dated, incomplete."""
    folder = files("tandem.insights") / "cards"
    return tuple(
        read_card(
            each.read_text(),
            currency=each.name[11:14].upper(),
            since=date.fromisoformat(each.name[:10]),
            source=_OURS,
            name=f"shipped-{each.name.removesuffix('.csv')}",
        )
        for each in sorted(folder.iterdir(), key=lambda each: each.name)
        if each.name.endswith(".csv")
    )


def read_card(
    text: str, *, currency: str, since: date, source: str, name: str | None = None
) -> RateCard:
    """A card from Meta's CSV: any lines above, then a header with `Market`, then a market a line.

    Raises Invalid, naming the line, for what is no price. Columns that are not known are left out.
    """
    if len(text) > LONGEST_CARD:
        raise Invalid("this is too long to be a rate card")
    if not _CURRENCY.fullmatch(currency):
        raise Invalid(f"{currency!r} is no currency: use three letters such as USD")
    try:
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), _dialect(text)))
    except csv.Error as wrong:
        raise Invalid(f"this is no CSV: {wrong}") from None
    place = next((n for n, row in enumerate(rows) if _is_header(row)), None)
    if place is None:
        raise Invalid("no line of this card has the headings Market and Marketing")
    rates = dict(_markets(rows[place], rows[place + 1 :], first_line=place + 2))
    if len(rates) > MARKETS:
        raise Invalid(f"a card has at most {MARKETS} markets, not {len(rates)}")
    if not any(rates.values()):
        raise Invalid("this card has no prices")
    return RateCard(name or _name(currency, since, rates), currency, since, source, rates)


def _markets(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, first_line: int
) -> Iterator[tuple[str, Mapping[Charged, Decimal]]]:
    headings = [_plain(heading) for heading in header]
    market_at = headings.index("market")
    priced = {at: _COLUMNS[name] for at, name in enumerate(headings) if name in _COLUMNS}
    for line, row in enumerate(rows, first_line):
        market = " ".join(row[market_at].split()) if len(row) > market_at else ""
        if len(market) > LONGEST_MARKET:
            raise Invalid(f"line {line} of this card: {market[:20]!r}… is no market")
        prices = {
            category: price
            for at, category in priced.items()
            if at < len(row) and (price := _price(row[at], line)) is not None
        }
        if market:
            # Without prices too: it is a market of this card, so no region speaks for it.
            yield market, prices


def _price(cell: str, line: int) -> Decimal | None:
    """A price in any of the card's spellings ($0.0625, 0,0625 €); None where there is none."""
    if _plain(cell) in _NO_PRICE:
        return None
    if len(cell) > LONGEST_PRICE:
        raise Invalid(f"line {line} of this card: {cell.strip()[:20]!r}… is no price")
    written = _PRICE.fullmatch(cell.strip())
    if written is None:
        raise Invalid(f"line {line} of this card: {cell.strip()!r} is no price")
    digits = written[1]
    if "," in digits and "." not in digits:
        digits = digits.replace(",", ".")
    try:
        return Decimal(digits.replace(",", ""))
    except InvalidOperation:
        raise Invalid(f"line {line} of this card: {cell.strip()!r} is no price") from None


def _dialect(text: str) -> type[csv.Dialect]:
    class Card(csv.excel):
        delimiter = ";" if text.count(";") > text.count(",") else ","

    return Card


def _is_header(row: Sequence[str]) -> bool:
    return {"market", "marketing"} <= {_plain(cell) for cell in row}


def _plain(cell: str) -> str:
    return " ".join(cell.casefold().split())


def _name(currency: str, since: date, rates: Rates) -> str:
    """The same card imported twice is one."""
    told = [f"{m}|{c}|{p}" for m, prices in rates.items() for c, p in prices.items()]
    digest = hashlib.sha256("\n".join(sorted(told)).encode()).hexdigest()[:8]
    return f"{since.isoformat()}-{currency.lower()}-{digest}"
