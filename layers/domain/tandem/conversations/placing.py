"""Which import of its line something belongs to, and whether a chunk of one was applied before."""

from typing import Protocol

from tandem.model.events import HistoryChunk
from tandem.model.line import Line
from tandem.store.keys import Key
from tandem.store.syncs import Syncs

NO_SYNC = "none"
"""The sync of chunks for a line that has a route but, as yet, no onboarding of its own."""


class KnownLines(Protocol):
    """Lines as they are now."""

    def get(self, tenant: str, line: str) -> Line | None: ...
    def get_beside(self, tenant: str, line: str, other: Key) -> tuple[Line | None, bool]: ...


class Placing:
    """The sync of a line is never remembered: an old one would take the chunks of a new one. But it
    makes a good guess at which receipt to look for in the read that tells it anew.
    """

    def __init__(self, lines: KnownLines) -> None:
        self._lines = lines
        self._latest: dict[tuple[str, str], str] = {}

    def sync_of(self, tenant: str, line: str) -> str:
        """The current sync of a line."""
        return self._seen(tenant, line, self._lines.get(tenant, line))

    def of(self, tenant: str, chunk: HistoryChunk) -> tuple[str, bool | None]:
        """The sync of a chunk, and whether its receipt is there; None: ask for it."""
        guess = self._latest.get((tenant, chunk.line))
        if guess is None:
            return self.sync_of(tenant, chunk.line), None
        receipt = Syncs.receipt_key(tenant, guess, chunk)
        line, there = self._lines.get_beside(tenant, chunk.line, receipt)
        sync = self._seen(tenant, chunk.line, line)
        return sync, there if sync == guess else None

    def _seen(self, tenant: str, line: str, known: Line | None) -> str:
        sync = known.sync if known else NO_SYNC
        self._latest[tenant, line] = sync
        return sync
