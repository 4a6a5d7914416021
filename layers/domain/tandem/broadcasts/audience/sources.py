"""Where the people of a broadcast come from: given one by one, on lists, in a segment.

A source is read in pieces, from a cursor of its own; nothing holds more of it than a piece.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from tandem.broadcasts.audience.known import known_of
from tandem.broadcasts.audience.segments import segment
from tandem.broadcasts.audience.spoken import addressed, last_wrote, spoken
from tandem.model.broadcast import Addressee, Broadcast
from tandem.model.contact import Contact
from tandem.model.identity import Person
from tandem.model.line import Line
from tandem.model.segment import Need, Segment
from tandem.store.audiences import Audiences
from tandem.store.people import People
from tandem.store.plans import Part, Place
from tandem.store.talks import Talks

PART_SIZE = 5_000
"""People in one part of a plan: some megabytes, and some seconds of work."""

PIECE_SIZE = 500
"""Contacts that are looked at in one go."""

type Piece = tuple[Sequence[Addressee], str | None]
"""Some people, and the cursor of those who follow; None at the end."""


class Source(Protocol):
    """Some of the people of a broadcast; a piece has `limit` of them at most."""

    def read(self, cursor: str | None, limit: int) -> Piece: ...


class Lists(Protocol):
    """The uploaded lists of a tenant."""

    def read(self, tenant: str, name: str, cursor: str | None, limit: int) -> Piece: ...


@dataclass(frozen=True, slots=True)
class Given:
    """People who were given one by one."""

    audiences: Audiences
    name: str

    def read(self, cursor: str | None, limit: int) -> Piece:
        people = self.audiences.fetch(self.name)
        first = int(cursor or 0)
        following = first + limit
        return people[first:following], str(following) if following < len(people) else None


@dataclass(frozen=True, slots=True)
class OnList:
    """People on an uploaded list."""

    lists: Lists
    tenant: str
    name: str

    def read(self, cursor: str | None, limit: int) -> Piece:
        return self.lists.read(self.tenant, self.name, cursor, limit)


class Stretch(NamedTuple):
    """A piece of the list of contacts: how many people stand there, and who of them matches."""

    looked_at: int
    matching: Sequence[tuple[Contact, Person]]
    following: str | None


@dataclass(frozen=True, slots=True)
class InSegment:
    """Contacts for whom a segment holds at the moment `now`."""

    people: People
    talks: Talks
    line: Line
    condition: Segment
    now: int

    def read(self, cursor: str | None, limit: int) -> Piece:
        stretch = self.stretch(cursor, min(limit, PIECE_SIZE))
        people = [Addressee(person.phone, person.bsuid) for _, person in stretch.matching]
        return people, stretch.following

    def stretch(self, cursor: str | None, limit: int) -> Stretch:
        """The next places in the list of contacts, and for whom of them the segment holds."""
        tenant = self.line.tenant
        page, following = self.people.listed(tenant, limit=limit, cursor=cursor)
        aliases = [listed.alias for listed in page]
        contacts = self.people.contacts(tenant, aliases)
        # Somebody with several names stands in the list under each of them, and counts once.
        once = [contacts[alias] for alias in aliases if contacts[alias].stands_at == alias]
        conversations = spoken(self.talks, tenant, self.line.line, once) if self._asks(once) else {}
        found = list[tuple[Contact, Person]]()
        for contact in once:
            talks = conversations.get(contact.id, ())
            person = addressed(contact, self.line, talks)
            if person is not None:
                known = known_of(contact, person, wrote_at=last_wrote(talks))
                if self.condition.holds(known, self.now):
                    found.append((contact, person))
        return Stretch(len(once), found, following)

    def _asks(self, contacts: Sequence[Contact]) -> bool:
        """Whether it matters what these have said: to the segment, or to where they are reached."""
        return Need.TALKS in self.condition.needs or any(len(c.seen) > 1 for c in contacts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Opens the sources of a broadcast, in the order in which they count."""

    audiences: Audiences
    people: People
    talks: Talks
    lists: Lists

    def of(self, broadcast: Broadcast, line: Line) -> tuple[Source, ...]:
        audience, tenant = broadcast.audience, broadcast.tenant
        found: list[Source] = [Given(self.audiences, broadcast.given)] if broadcast.given else []
        found += [OnList(self.lists, tenant, name) for name in audience.lists]
        if audience.segment is not None:
            condition = segment(audience.segment)
            found.append(InSegment(self.people, self.talks, line, condition, broadcast.start_at))
        return tuple(found)


def gather(
    sources: Sequence[Source],
    place: Place,
    begun: Sequence[Addressee] = (),
    *,
    out_of_time: Callable[[], bool],
) -> Part:
    """A part that begins with whom is gathered already, and goes on at `place`; not to its end
    when the time runs out, `is_whole`.
    """
    people = list(begun)
    while True:
        found, cursor = sources[place.source].read(place.cursor, PART_SIZE - len(people))
        people += found
        place = Place(place.source, cursor) if cursor is not None else Place(place.source + 1)
        part = Part(tuple(people), place if place.source < len(sources) else None)
        if is_whole(part) or out_of_time():
            return part


def is_whole(part: Part) -> bool:
    """Whether nobody more belongs to a part: it is full, or there is nobody more."""
    return part.following is None or len(part.people) >= PART_SIZE
