"""Contacts: finding people, reading what is known of them, writing about them.

People stand in the list under every alias by which some event listed them; each is shown once,
where their contact stands. What WhatsApp says and what the team wrote are never mixed.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tandem.conversations.wholes import put_together
from tandem.model.contact import (
    ATTRIBUTES,
    TAGS,
    Consent,
    Contact,
    Edit,
    WishedBy,
    alias_of,
)
from tandem.model.errors import Invalid, NotFound
from tandem.model.identity import Person, why_unreachable
from tandem.model.reading import KnownContact
from tandem.store.lines import Lines
from tandem.store.people import Listed, People
from tandem.store.talks import Talks

STRETCH, LOOKED_THROUGH = 100, 500
"""How many places of the list a search for a name looks at together, and in one request; the cursor
goes on from there."""


@dataclass(frozen=True, slots=True)
class Search:
    """Whom to look for: one of these, or everybody."""

    phone: str | None = None
    bsuid: str | None = None
    username: str | None = None
    name: str | None = None


class Contacts:
    """What a tenant may know and write of people. Another tenant's contact is NotFound."""

    def __init__(
        self, *, people: People, talks: Talks, lines: Lines, clock: Callable[[], float]
    ) -> None:
        self._people = people
        self._talks = talks
        self._lines = lines
        self._clock = clock

    def get(self, tenant: str, contact: str) -> KnownContact:
        """One contact, whichever of their aliases the id names."""
        return self._known(tenant, [self._seen(tenant, contact)])[0]

    def find(
        self, tenant: str, search: Search, *, limit: int, cursor: str | None = None
    ) -> tuple[tuple[KnownContact, ...], str | None]:
        """People, each once. A name is looked for in stretches of the list: a page of it may be
        short, or empty, and have a cursor. Raises Invalid for an address that can be nobody's."""
        asked = [search.phone, search.bsuid, search.username, search.name]
        if sum(one is not None for one in asked) > 1:
            raise Invalid("search by one of phone, bsuid, username and name")
        if search.username is not None:
            return self._by_username(tenant, search.username.strip().removeprefix("@")), None
        if search.phone is not None or search.bsuid is not None:
            return self._by_address(tenant, search.phone, search.bsuid), None
        return self._listed(tenant, search.name, limit=limit, cursor=cursor)

    def edit(self, tenant: str, contact: str, edit: Edit) -> KnownContact:
        """Write what the team says of a contact; only what the edit names changes."""
        found = self._seen(tenant, contact)
        _check_room(found, edit)
        self._people.write(tenant, found, edit, now_ms=int(self._clock() * 1000))
        return self.get(tenant, contact)

    def wish(self, tenant: str, contact: str, value: str) -> KnownContact:
        """Note for a person that they stop marketing messages, or want them again."""
        found = self._seen(tenant, contact)
        known = found.wish
        if known is None or (known.value, known.by) != (value, WishedBy.TEAM):
            at = self._now(after=known.at if known else None)
            self._people.note_wish(tenant, found, value, at=at)
        return self.get(tenant, contact)

    def consent(
        self, tenant: str, contact: str, consent: Consent, *, source: str | None
    ) -> KnownContact:
        """Note what a person has said to marketing messages, and where that comes from."""
        found = self._seen(tenant, contact)
        known = found.dealings
        if (known.consent, known.consent_source) != (consent, source):
            at = self._now(after=known.consent_at)
            self._people.note_consent(tenant, found, consent, source=source, at=at)
        return self.get(tenant, contact)

    def _now(self, *, after: int | None) -> int:
        """This second; a later one if the word that is overruled is of this one or, by another
        clock, of a later one.
        """
        return max(int(self._clock()), after + 1 if after is not None else 0)

    def _seen(self, tenant: str, contact: str) -> Contact:
        alias = alias_of(contact)
        found = self._people.contact(tenant, alias) if alias else None
        if found is None or not found.seen:
            raise NotFound("there is no such contact")
        return found

    # ---- searching

    def _by_address(
        self, tenant: str, phone: str | None, bsuid: str | None
    ) -> tuple[KnownContact, ...]:
        if wrong := why_unreachable(phone, bsuid):
            raise Invalid(wrong)
        person = Person.of(phone, bsuid=bsuid)
        asked = Person(person.phone, person.bsuid, parent_bsuid=person.bsuid).aliases
        found = self._people.contacts(tenant, asked).values()
        return self._known(tenant, _each_once(contact for contact in found if contact.seen))

    def _by_username(self, tenant: str, username: str) -> tuple[KnownContact, ...]:
        """Who is called so now: a name that passed to another finds only the other."""
        contacts = self._people.contacts(tenant, self._people.called(tenant, username)).values()
        known = self._known(tenant, _each_once(one for one in contacts if one.seen))
        return tuple(one for one in known if (one.username or "").lower() == username.lower())

    def _listed(
        self, tenant: str, name: str | None, *, limit: int, cursor: str | None
    ) -> tuple[tuple[KnownContact, ...], str | None]:
        shown: list[KnownContact] = []
        looked = 0
        while True:
            stretch = STRETCH if name else limit - len(shown)
            places, cursor = self._people.listed(tenant, limit=stretch, cursor=cursor)
            contacts = self._people.contacts(tenant, [place.alias for place in places])
            here = [contacts[one.alias] for one in places if _stands(contacts, one)]
            known = {one.contact.stands_at: one for one in self._known(tenant, here)}
            for place in places:
                found = known.get(place.alias)
                if found is None or (name and not _fits(found, name)):
                    continue
                shown.append(found)
                if len(shown) == limit:
                    last = place is places[-1]
                    return tuple(shown), cursor if last else place.cursor
            looked += len(places)
            if cursor is None or looked >= LOOKED_THROUGH:
                return tuple(shown), cursor

    # ---- what is known

    def _known(self, tenant: str, contacts: Sequence[Contact]) -> tuple[KnownContact, ...]:
        """Contacts with their conversations, in one read a line for all of them together."""
        now = int(self._clock())
        aliases = frozenset[str]().union(*(contact.aliases for contact in contacts))
        lines = self._lines.all(tenant) if contacts else ()
        talks = {
            line: {talk.alias: talk for talk in self._talks.get_many(tenant, line.line, aliases)}
            for line in lines
        }
        return tuple(
            KnownContact(
                contact,
                tuple(
                    put_together(line, contact, own, now=now)
                    for line, there in talks.items()
                    if (own := [there[one] for one in sorted(contact.aliases) if one in there])
                ),
            )
            for contact in contacts
        )


def _stands(contacts: Mapping[str, Contact], place: Listed) -> bool:
    return contacts[place.alias].stands_at == place.alias


def _each_once(contacts: Iterable[Contact]) -> tuple[Contact, ...]:
    return tuple({contact.id: contact for contact in contacts}.values())


def _check_room(contact: Contact, edit: Edit) -> None:
    """Two edits at once may pass it together: the bound keeps a row small, it counts nothing."""
    tags = {*contact.written.tags, *(tag for tag, there in edit.tags.items() if there)}
    tags -= {tag for tag, there in edit.tags.items() if not there}
    attributes = {**contact.written.attributes, **edit.attributes}
    values = [value for value in attributes.values() if value is not None]
    if len(tags) > TAGS:
        raise Invalid(f"tags: a contact has at most {TAGS}, this would make {len(tags)}")
    if len(values) > ATTRIBUTES:
        raise Invalid(
            f"attributes: a contact has at most {ATTRIBUTES}, this would make {len(values)}"
        )


def _fits(known: KnownContact, name: str) -> bool:
    """Whether a word of any of the person's names begins so, whatever its accents and case."""
    wanted = _plain(name)
    names = [_plain(one) for one in known.names if one]
    return any(one.startswith(wanted) or f" {wanted}" in one for one in names)


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
