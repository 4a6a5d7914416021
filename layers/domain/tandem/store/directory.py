"""Which tenant a number is: asked for every webhook, answered from memory for a while."""

import time
from collections.abc import Callable

from tandem.model.line import Line, Route
from tandem.store.keys import Key
from tandem.store.lines import Lines

REMEMBERED_SECONDS = 60.0


class Directory:
    """Routes of lines and WABAs. Only what exists is remembered: a new line is known at once."""

    def __init__(self, lines: Lines, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._lines = lines
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[float, Route]] = {}

    def route_of_phone(self, phone_number_id: str) -> Route | None:
        return self._remembered("phone", phone_number_id, self._lines.route_of_phone)

    def route_of_waba(self, waba: str) -> Route | None:
        return self._remembered("waba", waba, self._lines.route_of_waba)

    def route_of_number(self, display_number: str) -> Route | None:
        """As it is now: this and the next are asked seldom, and must not be a minute old."""
        return self._lines.route_of_number(display_number)

    def route_of_portfolio(self, portfolio: str) -> Route | None:
        return self._lines.route_of_portfolio(portfolio)

    def get(self, tenant: str, line: str) -> Line | None:
        """The line as it is now: its sync must never be an old one."""
        return self._lines.get(tenant, line)

    def get_beside(self, tenant: str, line: str, other: Key) -> tuple[Line | None, bool]:
        """The same, and whether there is another row, in one read."""
        return self._lines.get_beside(tenant, line, other)

    def _remembered(
        self, kind: str, name: str, look: Callable[[str], Route | None]
    ) -> Route | None:
        until, route = self._known.get((kind, name), (0.0, None))
        if route is not None and self._clock() < until:
            return route
        found = look(name)
        if found is not None:
            self._known[kind, name] = (self._clock() + REMEMBERED_SECONDS, found)
        return found
