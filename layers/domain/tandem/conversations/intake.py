"""Taking in one delivery: open it, archive it, translate it, file it."""

from collections.abc import Iterable, Mapping
from typing import Any

from tandem.conversations.filing import Filing
from tandem.meta.translation import translate
from tandem.model.events import Event
from tandem.store.archive import Archive
from tandem.store.envelope import archived_as, opened
from tandem.store.unclaimed import Unclaimed


class Intake:
    """What both workers do with a record of their queue. It can be repeated at any point."""

    def __init__(self, *, archive: Archive, filing: Filing, unclaimed: Unclaimed) -> None:
        self._archive = archive
        self._filing = filing
        self._unclaimed = unclaimed

    def take_in(self, record: Mapping[str, Any]) -> int:
        """Take in one SQS record of a Lambda event; the number of events it held."""
        archived = archived_as(record)
        again = archived is not None
        delivery = (
            self._archive.restored(archived)
            if archived is not None
            else opened(record, self._archive.fetch)
        )
        events = translate(delivery.body)
        if archived is None:
            archived = self._archive.keep(delivery, line_of_events(events))
        filed = self._filing.file(events, delivery.received_at, again=again, archived=archived)
        for address in filed:
            self._unclaimed.keep(address, delivery, archived=archived)
        return len(events)


def line_of_events(events: Iterable[Event]) -> str | None:
    """The one line that all events name which name any."""
    lines = {line for event in events if (line := getattr(event, "line", None))}
    return lines.pop() if len(lines) == 1 else None
