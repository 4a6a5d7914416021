"""Taking in one delivery: open it, archive it, translate it, file it."""

from collections.abc import Mapping
from typing import Any

from tandem.conversations.filing import Filing
from tandem.meta.translation import translate
from tandem.store.archive import Archive
from tandem.store.envelope import opened


class Intake:
    """What both workers do with a record of their queue. It can be repeated at any point."""

    def __init__(self, *, archive: Archive, filing: Filing) -> None:
        self._archive = archive
        self._filing = filing

    def take_in(self, record: Mapping[str, Any]) -> int:
        """Take in one SQS record of a Lambda event; the number of events it held."""
        delivery = opened(record, self._archive.fetch)
        events = translate(delivery.body)
        lines = {line for event in events if (line := getattr(event, "line", None))}
        self._archive.keep(delivery, lines.pop() if len(lines) == 1 else None)
        self._filing.file(events, delivery.received_at)
        return len(events)
