"""Routes: from what Meta names in a webhook to the tenant it is for.

A number (phone_number_id) or a WABA belongs to the first tenant that proves it; a conditional write
decides. Where Meta names only a phone number or a portfolio, that leads to a tenant if all that is
known of it is one tenant's, and to nobody otherwise.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tandem.model.errors import NotAllowed
from tandem.model.line import Address, Route
from tandem.store import keys
from tandem.store.registers import Merge
from tandem.store.table import Table


class Routes:
    def __init__(self, table: Table) -> None:
        self._table = table

    def route_of_phone(self, phone_number_id: str) -> Route | None:
        """Which tenant a number is, by Meta's phone_number_id."""
        return _route(self._table.get(keys.phone_route(phone_number_id)))

    def route_of_waba(self, waba: str) -> Route | None:
        """Which tenant a WABA is, and every line of it that was ever connected."""
        return _route(self._table.get(keys.waba_route(waba)))

    def route_of_number(self, display_number: str) -> Route | None:
        """Which tenant a phone number is, in digits; None when it is, or was, of two tenants."""
        row = self._table.get(keys.number_route(display_number)) or {}
        return _together(self.route_of_phone(line) for line in sorted(row.get("lines", ())))

    def route_of_portfolio(self, portfolio: str) -> Route | None:
        """Which tenant owns every known WABA of a portfolio; None when several do."""
        return _together(self.route_of_waba(waba) for waba in self.wabas_of(portfolio))

    def wabas_of(self, portfolio: str) -> tuple[str, ...]:
        """The WABAs that a portfolio is known to own, over all tenants."""
        row = self._table.get(keys.portfolio_route(portfolio)) or {}
        return tuple(sorted(row.get("wabas", ())))

    def portfolio_of(self, waba: str) -> str | None:
        """The portfolio that owns a WABA, if Meta has named it."""
        row = self._table.get(keys.waba_route(waba)) or {}
        portfolio: str | None = row.get("portfolio")
        return portfolio

    def learn_owner(self, *, waba: str, portfolio: str) -> None:
        """Meta itself named the portfolio that owns a WABA of ours."""
        self._table.merge(keys.waba_route(waba), Merge(firsts={"portfolio": portfolio}))
        members = {"wabas": frozenset({waba})}
        self._table.merge(keys.portfolio_route(portfolio), Merge(members=members))

    def led_here(self, tenant: str, *, waba: str, display_number: str) -> tuple[Address, ...]:
        """The phone number and the portfolio of a line, as far as they lead to its tenant."""
        portfolio = self.portfolio_of(waba)
        ways = (
            (Address("number", display_number), self.route_of_number(display_number)),
            (Address("waba", portfolio or ""), portfolio and self.route_of_portfolio(portfolio)),
        )
        return tuple(address for address, route in ways if route and route.tenant == tenant)

    def claim(self, tenant: str, *, waba: str, line: str) -> None:
        """Make the WABA and the number this tenant's; repeating it is harmless.

        Raises NotAllowed when either is another tenant's.
        """
        if (taken := self.route_of_phone(line)) and taken.tenant != tenant:
            raise _held()
        self._hold(keys.waba_route(waba), tenant=tenant, waba=waba, line=line)
        self._hold(keys.phone_route(line), tenant=tenant, waba=waba, line=line)

    def _let_go(self, tenant: str, *, waba: str, line: str, keeps_waba: bool) -> None:
        """Free the number, and its WABA unless the tenant keeps another number of it."""
        ours = {"tenant": tenant}
        self._table.update(keys.phone_route(line), remove=("tenant",), if_equal=ours)
        if not keeps_waba:
            self._table.update(keys.waba_route(waba), remove=("tenant",), if_equal=ours)

    def _hold(self, route: keys.Key, *, tenant: str, waba: str, line: str) -> None:
        wanted = {"tenant": tenant, "waba": waba}
        free, ours = {"tenant": None}, {"tenant": tenant}
        if not (
            self._table.update(route, put=wanted, if_equal=free)
            or self._table.update(route, put=wanted, if_equal=ours)
        ):
            raise _held()
        self._table.merge(route, Merge(members={"lines": frozenset({line})}))

    def _name_number(self, display_number: str, line: str) -> None:
        if display_number:
            members = {"lines": frozenset({line})}
            self._table.merge(keys.number_route(display_number), Merge(members=members))


def _held() -> NotAllowed:
    return NotAllowed(
        "this WhatsApp number belongs to another account here: disconnect it there first",
        code="held_by_another",
    )


def _route(row: Mapping[str, Any] | None) -> Route | None:
    if row is None or "tenant" not in row:
        return None
    return Route(tenant=row["tenant"], waba=row["waba"], lines=tuple(sorted(row.get("lines", ()))))


def _together(found: Iterable[Route | None]) -> Route | None:
    """One route of several, if they lead to one tenant."""
    routes = [route for route in found if route is not None]
    if len({route.tenant for route in routes}) != 1:
        return None
    lines = sorted({line for route in routes for line in route.lines})
    return Route(tenant=routes[0].tenant, waba=routes[0].waba, lines=tuple(lines))
