"""Filing: every event of a webhook goes where it belongs, and nothing is dropped on the way.

Deterministic trouble with one event (a row that cannot be stored) keeps that event word for word
and goes on. Anything else (a throttled table, a fault of ours) is raised in the end, and the whole
delivery comes again; what stands beside such an event has been filed by then.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import NamedTuple, Protocol, TypeGuard

from tandem.conversations.placing import Placing
from tandem.conversations.recording import Recording
from tandem.history.importing import Importing
from tandem.meta.errors import STOPPED_MARKETING, Reason
from tandem.model.contact import STOP, WishedBy
from tandem.model.errors import Refusal
from tandem.model.events import (
    AliasNote,
    ContactNote,
    Event,
    HistoryChunk,
    HistoryDeclined,
    Kept,
    PreferenceNote,
    Sighting,
    Source,
    StatusNote,
    kept_notice,
    word_for_word,
)
from tandem.model.line import Address, Line, Route
from tandem.model.notice import Notice
from tandem.store import keys
from tandem.store.kept import KeptThings
from tandem.store.messages import Messages
from tandem.store.people import People
from tandem.store.syncs import Syncs
from tandem.store.talks import Talks

FAULTS_BORNE = 3
"""So many events may fail by a fault of ours before the rest of a delivery waits for its retry."""

FRESH_SECONDS = 60
"""A message that was written longer ago than this has left the second that Meta's limit sees."""

Settler = Callable[[str, StatusNote], None]
Hear = Callable[[str, str, int], None]
SyncOf = Callable[[str, str], str]


class Directory(Protocol):
    """Which tenant a line, a WABA, a phone number or a portfolio is, and the line itself."""

    def route_of_phone(self, phone_number_id: str) -> Route | None: ...
    def route_of_waba(self, waba: str) -> Route | None: ...
    def route_of_number(self, display_number: str) -> Route | None: ...
    def route_of_portfolio(self, portfolio: str) -> Route | None: ...
    def get(self, tenant: str, line: str) -> Line | None: ...
    def get_beside(self, tenant: str, line: str, other: keys.Key) -> tuple[Line | None, bool]: ...


class Lifecycle(Protocol):
    """Hears what Meta announces."""

    def note(self, tenant: str, notice: Notice, received_at: int) -> None: ...
    def phone_seen(self, tenant: str, line: str, at: int, received_at: int) -> None: ...


class MediaRequests(Protocol):
    """Takes the files that are to be fetched from Meta."""

    def request(self, tenant: str, sightings: Iterable[Sighting]) -> None: ...


class Arrival(NamedTuple):
    """How events came: when, with which body of the archive, and whether they came before."""

    received_at: int
    archived: str | None = None
    again: bool = False


class Filing:
    """Events to state. `settlers` hear statuses whose callback begins with their prefix; `hear` is
    told how many messages people have just written on a line.
    """

    def __init__(
        self,
        *,
        directory: Directory,
        recording: Recording,
        importing: Importing,
        messages: Messages,
        talks: Talks,
        people: People,
        syncs: Syncs,
        kept: KeptThings,
        lifecycle: Lifecycle,
        media: MediaRequests,
        settlers: Mapping[str, Settler],
        hear: Hear | None = None,
    ) -> None:
        self._directory = directory
        self._placing = Placing(directory)
        self._recording = recording
        self._importing = importing
        self._messages = messages
        self._talks = talks
        self._people = people
        self._syncs = syncs
        self._kept = kept
        self._lifecycle = lifecycle
        self._media = media
        self._settlers = settlers
        self._hear = hear

    def file(
        self,
        events: Iterable[Event],
        received_at: int,
        *,
        again: bool = False,
        archived: str | None = None,
    ) -> frozenset[Address]:
        """File every event; the numbers and accounts among them that nobody has connected.

        Any order, any repetition and any batching give the same state. `again`: the events come
        from the archive, so chunks of the import are applied whether or not they were before.
        `archived` is the key of their body there, which what is kept remembers.
        """
        arrival = Arrival(received_at, archived, again)
        # A delivery can hold thousands of contacts of one line: its sync is read once.
        sync_of = cache(self._placing.sync_of)
        unclaimed: set[Address] = set()
        books: dict[str, list[ContactNote]] = {}
        written: Counter[tuple[str, str]] = Counter()
        faults: list[Exception] = []
        for event in events:
            route = self._route(event)
            if route is None:
                unclaimed.update(self._for_nobody(event, arrival))
                continue
            if isinstance(event, ContactNote):
                books.setdefault(route.tenant, []).append(event)
                continue
            if _is_fresh(event, arrival):
                written[route.tenant, event.line] += 1
            try:
                self._file(route.tenant, event, arrival, sync_of=sync_of)
            except Refusal as refusal:
                self._keep_apart(route.tenant, event, refusal, arrival)
            except Exception as fault:  # noqa: BLE001 - raised below, once its neighbours are filed
                faults.append(fault)
                if len(faults) == FAULTS_BORNE:
                    break
        for tenant, notes in books.items():
            self._file_contacts(tenant, notes, arrival, sync_of=sync_of)
        if self._hear:
            for (tenant, line), count in written.items():
                self._hear(tenant, line, count)
        if faults:
            raise faults[0]
        return frozenset(unclaimed)

    def _keep(self, tenant: str, kept: Kept, arrival: Arrival) -> None:
        self._kept.keep(tenant, kept, arrival.received_at, archived=arrival.archived)

    def _keep_apart(self, tenant: str, event: Event, refusal: Refusal, arrival: Arrival) -> None:
        self._keep(tenant, word_for_word(event, "error", detail=str(refusal)), arrival)

    def _route(self, event: Event) -> Route | None:
        line = getattr(event, "line", None)
        waba = getattr(event, "waba", None)
        if line and (route := self._directory.route_of_phone(line)):
            return route
        if waba and (route := self._directory.route_of_waba(waba)):
            return route
        return self._route_of_notice(event) if isinstance(event, Notice) else None

    def _route_of_notice(self, notice: Notice) -> Route | None:
        """A notice that names no account of ours: by the phone number, else by the portfolio."""
        portfolio = notice.portfolio
        if portfolio is None and notice.waba is not None:
            return None
        number = notice.display_number
        if number and (route := self._directory.route_of_number(number)):
            return route
        return self._directory.route_of_portfolio(portfolio) if portfolio else None

    def _for_nobody(self, event: Event, arrival: Arrival) -> tuple[Address, ...]:
        """Whom an event without a tenant is for; what names nobody at all is kept here."""
        addresses = _addresses(event)
        if not addresses:
            kept = event if isinstance(event, Kept) else word_for_word(event, "malformed")
            self._keep(keys.SYSTEM, kept, arrival)
        return addresses

    def _file(self, tenant: str, event: Event, arrival: Arrival, *, sync_of: SyncOf) -> None:
        match event:
            case Sighting():
                self._recording.record(tenant, event)
                if event.source is Source.ECHO:
                    self._lifecycle.phone_seen(tenant, event.line, event.at, arrival.received_at)
                self._media.request(tenant, [event])
            case StatusNote():
                self._people.join(tenant, event.person, line=event.line)
                self._messages.note_status(tenant, event)
                self._talks.note_free(tenant, event)
                if any(Reason.of(error).code == STOPPED_MARKETING for error in event.errors):
                    self._people.note_preference(tenant, _refusal(event))
                self._settle(tenant, event)
            case HistoryChunk():
                sync, done = self._placing.of(tenant, event)
                self._importing.apply(
                    tenant,
                    sync,
                    event,
                    arrival.received_at,
                    done=False if arrival.again else done,
                    archived=arrival.archived,
                )
                self._media.request(tenant, event.sightings)
            case HistoryDeclined():
                sync = sync_of(tenant, event.line)
                self._syncs.note_declined(tenant, event.line, sync, event, arrival.received_at)
            case AliasNote():
                self._people.move(tenant, event)
            case PreferenceNote():
                self._people.note_preference(tenant, event)
            case Notice():
                self._lifecycle.note(tenant, event, arrival.received_at)
                self._keep(tenant, kept_notice(event), arrival)
            case Kept():
                self._keep(tenant, event, arrival)

    def _file_contacts(
        self, tenant: str, notes: list[ContactNote], arrival: Arrival, *, sync_of: SyncOf
    ) -> None:
        """An address book comes by the thousand, so it is written in batches."""
        for note, refusal in self._people.note_contacts(tenant, notes):
            self._keep_apart(tenant, note, refusal, arrival)
        for line in {note.line for note in notes}:
            latest = max(note.at for note in notes if note.line == line)
            self._lifecycle.phone_seen(tenant, line, latest, arrival.received_at)
            self._syncs.note_contacts(tenant, line, sync_of(tenant, line), arrival.received_at)

    def _settle(self, tenant: str, note: StatusNote) -> None:
        prefix = (note.callback or "").partition(":")[0]
        if settle := self._settlers.get(prefix):
            settle(tenant, note)


def _is_fresh(event: Event, arrival: Arrival) -> TypeGuard[Sighting]:
    """Whether somebody wrote this a moment ago."""
    return (
        isinstance(event, Sighting)
        and event.source is Source.INBOUND
        and not arrival.again
        and event.at > arrival.received_at - FRESH_SECONDS
    )


def _addresses(event: Event) -> tuple[Address, ...]:
    line, waba = getattr(event, "line", None), getattr(event, "waba", None)
    named = [Address("line", line) if line else None, Address("waba", waba) if waba else None]
    if isinstance(event, Notice) and line is None:
        portfolio, number = event.portfolio, event.display_number
        if portfolio and portfolio != waba:
            named.append(Address("waba", portfolio))
        if number and (portfolio or waba is None):
            named.append(Address("number", number))
    return tuple(address for address in named if address)


def _refusal(note: StatusNote) -> PreferenceNote:
    return PreferenceNote(note.line, note.person, note.at, STOP, by=WishedBy.REFUSAL)
