"""Who a row is about: its own aliases, completed by the entry of `contacts[]` that shares one."""

from collections.abc import Iterator

from tandem.meta.wire import (
    Change,
    Json,
    identifier,
    mapping,
    phone,
    take,
    user_id,
    username,
    words,
)
from tandem.model.events import Kept
from tandem.model.identity import Person, other_spelling

SENDER = ("from", "from_user_id", "from_parent_user_id")
RECEIVER = ("to", "to_user_id", "to_parent_user_id")


class Contacts:
    """The `contacts[]` of one change. What no row has claimed in the end is kept on its own."""

    def __init__(self, value: object) -> None:
        entries = value if isinstance(value, list) else [] if value is None else [value]
        self._entries: list[object] = entries
        self._known = [(_person(entry), entry) for entry in entries if isinstance(entry, dict)]
        self._by_alias = {
            alias: (person, entry)
            for person, entry in reversed(self._known)
            for alias in person.aliases
        }
        self._claimed: set[int] = set()

    def find(self, person: Person) -> tuple[Person, Json | None]:
        """The person completed by their entry in `contacts[]`, and that entry, to be claimed.

        An entry belongs to the person when they share an alias, in either spelling of a number. A
        row that names nobody is about the only person in `contacts[]`, when there is only one.
        """
        if not person.aliases:
            return self._known[0] if len(self._known) == 1 else (person, None)
        for alias in (*person.aliases, *map(other_spelling, person.aliases)):
            if alias in self._by_alias:
                found, entry = self._by_alias[alias]
                return merged(person, found), entry
        return person, None

    def claim(self, entry: Json | None) -> Json:
        """Mark the entry as filed with its row; gives what it says beyond who the person is."""
        if entry is None:
            return {}
        self._claimed.add(id(entry))
        return _besides(entry)

    def kept(self, change: Change) -> Iterator[Kept]:
        """The entries that belong to no row."""
        for entry in self._entries:
            if id(entry) not in self._claimed and not self._said_before(entry):
                what = f"{change.field}.contacts"
                yield change.kept("unknown_field", what, entry, detail="belongs to no row")

    def _said_before(self, entry: object) -> bool:
        """Whether the entry only repeats a claimed one: Meta may write one for each row."""
        aliases = _person(entry).aliases if isinstance(entry, dict) else ()
        _, first = self._by_alias[aliases[0]] if aliases else (None, None)
        return first == entry and id(first) in self._claimed


def named(row: Json, names: tuple[str, str, str]) -> Person:
    """The person under three keys of a row (phone, BSUID, parent); what is read is removed."""
    phone_key, bsuid_key, parent_key = names
    number = take(row, phone_key, phone)
    bsuid = take(row, bsuid_key, identifier)
    if number is None and bsuid is None:
        bsuid = take(row, phone_key, user_id)
    return Person(phone=number, bsuid=bsuid, parent_bsuid=take(row, parent_key, identifier))


def _person(entry: Json) -> Person:
    profile = mapping(entry.get("profile"))
    number = phone(entry.get("wa_id"))
    bsuid = identifier(entry.get("user_id"))
    return Person(
        phone=number,
        bsuid=bsuid or (None if number else user_id(entry.get("wa_id"))),
        parent_bsuid=identifier(entry.get("parent_user_id")),
        username=username(profile.get("username")),
        name=words(profile.get("name")),
    )


def _besides(entry: Json) -> Json:
    """What the entry carries that the person does not."""
    person = _person(entry)
    understood = {
        "wa_id": person.phone or person.bsuid,
        "user_id": person.bsuid,
        "parent_user_id": person.parent_bsuid,
    }
    rest = {key: value for key, value in entry.items() if not understood.get(key)}
    profile = mapping(entry.get("profile"))
    known = {"name": person.name, "username": person.username}
    unknown = {key: value for key, value in profile.items() if not known.get(key)}
    if isinstance(entry.get("profile"), dict):
        del rest["profile"]
    return rest | ({"profile": unknown} if unknown else {})


def merged(first: Person, second: Person) -> Person:
    """One person known twice: the first word counts, the second fills the gaps."""
    return Person(
        phone=first.phone or second.phone,
        bsuid=first.bsuid or second.bsuid,
        parent_bsuid=first.parent_bsuid or second.parent_bsuid,
        username=first.username or second.username,
        name=first.name or second.name,
    )


def agree(one: Person, other: Person) -> bool:
    """Whether nothing speaks against the two being one: no alias known twice, and differently."""
    pairs = (
        (one.phone, other.phone),
        (one.bsuid, other.bsuid),
        (one.parent_bsuid, other.parent_bsuid),
    )
    return all(None in pair or pair[0] == pair[1] for pair in pairs)
