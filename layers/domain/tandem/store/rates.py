"""The rate cards that a tenant has imported."""

import json
from datetime import date
from decimal import Decimal

from tandem.model.rates import Charged, RateCard
from tandem.store import keys
from tandem.store.registers import Merge, Register, fingerprint
from tandem.store.table import Table


class RateCards:
    """The rate cards of every tenant."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(self, tenant: str, card: RateCard, *, at: int) -> bool:
        """Keep a card, imported `at`; whether it is new. Importing it again makes it the last."""
        prices = {
            market: {category.value: str(price) for category, price in prices.items()}
            for market, prices in card.rates.items()
        }
        row = {
            "currency": card.currency,
            "since": card.since.isoformat(),
            "source": card.source,
            "rates": json.dumps(prices, sort_keys=True),
        }
        key = keys.rate_card(tenant, card.id)
        new = self._table.get(key) is None
        given = Register("imported_at", keys.moment(at, fingerprint(row)), "latest", row)
        self._table.merge(key, Merge((given,)))
        return new

    def all(self, tenant: str) -> tuple[RateCard, ...]:
        """Every card, in the order in which they were imported."""
        rows = sorted(
            self._table.rows(keys.rate_card(tenant).pk), key=lambda row: row["imported_at"]
        )
        return tuple(
            RateCard(
                id=row["sk"],
                currency=row["currency"],
                since=date.fromisoformat(row["since"]),
                source=row["source"],
                rates={
                    market: {Charged(name): Decimal(price) for name, price in prices.items()}
                    for market, prices in json.loads(row["rates"]).items()
                },
            )
            for row in rows
        )
