"""Lists by the time at which somebody must look: everything in a group whose time has come."""

from collections.abc import Iterator

from tandem.store import keys
from tandem.store.registers import Row
from tandem.store.table import Table

ROUND_SECONDS = 300
"""Between two rounds of the keeper, which sees to whatever is due."""

LOOKS_PER_PAGE = 100


def due(table: Table, group: str, *, now: int) -> Iterator[Row]:
    """The rows of a group that are to be looked at by `now`, the longest due first."""
    cursor: str | None = None
    while True:
        page = table.page(
            group,
            limit=LOOKS_PER_PAGE,
            cursor=cursor,
            newest_first=False,
            before=keys.moment(now + 1),
        )
        yield from page.rows
        cursor = page.cursor
        if cursor is None:
            return
