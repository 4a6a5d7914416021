"""Law 2 for people: who is one person, under which id and name, whatever came first.

Facts tie a few aliases in chains; two of the numbers are spellings of one telephone. What is one
person is worked out here a second time, from the facts alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.model.events import AliasNote, ContactNote, PreferenceNote
from tandem.model.identity import Person
from tandem.store.people import People
from tests.fakes.memory_table import MemoryTable

ACME, LINES = "acme", ("1", "2")
LONG, SHORT = "5523987650100", "552387650100"
PHONES = (LONG, SHORT, "15550100001", "15550100002")
IDS = ("US.1", "US.2", "US.3")
EVERYBODY = [*(f"phone:{phone}" for phone in PHONES), *(f"bsuid:{one}" for one in IDS), "parent:P"]

persons = st.builds(
    Person,
    phone=st.sampled_from([*PHONES, None]),
    bsuid=st.sampled_from([*IDS, None]),
    parent_bsuid=st.sampled_from(["P", None, None, None, None]),
    username=st.sampled_from(["ana", None]),
    name=st.sampled_from(["Ana", "Ben"]),
).filter(lambda person: person.phone or person.bsuid or person.parent_bsuid)
lines = st.sampled_from(LINES)
times = st.integers(1_790_000_000, 1_790_000_002)


@dataclass(frozen=True)
class Met:
    line: str
    person: Person
    at: int


@dataclass(frozen=True)
class Reached:
    line: str
    person: Person
    told: Person


Fact = Met | Reached | AliasNote | ContactNote | PreferenceNote

facts = st.one_of(
    st.builds(Met, lines, persons, times),
    st.builds(Reached, lines, persons, persons),
    st.builds(AliasNote, lines, times, persons, persons),
    st.builds(ContactNote, lines, persons, times, st.booleans()),
    st.builds(PreferenceNote, lines, persons, times, st.sampled_from(["stop", "resume"])),
)


def told(told: Iterable[Fact]) -> tuple[People, MemoryTable]:
    table = MemoryTable()
    people = People(table)
    for fact in told:
        match fact:
            case Met():
                people.join(ACME, fact.person, line=fact.line, at=fact.at)
            case Reached():
                people.tie(ACME, fact.person, fact.told, line=fact.line)
            case AliasNote():
                people.move(ACME, fact)
            case ContactNote():
                people.note_contact(ACME, fact)
            case PreferenceNote():
                people.note_preference(ACME, fact)
    return people, table


def components(told: Iterable[Fact]) -> list[set[str]]:
    """Who is one person, by nothing but joining what is named together."""
    parts: list[set[str]] = [{f"phone:{LONG}", f"phone:{SHORT}"}]
    for fact in told:
        named = {*fact.person.aliases}
        if isinstance(fact, Reached):
            named |= {*fact.told.aliases}
        if isinstance(fact, AliasNote):
            named |= {*fact.formerly.aliases}
        touched = [part for part in parts if part & named]
        parts = [part for part in parts if part not in touched] + [named.union(*touched)]
    return parts


@settings(max_examples=150, deadline=None)
@given(said=st.lists(facts, min_size=1, max_size=8), data=st.data())
def test_any_order_and_repetition_gives_the_same_people(
    said: list[Fact], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(said), max_size=4))
    shuffled = data.draw(st.permutations([*said, *again]))

    one, table = told(said)
    other, another = told(shuffled)

    assert another.contents() == table.contents()
    assert other.contacts(ACME, EVERYBODY) == one.contacts(ACME, EVERYBODY)


@settings(max_examples=150, deadline=None)
@given(said=st.lists(facts, min_size=1, max_size=8))
def test_chains_of_facts_make_one_person_with_one_id(said: list[Fact]) -> None:
    people, _ = told(said)

    contacts = people.contacts(ACME, EVERYBODY)

    for part in components(said):
        assert {contacts[alias].aliases for alias in part} == {frozenset(part)}
        assert {contacts[alias].id for alias in part} == {min(part)}
        assert len({contacts[alias].names for alias in part}) == 1


@settings(max_examples=100, deadline=None)
@given(said=st.lists(facts, min_size=1, max_size=8), limit=st.integers(1, 5))
def test_everybody_stands_in_the_list_once_and_only_as_they_were_named(
    said: list[Fact], limit: int
) -> None:
    people, _ = told(said)
    named = {alias for fact in said for alias in fact.person.aliases}
    named |= {alias for fact in said for alias in _other_end(fact).aliases}

    shown, cursor = [], None
    while True:
        page, cursor = people.listed(ACME, limit=limit, cursor=cursor)
        aliases = [place.alias for place in page]
        contacts = people.contacts(ACME, aliases)
        shown += [contacts[alias] for alias in aliases if contacts[alias].stands_at == alias]
        if cursor is None:
            break

    expected = [part & named for part in components(said) if part & named]
    assert sorted(map(sorted, expected)) == sorted(sorted(contact.seen) for contact in shown)


def _other_end(fact: Fact) -> Person:
    match fact:
        case Reached():
            return fact.told
        case AliasNote():
            return fact.formerly
    return fact.person
