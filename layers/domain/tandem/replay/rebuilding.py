"""A line as the archive tells it, made again in a scratch by the mappers as they are now.

It triggers nothing: no file is asked for, no line is read, no send is settled, no queue is written.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import batched
from typing import NamedTuple, Protocol

from tandem.conversations.filing import Filing
from tandem.conversations.recording import Recording
from tandem.history.importing import Importing
from tandem.meta.translation import translate
from tandem.model.events import Sighting
from tandem.model.line import Line, Route
from tandem.model.notice import Notice
from tandem.store.archive import body_of
from tandem.store.envelope import Delivery
from tandem.store.kept import KeptThings
from tandem.store.keys import Key
from tandem.store.messages import Messages
from tandem.store.people import People
from tandem.store.scratch import Scratch
from tandem.store.syncs import Syncs
from tandem.store.talks import Talks

DAYS_ON_A_QUEUE = 15
"""A body is archived under the day on which it was received, at the latest when its queue would
have dropped it, after 14 days."""


READERS = 16
"""Bodies that are read at once: a live one is small, and its reading is all waiting."""


class Bodies(Protocol):
    """The archive, as far as a rebuild reads it."""

    def keys(
        self, *, line: str | None = None, since: str | None = None, until: str | None = None
    ) -> Iterator[str]: ...
    def lines(self, *, since: str | None = None, until: str | None = None) -> frozenset[str]: ...
    def restored(self, key: str) -> Delivery: ...


class Routes(Protocol):
    """Whose a line of the archive is, and where a notice leads that names no account of ours."""

    def route_of_phone(self, phone_number_id: str) -> Route | None: ...
    def route_of_number(self, display_number: str) -> Route | None: ...
    def route_of_portfolio(self, portfolio: str) -> Route | None: ...


class Days(NamedTuple):
    """The days of which bodies are read, YYYY-MM-DD, both included; None for no bound."""

    since: str | None = None
    until: str | None = None

    @property
    def all(self) -> bool:
        return self.since is None and self.until is None


class Connected(NamedTuple):
    """A line, and the syncs that it has had, each with the moment at which it was opened."""

    line: Line
    syncs: tuple[tuple[int, str], ...]

    def sync_at(self, at: int) -> str:
        """The sync that was open when something came; the first for what came before any."""
        opened = sorted(self.syncs)
        return max((one for one in opened if one[0] <= at), default=opened[0])[1]


class Rebuild:
    """The state of one line of a tenant (or of all of them), as far as webhooks prove it."""

    def __init__(
        self,
        archive: Bodies,
        connected: Iterable[Connected],
        routes: Routes,
        *,
        line: str | None,
        days: Days,
    ) -> None:
        self.scratch = Scratch()
        self.bodies = 0
        self.failed: list[str] = []
        self._archive = archive
        self._directory = _Directory(connected, routes)
        self._routes = routes
        self._lines = {line} if line else set(self._directory.connected)
        self._days = days
        self._read: set[bytes] = set()
        self._newest: str | None = None
        self._filing = _silent_filing(self.scratch, self._directory)

    def catch_up(self) -> None:
        """Read every body that was archived and not read yet. A body that cannot be read or filed
        is named in `failed`.
        """
        since = self._days.since
        if self._newest is not None:
            early = date.fromisoformat(self._newest) - timedelta(days=DAYS_ON_A_QUEUE)
            since = max(since or "", early.isoformat())
        wanted = (
            key
            for line in sorted(self._lines | self._strangers(since))
            for key in self._archive.keys(line=line, since=since, until=self._days.until)
        )
        with ThreadPoolExecutor(READERS) as readers:
            for some in batched(self._unread(wanted), READERS, strict=False):
                readings = [readers.submit(self._archive.restored, key) for key in some]
                for key, reading in zip(some, readings, strict=True):
                    self._take(key, reading)

    def _unread(self, keys: Iterable[str]) -> Iterator[str]:
        """The bodies that were not read yet; the same bytes of a later day say nothing more."""
        for key in keys:
            self._newest = max(self._newest or "", _day_of(key))
            body = bytes.fromhex(body_of(key))
            if body not in self._read:
                self._read.add(body)
                yield key

    def _strangers(self, since: str | None) -> set[str]:
        """Lines that are nobody's: what came for one was filed by its account, which may be ours,
        and told of people and of what was not understood. They matter when all else was read.
        """
        if self._lines != set(self._directory.connected):
            return set()
        archived = self._archive.lines(since=since, until=self._days.until) - self._lines
        return {line for line in archived if self._routes.route_of_phone(line) is None}

    def has_read(self, archived: Iterable[str]) -> bool:
        """Whether all of these bodies were read."""
        return all(bytes.fromhex(body_of(key)) in self._read for key in archived)

    def _take(self, key: str, reading: Future[Delivery]) -> None:
        try:
            delivery = reading.result()
            self._directory.at = delivery.received_at
            events = translate(delivery.body)
            self._filing.file(events, delivery.received_at, again=True, archived=key)
        except Exception as error:  # noqa: BLE001 - one body must not hide all others; it is told
            self.failed.append(f"{key}: {type(error).__name__}")
            return
        self.bodies += 1


class _Directory:
    """The lines of one tenant as they were at a moment; nobody else's are known."""

    def __init__(self, connected: Iterable[Connected], routes: Routes) -> None:
        self.at = 0
        self._routes = routes
        self.connected = {one.line.line: one for one in connected}

    def route_of_phone(self, phone_number_id: str) -> Route | None:
        one = self.connected.get(phone_number_id)
        return _route(one.line) if one else None

    def route_of_waba(self, waba: str) -> Route | None:
        lines = (one.line for one in self.connected.values())
        return next((_route(line) for line in lines if line.waba == waba), None)

    def route_of_number(self, display_number: str) -> Route | None:
        return self._own(self._routes.route_of_number(display_number))

    def route_of_portfolio(self, portfolio: str) -> Route | None:
        return self._own(self._routes.route_of_portfolio(portfolio))

    def _own(self, route: Route | None) -> Route | None:
        tenants = {one.line.tenant for one in self.connected.values()}
        return route if route and route.tenant in tenants else None

    def get(self, tenant: str, line: str) -> Line | None:  # noqa: ARG002 - of this tenant alone
        one = self.connected.get(line)
        return replace(one.line, sync=one.sync_at(self.at)) if one else None

    def get_beside(self, tenant: str, line: str, _other: Key) -> tuple[Line | None, bool]:
        """A rebuild applies every chunk that it meets."""
        return self.get(tenant, line), False


class _NoFiles:
    def request(self, tenant: str, sightings: Iterable[Sighting]) -> None:
        """Files are fetched when a message comes, not when it is rebuilt."""


class _NoLifecycle:
    def note(self, tenant: str, notice: Notice, received_at: int) -> None:
        """What Meta announced of lines and templates has been looked into since."""

    def phone_seen(self, tenant: str, line: str, at: int, received_at: int) -> None:
        """When the phone was last seen stands in the line's own row, which is not rebuilt."""


def _route(line: Line) -> Route:
    return Route(line.tenant, line.waba, (line.line,))


def _day_of(key: str) -> str:
    return "-".join(key.split("/")[1:4])


def _silent_filing(scratch: Scratch, directory: _Directory) -> Filing:
    messages, talks, people = Messages(scratch), Talks(scratch), People(scratch)
    syncs, kept = Syncs(scratch), KeptThings(scratch)
    return Filing(
        directory=directory,
        recording=Recording(messages=messages, talks=talks, people=people),
        importing=Importing(messages=messages, talks=talks, people=people, syncs=syncs, kept=kept),
        messages=messages,
        talks=talks,
        people=people,
        syncs=syncs,
        kept=kept,
        lifecycle=_NoLifecycle(),
        media=_NoFiles(),
        settlers={},
    )
