"""Messages: one row each, keyed by line and wamid, whatever arrives first.

A row is four things that may come in any order, from different webhooks:

    place      where it belongs: conversation and time. Without it the row waits on the shelf.
    content    what it says; fuller content replaces poorer (ghost < placeholder < the message).
    acts       what was done to it: the latest edit, the first revoke, each side's last reaction.
    statuses   what became of it: each state at its earliest known time.

`sources` is the set of ways in which it was seen; origin and `imported` are derived from it.
An act is filed twice: under its own wamid, where its words stay, and in the row it acts on.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import batched

from tandem.model.acts import target_of
from tandem.model.errors import Unstorable
from tandem.model.events import Completeness, Sighting, StatusNote
from tandem.model.message import Message, StoredFile
from tandem.store import keys
from tandem.store.message_facts import act_merge, file_merge, sighting_merge, status_merge
from tandem.store.message_rows import message_in, stored_file
from tandem.store.registers import Merge, Row
from tandem.store.sends import send_as_message
from tandem.store.table import Table

SLAB = 500


class Messages:
    """The message rows of every tenant."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def record(self, tenant: str, sighting: Sighting) -> bool:
        """Merge one sighting into its row, and an act into the row it acts on as well; True if
        its own row changed. Idempotent on the wamid.
        """
        changed = self._table.merge(*_own(tenant, sighting))
        for acted_on, act in _acts(tenant, sighting):
            self._table.merge(acted_on, act)
        return changed

    def record_many(
        self, tenant: str, sightings: Sequence[Sighting]
    ) -> list[tuple[Sighting, Unstorable]]:
        """Record an import's sightings at one write each; those that no table would take.

        A row that exists already (a status came first, a chunk overlaps) is merged into instead.
        """
        refused: list[tuple[Sighting, Unstorable]] = []
        # In slabs, so that what is written is let go: thousands of rows at once keep the garbage
        # collector busier than the import itself.
        for slab in batched(sightings, SLAB, strict=False):
            told = self._table.merge_many([_own(tenant, sighting) for sighting in slab])
            refused += [(slab[place], reason) for place, reason in told.items()]
        acting = [sighting for sighting in sightings if sighting.content.target is not None]
        for sighting in acting:
            try:
                for acted_on, act in _acts(tenant, sighting):
                    self._table.merge(acted_on, act)
            except Unstorable as reason:
                refused.append((sighting, reason))
        return refused

    def note_status(self, tenant: str, note: StatusNote) -> bool:
        """Keep the earliest time of one state; a status without its message waits on the shelf."""
        key = keys.message(tenant, note.line, note.wamid)
        return self._table.merge(key, status_merge(tenant, note))

    def note_file(self, tenant: str, line: str, wamid: str, file: StoredFile) -> None:
        """Note where a file that this message named is kept, or that it is lost."""
        self._table.merge(keys.message(tenant, line, wamid), file_merge(tenant, line, wamid, file))

    def file(self, tenant: str, line: str, wamid: str, media_id: str) -> StoredFile | None:
        """What became of a file that this message named; None until that is known."""
        row = self._table.get(keys.message(tenant, line, wamid))
        return stored_file(row, media_id) if row else None

    def get(self, tenant: str, line: str, wamid: str) -> Message | None:
        row = self._table.get(keys.message(tenant, line, wamid))
        return message_in(row) if row else None

    def filled(self, tenant: str, line: str, wamids: Iterable[str]) -> int:
        """How many of these messages are there with all they say, and not as a placeholder."""
        rows = self._table.get_many(keys.message(tenant, line, wamid) for wamid in wamids)
        full = str(Completeness.FULL.value)
        return sum(row.get("content", "").startswith(full) for row in rows.values())

    def timeline(
        self,
        tenant: str,
        line: str,
        alias: str,
        *,
        limit: int,
        cursor: str | None = None,
        before: str | None = None,
    ) -> tuple[tuple[Message, ...], str | None]:
        """The messages filed under one alias, newest first. `before` is a `keys.moment`.

        Sends of which it is not known whether they became a message stand among them.
        """
        page = self._table.page(
            keys.timeline(tenant, line, alias), limit=limit, cursor=cursor, before=before
        )
        return tuple(_placed(row) for row in page.rows), page.cursor

    def shelf(
        self, tenant: str, line: str, *, limit: int, cursor: str | None = None
    ) -> tuple[tuple[Message, ...], str | None]:
        """What waits for its message: statuses, acts and files that came first."""
        page = self._table.page(keys.shelf(tenant, line), limit=limit, cursor=cursor)
        return tuple(message_in(row) for row in page.rows), page.cursor


def _own(tenant: str, sighting: Sighting) -> tuple[keys.Key, Merge]:
    key = keys.message(tenant, sighting.line, sighting.wamid)
    return key, sighting_merge(tenant, sighting)


def _acts(tenant: str, sighting: Sighting) -> Iterator[tuple[keys.Key, Merge]]:
    """What a sighting does to another message, if it is an act."""
    if target := target_of(sighting):
        yield keys.message(tenant, sighting.line, target), act_merge(tenant, sighting, target)


def _placed(row: Row) -> Message:
    return send_as_message(row) if row["sk"] == keys.SEND else message_in(row)
