"""Contacts put together from the alias rows of one connected component.

An edge is an alias that met another in one event (`same_as`), or the other spelling of a number,
which follows from the number and is stored nowhere. Everything here is a function of sets and
registers, so it does not depend on the order in which anything came.
"""

from collections.abc import Callable, Iterable, Mapping, Set

from tandem.model.contact import Contact, Names
from tandem.model.identity import other_spelling
from tandem.store.dealings import dealings
from tandem.store.registers import NOTHING, Row
from tandem.store.wishes import latest_wish
from tandem.store.writings import written

_SAYS_NOTHING = frozenset({"pk", "sk", "called"})
"""A row of only these is a way to find somebody, and nobody's alias."""


def neighbours(alias: str, row: Row) -> frozenset[str]:
    """Every alias that is the same person for this row alone."""
    other = other_spelling(alias)
    ties: frozenset[str] = row.get("same_as", frozenset())
    return ties | {other} if other else ties


def reachable(alias: str, rows: Mapping[str, Row]) -> frozenset[str]:
    """The whole component of an alias, itself included."""
    return _closure(alias, lambda one: neighbours(one, rows.get(one, NOTHING)))


def contact_of(aliases: frozenset[str], rows: Mapping[str, Row]) -> Contact:
    """The contact that these aliases are."""
    own = {alias: rows[alias] for alias in sorted(aliases) if rows.get(alias)}
    seen = frozenset(alias for alias, row in own.items() if row.keys() - _SAYS_NOTHING)
    listed = [alias for alias in seen if "group" in own[alias]]
    return Contact(
        aliases=aliases,
        seen=seen,
        names=_names(own.values()),
        wish=latest_wish(own.values()),
        written=written(own.values()),
        dealings=dealings(own.values()),
        ambiguous=_ambiguous(own),
        stands_at=min(listed or seen, default=None),
    )


def _names(rows: Iterable[Row]) -> Names:
    """The address book's latest word over all aliases of one contact."""
    latest = max(
        (row for row in rows if "book" in row), key=lambda row: str(row["book"]), default=None
    )
    if latest is None:
        return Names()
    return Names(
        latest.get("book_name"),
        latest.get("book_first_name"),
        bool(latest.get("book_removed")),
        latest.get("book_username"),
    )


def _ambiguous(rows: Mapping[str, Row]) -> bool:
    """Whether two user ids that a line met stand at one number and Meta told of no change.

    Meta gives a person one user id in a portfolio, and another with a new number. So without the
    edges that a change made, every part of a component has one user id for each line; or several
    that became each other. wire: Meta, "Business-scoped user IDs".
    """

    def moved(alias: str) -> frozenset[str]:
        told: frozenset[str] = rows.get(alias, NOTHING).get("moved", frozenset())
        return told

    def steady(alias: str) -> frozenset[str]:
        return neighbours(alias, rows.get(alias, NOTHING)) - moved(alias)

    for part in _parts(rows.keys(), steady):
        ids = {alias for alias in part if alias.startswith("bsuid:")}
        lines = [_lines(life, rows) for life in _parts(ids, moved)]
        if sum(map(len, lines)) > len(frozenset[str]().union(*lines)):
            return True
    return False


def _lines(life: Iterable[str], rows: Mapping[str, Row]) -> frozenset[str]:
    return frozenset[str]().union(*(rows.get(alias, NOTHING).get("lines", ()) for alias in life))


def _parts(aliases: Set[str], edges: Callable[[str], Iterable[str]]) -> list[frozenset[str]]:
    parts, left = [], set(aliases)
    while left:
        part = _closure(min(left), edges)
        parts.append(part)
        left -= part
    return parts


def _closure(alias: str, edges: Callable[[str], Iterable[str]]) -> frozenset[str]:
    known, unasked = {alias}, [alias]
    while unasked:
        others = set(edges(unasked.pop())) - known
        known |= others
        unasked += others
    return frozenset(known)
