"""All that a table holds of a line, found by the lists in which a reader would find it."""

from collections.abc import Iterable, Iterator

from tandem.store import keys
from tandem.store.keys import Key
from tandem.store.kinds import Kind, alias_of, kind_of
from tandem.store.registers import Row
from tandem.store.table import Table

ROWS_ON_A_PAGE = 500


class LineRows:
    """The rows of one tenant's lines as they stand.

    A message is found by its conversation or on the shelf, a person by the address book, by a
    conversation, or by being tied to one who is. The lists are an index and lag behind: whoever
    decides on a row reads it again by its key.
    """

    def __init__(self, table: Table, tenant: str) -> None:
        self._table = table
        self._tenant = tenant

    def of_line(self, line: str, syncs: Iterable[str]) -> Iterator[Row]:
        """Every message, conversation, sync and receipt of a line."""
        for talk in self._group(keys.inbox(self._tenant, line)):
            yield talk
            _, alias = keys.conversation_of(talk["pk"])
            for group in (keys.timeline, keys.acts):
                for row in self._group(group(self._tenant, line, alias)):
                    if kind_of(Key(row["pk"], row["sk"])) is Kind.MESSAGE:
                        yield row
        yield from self._group(keys.shelf(self._tenant, line))
        for sync in syncs:
            yield from self._table.rows(keys.sync(self._tenant, line, sync).pk)

    def kept(self) -> Iterator[Row]:
        """Every kept thing that is shown."""
        return self._group(keys.kept_things(self._tenant))

    def people(self, aliases: Iterable[str]) -> Iterator[Row]:
        """Everybody in the address book, behind these aliases, and whoever is tied to them."""
        known: set[str] = set()
        found = list(self._group(keys.contacts(self._tenant)))
        asked = set(aliases)
        while found or asked:
            for row in found:
                alias = alias_of(Key(row["pk"], row["sk"]))
                if alias not in known:
                    yield row
                known.add(alias)
                asked |= row.get("same_as", frozenset())
            asked -= known
            known |= asked
            there = self._table.get_many(keys.person(self._tenant, alias) for alias in asked)
            found, asked = [], set()
            for row in there.values():
                yield row
                asked |= row.get("same_as", frozenset())

    def _group(self, group: str) -> Iterator[Row]:
        cursor = None
        while True:
            page = self._table.page(group, limit=ROWS_ON_A_PAGE, cursor=cursor)
            yield from page.rows
            cursor = page.cursor
            if cursor is None:
                return
