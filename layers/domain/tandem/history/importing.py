"""Applying one chunk of the import: idempotent, and finished only when its receipt is written.

A worker may die anywhere. The receipt is the last write, so a chunk without one is applied again,
and every write before it can be repeated without a trace.
"""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter

from tandem.history.tally import columns
from tandem.model.events import Completeness, HistoryChunk, Sighting, word_for_word
from tandem.model.sync import Receipt
from tandem.store.kept import KeptThings
from tandem.store.messages import Messages
from tandem.store.people import People
from tandem.store.syncs import Syncs
from tandem.store.talks import Activity, Talks


class Importing:
    """The verb of the import. History is past: never unread, opening and starting nothing."""

    def __init__(
        self, *, messages: Messages, talks: Talks, people: People, syncs: Syncs, kept: KeptThings
    ) -> None:
        self._messages = messages
        self._talks = talks
        self._people = people
        self._syncs = syncs
        self._kept = kept

    def apply(
        self,
        tenant: str,
        sync: str,
        chunk: HistoryChunk,
        received_at: int,
        *,
        done: bool | None = None,
        archived: str | None = None,
    ) -> bool:
        """Apply one chunk; False if its receipt shows that this was done before.

        `done` says so if somebody has looked. False applies it all the same: what is there stays,
        what is missing is written.
        """
        if done is None:
            done = self._syncs.has_receipt(tenant, sync, chunk)
        if done:
            return False
        receipt = receipt_of(chunk)
        for sighting, reason in self._messages.record_many(tenant, chunk.sightings):
            kept = word_for_word(sighting, "error", detail=str(reason))
            self._kept.keep(tenant, kept, received_at, archived=archived)
        activities = list(_newest_of_each(chunk.sightings))
        met = [(activity.person, activity.at) for activity in activities]
        self._people.join_all(tenant, met, line=chunk.line)
        for activity in activities:
            self._talks.note(tenant, activity)
        for kept in chunk.kept:
            self._kept.keep(tenant, kept, received_at, archived=archived)
        self._syncs.write_receipt(
            tenant, chunk.line, sync, receipt=receipt, received_at=received_at
        )
        return True


def receipt_of(chunk: HistoryChunk) -> Receipt:
    """What a chunk contains, counted from the chunk itself and not from what was done with it."""
    times = [sighting.at for sighting in chunk.sightings]
    return Receipt(
        phase=chunk.phase,
        chunk_order=chunk.chunk_order,
        progress=chunk.progress,
        digest=chunk.digest,
        messages=len(chunk.sightings),
        threads=chunk.threads,
        placeholders=sum(
            sighting.content.completeness is Completeness.PLACEHOLDER
            for sighting in chunk.sightings
        ),
        kept=len(chunk.kept),
        oldest_at=min(times, default=0),
        newest_at=max(times, default=0),
        **columns(chunk.sightings),
    )


def _newest_of_each(sightings: Iterable[Sighting]) -> Iterable[Activity]:
    """One activity a person and combination of aliases: the newest message of each."""
    newest: dict[tuple[str, ...], Sighting] = {}
    for person, thread in groupby(sightings, key=attrgetter("person")):
        if not person.aliases:
            continue
        last = max(thread, key=_standing)
        known = newest.get(person.aliases)
        if known is None or _standing(known) < _standing(last):
            newest[person.aliases] = last
    return (
        Activity(line=last.line, person=last.person, at=last.at, wamid=last.wamid)
        for last in newest.values()
    )


def _standing(sighting: Sighting) -> tuple[int, str]:
    return sighting.at, sighting.wamid
