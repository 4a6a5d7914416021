"""People: each alias is a row; aliases that met in one event are tied to each other.

A contact is a connected component of that graph, and its id the least alias in it. Nothing is
rewritten when two contacts turn out to be one: the tie is added, and reading follows it. A number
that has two spellings needs no tie: whoever reads one looks for the other in the same call.

Of the aliases of an event the least stands in the tenant's list of contacts, so the least alias of
a component that anybody named always does. What is said of the person goes to that row.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from tandem.model.contact import Consent, Contact, Edit, WishedBy
from tandem.model.errors import NotFound, Unstorable
from tandem.model.events import AliasNote, ContactNote, PreferenceNote
from tandem.model.identity import Person, other_spelling
from tandem.store import dealings as dealing
from tandem.store import keys
from tandem.store.components import contact_of, neighbours, reachable
from tandem.store.cursor import closed_cursor
from tandem.store.registers import NOTHING, Merge, Register, Row, fingerprint
from tandem.store.table import Table
from tandem.store.wishes import wished
from tandem.store.writings import registers_of

REMEMBERED = 10_000
REGISTERS_A_WRITE = 25
"""DynamoDB's expressions end at 4 KB."""

Fact = tuple[keys.Key, Merge]


class Listed(NamedTuple):
    """An alias in the list of contacts, and the cursor of what stands behind it."""

    alias: str
    cursor: str


class People:
    """The alias rows of every tenant."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known: set[tuple[object, ...]] = set()

    # ---- who is who

    def join(self, tenant: str, person: Person, *, line: str, at: int | None = None) -> None:
        """A line met somebody: list them, and tie the aliases that the event named together.

        `at` is the time of a message of theirs or to them. What is known costs nothing here, and
        elsewhere a read; it is remembered only once it is written, so a crash forgets, never lies.
        """
        self.join_all(tenant, [(person, at)], line=line)

    def join_all(self, tenant: str, met: Iterable[tuple[Person, int | None]], *, line: str) -> None:
        """The same for many people whom one line met, in one read for all of them together."""
        meetings = {
            (tenant, line, person.aliases, person.username, _day(at)): (person, at)
            for person, at in met
        }
        news = {key: value for key, value in meetings.items() if key not in self._known}
        if not news:
            return
        self._merge_news(
            [fact for person, at in news.values() for fact in _met(tenant, person, line, at=at)]
        )
        self._remember(news)

    def tie(self, tenant: str, one: Person, other: Person, *, line: str) -> None:
        """Two sets of aliases are one person: the number that was dialled, and whom it reached."""
        key = (tenant, line, one.aliases, one.username, other.aliases, other.username)
        if key in self._known:
            return
        facts = [*_met(tenant, one, line), *_met(tenant, other, line)]
        if one.alias and other.alias and other.alias not in (one.alias, other_spelling(one.alias)):
            facts += _tied(tenant, one.alias, other.alias)
        self._merge_news(facts)
        self._remember([key])

    def move(self, tenant: str, note: AliasNote) -> None:
        """Meta told that somebody's number or user id became another."""
        facts = [*_met(tenant, note.formerly, note.line), *_met(tenant, note.person, note.line)]
        for before, after in _moves(note.formerly, note.person):
            facts += _tied(tenant, before, after, moved=True)
        self._merge_news(facts)

    def _merge_news(self, facts: Sequence[Fact]) -> None:
        """Write only what a row does not say yet: most people are known."""
        there = self._table.get_many(key for key, _ in facts)
        for key, merge in facts:
            if merge.changes(there.get(key, NOTHING)):
                self._table.merge(key, merge)

    def _remember(self, known: Iterable[tuple[object, ...]]) -> None:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known.update(known)

    # ---- reading

    def component(self, tenant: str, alias: str) -> frozenset[str]:
        """Every alias of the contact that `alias` belongs to, itself included."""
        return self.contact(tenant, alias).aliases

    def contact(self, tenant: str, alias: str) -> Contact:
        """The contact that `alias` belongs to; one that was never heard of is only its alias."""
        return self.contacts(tenant, (alias,))[alias]

    def contacts(self, tenant: str, aliases: Iterable[str]) -> dict[str, Contact]:
        """The contact of each of these aliases, in two or three reads for all of them together."""
        wanted = tuple(dict.fromkeys(aliases))
        rows = self._rows_around(tenant, wanted)
        return {alias: contact_of(reachable(alias, rows), rows) for alias in wanted}

    def listed(
        self, tenant: str, *, limit: int, cursor: str | None = None
    ) -> tuple[tuple[Listed, ...], str | None]:
        """A page of the list of contacts. A person may stand in it more than once: their contact
        says under which alias they are shown."""
        group = keys.contacts(tenant)
        page = self._table.page(group, limit=limit, cursor=cursor, newest_first=False)
        return tuple(_listed(row) for row in page.rows), page.cursor

    def called(self, tenant: str, username: str) -> frozenset[str]:
        """Aliases of everybody who was ever seen under a username, and the name itself."""
        alias = _username(username)
        row = self._table.get(keys.person(tenant, alias)) or NOTHING
        found: frozenset[str] = row.get("called", frozenset())
        return found | {alias}

    def _rows(self, tenant: str, aliases: Iterable[str]) -> tuple[Row, ...]:
        return tuple(self._table.get_many(keys.person(tenant, alias) for alias in aliases).values())

    def _rows_around(self, tenant: str, aliases: Iterable[str]) -> dict[str, Row]:
        """The rows of whole components by alias; empty for an alias without one."""
        rows: dict[str, Row] = {}
        frontier = frozenset[str]().union(*({one} | neighbours(one, NOTHING) for one in aliases))
        while frontier:
            keys_of = {keys.person(tenant, alias): alias for alias in sorted(frontier)}
            found = self._table.get_many(keys_of)
            rows |= {alias: found.get(key, NOTHING) for key, alias in keys_of.items()}
            ties = frozenset[str]().union(*(row.get("same_as", ()) for row in found.values()))
            frontier = ties.union(*(neighbours(one, NOTHING) for one in ties)) - rows.keys()
        return rows

    # ---- what is said of a person

    def note_contact(self, tenant: str, note: ContactNote) -> None:
        """The address book's latest word on a person; an older word changes nothing."""
        for _, reason in self.note_contacts(tenant, (note,)):
            raise reason

    def note_contacts(
        self, tenant: str, notes: Sequence[ContactNote]
    ) -> list[tuple[ContactNote, Unstorable]]:
        """The same for a whole address book; those that no table would take."""
        facts: list[Fact] = []
        notes_of: list[ContactNote] = []
        for note in notes:
            found = list(_met(tenant, note.person, note.line, said=_book(note)))
            facts += found
            notes_of += [note] * len(found)
        refused = self._table.merge_many(facts)
        return [(notes_of[place], reason) for place, reason in refused.items()]

    def note_preference(self, tenant: str, note: PreferenceNote) -> None:
        """The person's latest wish about marketing messages. At one moment, `stop` wins."""
        wish = wished(note.value, note.by, at=note.at)
        self._merge_news(list(_met(tenant, note.person, note.line, said=wish)))

    def write(self, tenant: str, contact: Contact, edit: Edit, *, now_ms: int) -> None:
        """Write what a team says of a contact that somebody has seen. Raises NotFound otherwise.

        What stands under another alias of theirs is overruled and not touched.
        """
        if contact.stands_at is None:
            raise NotFound("there is no such contact")
        rows = self._rows(tenant, contact.aliases)
        registers = tuple(registers_of(edit, rows, now_ms=now_ms))
        for first in range(0, len(registers), REGISTERS_A_WRITE):
            some = Merge(registers[first : first + REGISTERS_A_WRITE])
            self._table.merge(keys.person(tenant, contact.stands_at), some)

    # ---- what was dealt with them

    def note_wish(self, tenant: str, contact: Contact, value: str, *, at: int) -> None:
        """A wish about marketing messages that the team noted for a person."""
        self._say(tenant, contact, Merge((wished(value, WishedBy.TEAM, at=at),)))

    def note_consent(
        self, tenant: str, contact: Contact, consent: Consent, *, source: str | None, at: int
    ) -> None:
        """What a person has said to marketing, as the team recorded it at `at`."""
        self._say(tenant, contact, dealing.consented(consent, source, at=at))

    def _say(self, tenant: str, contact: Contact, fact: Merge) -> None:
        if contact.stands_at is None:
            raise NotFound("there is no such contact")
        self._table.merge(keys.person(tenant, contact.stands_at), fact)

    def note_marketed(self, tenant: str, person: Person, stamp: str) -> None:
        """A marketing broadcast has reached Meta for a person; noted twice, it is one."""
        self._deal(tenant, person, dealing.marketed(stamp))

    def note_undelivered(self, tenant: str, person: Person, *, at: int) -> None:
        """Meta said at `at` that a person cannot be reached."""
        self._deal(tenant, person, dealing.undelivered(at))

    def _deal(self, tenant: str, person: Person, fact: Merge) -> None:
        if person.least is not None:
            self._table.merge(keys.person(tenant, person.least), fact)


def _met(
    tenant: str,
    person: Person,
    line: str,
    *,
    at: int | None = None,
    said: Register | None = None,
) -> Iterator[Fact]:
    """What one event says of the person that it names: that their aliases are one, where they are
    listed, on which day they were active, and under which username they can be found."""
    first, *others = person.aliases or ("",)
    for alias in person.aliases:
        tied = others if alias == first else [first]
        members = {"same_as": frozenset(tied)} if tied else {}
        if alias.startswith("bsuid:"):
            members["lines"] = frozenset({line})
        if alias != person.least:
            yield keys.person(tenant, alias), Merge(members=members)
            continue
        active = (Register("active_on", _day(at), "latest"),) if at else ()
        listed = {"group": keys.contacts(tenant), "moment": alias}
        yield (
            keys.person(tenant, alias),
            Merge((*active, *((said,) if said else ())), firsts=listed, members=members),
        )
    if person.username and not first.startswith("username:"):
        called = Merge(members={"called": frozenset({person.least or first})})
        yield keys.person(tenant, _username(person.username)), called


def _tied(tenant: str, one: str, other: str, *, moved: bool = False) -> Iterator[Fact]:
    for here, there in ((one, other), (other, one)):
        members = {"same_as": frozenset({there})}
        if moved:
            members["moved"] = frozenset({there})
        yield keys.person(tenant, here), Merge(members=members)


def _moves(formerly: Person, now: Person) -> list[tuple[str, str]]:
    """Which alias became which; the new ones came of the person when nothing of a kind did."""
    pairs = (
        ("phone", formerly.phone, now.phone),
        ("bsuid", formerly.bsuid, now.bsuid),
        ("parent", formerly.parent_bsuid, now.parent_bsuid),
    )
    moved = [
        (f"{kind}:{before}", f"{kind}:{after}")
        for kind, before, after in pairs
        if before and after and before != after
    ]
    new = [alias for alias in now.aliases if alias not in formerly.aliases]
    return moved or [(formerly.aliases[0], alias) for alias in new]


def _book(note: ContactNote) -> Register:
    """What the address book says of a person. At one moment, a removal wins."""
    carried = {
        "book_name": note.person.name,
        "book_first_name": note.first_name,
        "book_removed": note.removed or None,
        "book_username": note.person.username,
    }
    value = keys.moment(note.at, f"{note.removed:d}#{fingerprint(carried)}")
    return Register("book", value, "latest", carry=carried)


def _listed(row: Row) -> Listed:
    place = {name: {"S": row[name]} for name in ("pk", "sk", "moment")}
    return Listed(keys.person_of(row["pk"]), closed_cursor(place))


def _username(username: str) -> str:
    return f"username:{username.lower()}"


def _day(at: int | None) -> str:
    """The day of a message (UTC), which is precise enough to find who was active since one."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}" if at else ""
