"""People: each alias is a row; aliases that met in one event are tied to each other.

A contact is a connected component of that graph, and its id the least alias in it. Nothing is
rewritten when two contacts turn out to be one: the tie is added, and reading follows it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tandem.model.errors import Unstorable
from tandem.model.events import ContactNote, PreferenceNote
from tandem.model.identity import Person
from tandem.store import keys
from tandem.store.registers import Merge, Register, Row, fingerprint
from tandem.store.table import Table

REMEMBERED_TIES = 10_000
STOP = "stop"


@dataclass(frozen=True, slots=True)
class Names:
    """What the owner's address book calls a contact, and whether it was removed from it."""

    full_name: str | None = None
    first_name: str | None = None
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """One person as a tenant knows them: every alias, the owner's name for them, their wish."""

    aliases: frozenset[str]
    names: Names = Names()
    may_market: bool = True

    @property
    def id(self) -> str:
        """The least alias: the same whichever of them was asked for."""
        return min(self.aliases)


class People:
    """The alias rows of every tenant."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._tied: set[tuple[str, str, str]] = set()

    def join(self, tenant: str, person: Person) -> None:
        """Tie the aliases of one event together. Known ties cost nothing.

        A tie is remembered only after both its ends are written, so a crash forgets, never lies.
        """
        first, *others = person.aliases or ("",)
        for other in others:
            self._tie(tenant, first, other)

    def _tie(self, tenant: str, one: str, other: str) -> None:
        tie = (tenant, one, other)
        if tie in self._tied:
            return
        for here, there in ((one, other), (other, one)):
            ends = Merge(members={"same_as": frozenset({there})})
            self._table.merge(keys.person(tenant, here), ends)
        if len(self._tied) >= REMEMBERED_TIES:
            self._tied.clear()
        self._tied.add(tie)

    def tie(self, tenant: str, one: Person, other: Person) -> None:
        """Two sets of aliases are one person: before and after a change of number or id."""
        self.join(tenant, one)
        self.join(tenant, other)
        if one.alias and other.alias and one.alias != other.alias:
            self._tie(tenant, one.alias, other.alias)

    def component(self, tenant: str, alias: str) -> frozenset[str]:
        """Every alias of the contact that `alias` belongs to, itself included."""
        return self.contact(tenant, alias).aliases

    def contact(self, tenant: str, alias: str) -> Contact:
        """The contact that `alias` belongs to; one that was never heard of is only its alias."""
        return self.contacts(tenant, (alias,))[alias]

    def contacts(self, tenant: str, aliases: Iterable[str]) -> dict[str, Contact]:
        """The contact of each of these aliases, in two or three reads for all of them together."""
        wanted = tuple(dict.fromkeys(aliases))
        rows: dict[str, Row] = {}
        frontier = frozenset(wanted)
        while frontier:
            keys_of = {keys.person(tenant, alias): alias for alias in sorted(frontier)}
            found = self._table.get_many(keys_of)
            rows |= {alias: found.get(key, {}) for key, alias in keys_of.items()}
            frontier = frozenset(
                other for row in found.values() for other in row.get("same_as", ())
            ) - set(rows)
        return {alias: _contact(_reachable(alias, rows), rows) for alias in wanted}

    def note_contact(self, tenant: str, note: ContactNote) -> None:
        """The address book's latest word on a person; an older word changes nothing."""
        for _, reason in self.note_contacts(tenant, (note,)):
            raise reason

    def note_contacts(
        self, tenant: str, notes: Sequence[ContactNote]
    ) -> list[tuple[ContactNote, Unstorable]]:
        """The same for a whole address book; those that no table would take."""
        facts: list[tuple[keys.Key, Merge]] = []
        notes_of: list[ContactNote] = []
        for note in notes:
            found = _book(tenant, note)
            facts += found
            notes_of += [note] * len(found)
        refused = self._table.merge_many(facts)
        return [(notes_of[place], reason) for place, reason in refused.items()]

    def note_preference(self, tenant: str, note: PreferenceNote) -> None:
        """The person's latest wish about marketing messages. At one moment, `stop` wins."""
        if note.person.alias is None:
            return
        self.join(tenant, note.person)
        value = keys.moment(note.at, f"{note.value == STOP:d}#{note.value}")
        merge = Merge((Register("wish", value, "latest", carry={"marketing": note.value}),))
        self._table.merge(keys.person(tenant, note.person.alias), merge)

    def names(self, tenant: str, aliases: Iterable[str]) -> Names:
        """The address book's latest name over all aliases of one contact."""
        return _names(self._rows(tenant, aliases))

    def may_market(self, tenant: str, aliases: Iterable[str]) -> bool:
        """Whether the latest wish over all aliases of one contact is anything but `stop`."""
        return _may_market(self._rows(tenant, aliases))

    def _rows(self, tenant: str, aliases: Iterable[str]) -> tuple[Row, ...]:
        return tuple(self._table.get_many(keys.person(tenant, alias) for alias in aliases).values())


def _book(tenant: str, note: ContactNote) -> list[tuple[keys.Key, Merge]]:
    """What the address book says of a person: their names, and that their aliases are one."""
    if note.person.alias is None:
        return []
    carried = {
        "book_name": note.person.name,
        "book_first_name": note.first_name,
        "book_removed": note.removed or None,
    }
    value = keys.moment(note.at, f"{note.removed:d}#{fingerprint(carried)}")
    first, *others = note.person.aliases
    named = Merge(
        (Register("book", value, "latest", carry=carried),),
        firsts={"group": keys.contacts(tenant), "moment": first},
        members={"same_as": frozenset(others)} if others else {},
    )
    tied = Merge(members={"same_as": frozenset({first})})
    return [
        (keys.person(tenant, first), named),
        *((keys.person(tenant, other), tied) for other in others),
    ]


def _reachable(alias: str, rows: Mapping[str, Row]) -> frozenset[str]:
    known, unasked = {alias}, [alias]
    while unasked:
        others = rows[unasked.pop()].get("same_as", frozenset()) - known
        known |= others
        unasked += others
    return frozenset(known)


def _contact(aliases: frozenset[str], rows: Mapping[str, Row]) -> Contact:
    own = tuple(rows[alias] for alias in aliases)
    return Contact(aliases, _names(own), _may_market(own))


def _names(rows: Iterable[Row]) -> Names:
    latest = max(
        (row for row in rows if "book" in row), key=lambda row: str(row["book"]), default=None
    )
    if latest is None:
        return Names()
    return Names(
        latest.get("book_name"), latest.get("book_first_name"), bool(latest.get("book_removed"))
    )


def _may_market(rows: Iterable[Row]) -> bool:
    wishes = [str(row["wish"]) for row in rows if "wish" in row]
    return not wishes or not max(wishes).endswith(f"#{STOP}")
