"""Kept things that are understood by now go back through the queue, and leave the list."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from tandem.meta.translation import translate
from tandem.model.events import Event, HistoryChunk, Kept, kept_notice
from tandem.model.notice import Notice
from tandem.replay.comparing import OUR_REASONS
from tandem.replay.rebuilding import Bodies
from tandem.store.kept import KeptThings, Shown

GRACE = 10
"""Seconds before a body is worked on again: what it still has is kept after it left the list, and
so is shown again."""


class Letters(Protocol):
    """Takes archived bodies, by their keys, to be worked on again."""

    def send_again(self, archived: Iterable[str], *, after: int = 0) -> int: ...


class Returned(NamedTuple):
    """How many kept things went back, how many are not understood yet, and how many cannot go back:
    no body is known that they came in, or they wait for their line.
    """

    returned: int
    not_understood: int
    cannot: int


class Returning:
    """The verb that gives kept things back after a fix. It may be repeated and die anywhere."""

    def __init__(self, *, kept: KeptThings, archive: Bodies, letters: Letters) -> None:
        self._kept = kept
        self._archive = archive
        self._letters = letters

    def give_back(self, tenant: str, things: Iterable[Shown], *, at: int) -> Returned:
        """Work on the bodies of these things again, unless the mappers of this version keep them
        still. A thing leaves the list only after its bodies are on the queue.
        """
        returned = not_understood = cannot = 0
        for thing in things:
            if thing.waits or not thing.archived or thing.kept.reason == "replay":
                cannot += 1
            elif self._is_kept_still(thing):
                not_understood += 1
            else:
                self._letters.send_again(sorted(thing.archived), after=GRACE)
                self._kept.resolve(tenant, thing.id, at=at)
                returned += 1
        return Returned(returned, not_understood, cannot)

    def _is_kept_still(self, thing: Shown) -> bool:
        """What the table refused is tried again: only the table knows."""
        if thing.kept.reason in OUR_REASONS:
            return False
        return any(
            kept.id == thing.id
            for key in thing.archived
            for kept in kept_among(translate(self._archive.restored(key).body))
        )


def kept_among(events: Iterable[Event]) -> Iterator[Kept]:
    """What of these events is kept and shown."""
    for event in events:
        match event:
            case Kept():
                yield event
            case Notice():
                yield kept_notice(event)
            case HistoryChunk():
                yield from event.kept
