"""Contacts: who is one person, who may be two, and what is said of them."""

from collections.abc import Iterable
from itertools import permutations
from typing import Any

import pytest

from tandem.model.contact import Contact, Edit, Written
from tandem.model.errors import NotFound
from tandem.model.events import AliasNote, ContactNote, PreferenceNote
from tandem.model.identity import Person
from tandem.store import keys
from tandem.store.keys import Key
from tandem.store.people import People
from tandem.store.registers import Merge
from tandem.store.talks import Activity, Talks
from tandem.store.writings import registers_of
from tests.fakes.memory_table import MemoryTable

PHONE, BSUID, PARENT = "phone:15550100001", "bsuid:US.1001", "parent:US.ENT.1"


class CountingTable(MemoryTable):
    reads = keys = merges = most_registers = 0

    def get_many(self, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        wanted = set(keys)
        self.reads += 1
        self.keys += len(wanted)
        return super().get_many(wanted)

    def merge(self, key: Key, merge: Merge) -> bool:
        self.merges += 1
        self.most_registers = max(self.most_registers, len(merge.registers))
        return super().merge(key, merge)


def test_every_alias_of_a_chain_leads_to_the_same_contact() -> None:
    people = People(MemoryTable())
    people.join("acme", Person.of("15550100001", bsuid="US.1001"), line="1")
    people.join("acme", Person.of(bsuid="US.1001", parent_bsuid="US.ENT.1"), line="1")

    contacts = people.contacts("acme", (PHONE, BSUID, PARENT, "phone:15550100002"))

    assert {contacts[alias].aliases for alias in (PHONE, BSUID, PARENT)} == {
        frozenset({PHONE, BSUID, PARENT})
    }
    assert {contacts[alias].id for alias in (PHONE, BSUID, PARENT)} == {BSUID}
    assert contacts["phone:15550100002"].aliases == frozenset({"phone:15550100002"})


def test_the_contact_knows_the_address_book_and_the_wish_of_any_alias() -> None:
    people = People(MemoryTable())
    ana = Person.of("15550100001", bsuid="US.1001", name="Ana")
    people.note_contact("acme", ContactNote("1", ana, at=5, removed=False))
    people.note_preference("acme", PreferenceNote("1", Person.of(bsuid="US.1001"), 6, "stop"))

    contact = people.contact("acme", BSUID)

    assert contact.names.full_name == "Ana"
    assert not contact.may_market


def test_a_page_of_contacts_costs_as_many_reads_as_its_longest_chain() -> None:
    table = CountingTable()
    people = People(table)
    met = [(Person.of(f"155501{number:05d}", bsuid=f"US.{number}"), None) for number in range(50)]
    people.join_all("acme", met, line="1")
    assert table.reads == 1

    contacts = people.contacts("acme", [f"bsuid:US.{number}" for number in range(50)])

    assert len(contacts) == 50
    assert table.reads == 1 + 2


def test_another_tenant_s_ties_are_not_followed() -> None:
    people = People(MemoryTable())
    people.join("globex", Person.of("15550100001", bsuid="US.1001"), line="1")

    contact = people.contact("acme", PHONE)

    assert contact.aliases == frozenset({PHONE})


def test_two_names_of_one_second_are_one_of_them_whichever_came_first() -> None:
    def book(*names: str) -> object:
        people = People(MemoryTable())
        for name in names:
            ana = Person.of("15550100001", name=name)
            people.note_contact("acme", ContactNote("1", ana, at=5, removed=False))
        return people.contact("acme", PHONE).names

    def profile(*names: str) -> object:
        talks = Talks(MemoryTable())
        for name in names:
            ana = Person.of("15550100001", name=name)
            talks.note("acme", Activity("1", ana, 5, "wamid.A", named_by_customer=True))
        return talks.get("acme", "1", PHONE)

    for kept in (book, profile):
        assert (
            kept("Ana", "Ben", "Cleo") == kept("Cleo", "Ana", "Ben") == kept("Ben", "Cleo", "Ana")
        )


# ---- numbers with two spellings

LONG, SHORT = "5523987650100", "552387650100"


def test_both_spellings_of_a_number_are_one_contact_without_a_tie() -> None:
    table = CountingTable()
    people = People(table)
    people.join("acme", Person.of(SHORT, bsuid="BR.1"), line="1")
    before = table.contents()

    found = people.contacts("acme", (f"phone:{LONG}", f"phone:{SHORT}", "bsuid:BR.1"))

    assert {contact.id for contact in found.values()} == {"bsuid:BR.1"}
    assert {contact.seen for contact in found.values()} == {
        frozenset({f"phone:{SHORT}", "bsuid:BR.1"})
    }
    assert table.contents() == before


@pytest.mark.parametrize("asked", [f"phone:{LONG}", f"phone:{SHORT}"])
def test_the_other_spelling_is_asked_for_in_the_same_read(asked: str) -> None:
    table = CountingTable()
    people = People(table)
    people.join("acme", Person.of(SHORT, bsuid="BR.1"), line="1")
    table.reads = table.keys = 0

    people.contact("acme", asked)

    assert (table.reads, table.keys) == (2, 3)


def test_a_number_without_another_spelling_costs_no_read_more() -> None:
    table = CountingTable()

    People(table).contact("acme", PHONE)

    assert (table.reads, table.keys) == (1, 1)


def test_a_wish_under_one_spelling_holds_under_the_other() -> None:
    people = People(MemoryTable())
    people.note_preference("acme", PreferenceNote("1", Person.of(SHORT), 6, "stop"))

    assert not people.contact("acme", f"phone:{LONG}").may_market


# ---- what it costs to know somebody


def test_whom_this_worker_knows_costs_nothing_and_whom_another_knows_a_read() -> None:
    table = CountingTable()
    ana = Person.of("15550100001", bsuid="US.1001", username="ana")
    People(table).join("acme", ana, line="1", at=1_790_000_000)
    known = People(table)
    table.reads = table.merges = 0

    known.join("acme", ana, line="1", at=1_790_000_000)
    assert (table.reads, table.merges) == (1, 0)

    known.join("acme", ana, line="1", at=1_790_000_001)
    assert (table.reads, table.merges) == (1, 0)


def test_a_row_in_the_list_knows_the_latest_day_of_its_person() -> None:
    table = MemoryTable()
    people = People(table)
    for day in (2, 5, 3):
        people.join("acme", Person.of("15550100001"), line="1", at=day * 24 * 3600)

    assert table.contents()[keys.person("acme", PHONE)]["active_on"] == "1970-01-06"


# ---- who may be two people

P1, P2 = "15550100001", "15550100002"
FIRST, SECOND, THIRD = (Person.of(P1, bsuid=f"US.{number}") for number in (1, 2, 3))


def told(*facts: Person | AliasNote, lines: tuple[str, ...] = ("1", "1", "1", "1", "1")) -> Contact:
    people = People(MemoryTable())
    for fact, line in zip(facts, lines, strict=False):
        if isinstance(fact, AliasNote):
            people.move("acme", fact)
        else:
            people.join("acme", fact, line=line)
    return people.contact("acme", f"phone:{P1}")


def moved(formerly: Person, now: Person) -> AliasNote:
    return AliasNote("1", 5, now, formerly)


def test_a_number_that_another_person_has_now_is_one_contact_and_marked() -> None:
    contact = told(FIRST, SECOND)

    assert contact.aliases == {f"phone:{P1}", "bsuid:US.1", "bsuid:US.2"}
    assert contact.ambiguous


@pytest.mark.parametrize(
    "facts",
    [
        (FIRST,),
        (FIRST, moved(Person.of(P1, bsuid="US.1"), Person.of(bsuid="US.2")), SECOND),
        (FIRST, moved(Person.of(bsuid="US.1"), Person.of(bsuid="US.2")), SECOND),
        (FIRST, moved(Person.of(P1), Person.of(P1, bsuid="US.2")), SECOND),
        (
            FIRST,
            moved(FIRST, Person.of(bsuid="US.2")),
            moved(Person.of(bsuid="US.2"), Person.of(bsuid="US.3")),
            THIRD,
        ),
        (FIRST, moved(Person.of(P1), Person.of(P2)), Person.of(P2, bsuid="US.2")),
        (FIRST, moved(FIRST, Person.of(P2, bsuid="US.2")), Person.of(P2, bsuid="US.2")),
    ],
    ids=["one", "rotated", "no phone", "previous untold", "twice", "number", "number and ids"],
)
def test_a_change_that_meta_told_of_leaves_one_person(facts: tuple[Any, ...]) -> None:
    for order in permutations(facts):
        contact = told(*order)

        assert "bsuid:US.1" in contact.aliases
        assert not contact.ambiguous


def test_a_number_that_changed_hands_after_a_change_is_marked_too() -> None:
    rotated = moved(Person.of(P1, bsuid="US.1"), Person.of(bsuid="US.2"))
    gone = moved(Person.of(P1), Person.of(P2))

    assert told(FIRST, rotated, SECOND, THIRD).ambiguous
    assert told(FIRST, gone, THIRD).ambiguous
    assert told(FIRST, moved(Person.of(P1), Person.of(P1, bsuid="US.2")), SECOND, THIRD).ambiguous


def test_two_portfolios_give_one_person_two_user_ids() -> None:
    assert not told(FIRST, SECOND, lines=("1", "2")).ambiguous
    assert told(FIRST, SECOND, SECOND, lines=("1", "2", "1")).ambiguous


# ---- what the team wrote


def written(people: People, alias: str = PHONE) -> Written:
    return people.contact("acme", alias).written


def write(people: People, *, at: int = 1000, alias: str = PHONE, **edit: Any) -> None:
    people.write("acme", people.contact("acme", alias), Edit(**edit), now_ms=at)


def known(*aliases: str) -> People:
    people = People(MemoryTable())
    for alias in aliases:
        kind, _, value = alias.partition(":")
        people.join("acme", Person(**{kind: value}), line="1")
    return people


def test_two_people_who_edit_different_fields_never_undo_each_other() -> None:
    people = known(PHONE)
    seen = people.contact("acme", PHONE)

    people.write("acme", seen, Edit({"name": "Ana"}, {"vip": True}), now_ms=1000)
    people.write("acme", seen, Edit({"note": "n"}, {"new": True}, {"city": "Lima"}), now_ms=1000)

    assert written(people) == Written("Ana", "n", ("new", "vip"), {"city": "Lima"})


def test_what_is_taken_away_is_gone_and_can_come_back() -> None:
    people = known(PHONE)
    write(people, texts={"name": "Ana"}, tags={"vip": True}, attributes={"city": "Lima"})
    write(people, texts={"name": None}, tags={"vip": False}, attributes={"city": None})

    assert written(people) == Written()

    write(people, texts={"name": "Ana B."}, tags={"vip": True}, attributes={"city": "Cusco"})

    assert written(people) == Written("Ana B.", None, ("vip",), {"city": "Cusco"})


def test_an_edit_counts_for_whoever_made_it_after_reading_though_their_clock_is_behind() -> None:
    people = known(PHONE)
    write(people, at=5000, texts={"name": "Ana"}, tags={"vip": True})

    write(people, at=1000, texts={"name": "Ann"}, tags={"vip": False})

    assert written(people) == Written("Ann")


def test_of_two_edits_of_one_moment_the_same_one_counts_whichever_came_first() -> None:
    def after(*names: str) -> Written:
        table = MemoryTable()
        for name in names:
            edit = Edit({"name": name}, {"vip": name == "Ana"})
            nobody_has_written = registers_of(edit, [], now_ms=1000)
            table.merge(keys.person("acme", PHONE), Merge(tuple(nobody_has_written)))
        return written(People(table))

    assert after("Ana", "Ben", "Cleo") == after("Cleo", "Ben", "Ana")
    assert after("Ana", "Ben").tags == ("vip",)


def test_after_a_join_the_latest_word_on_each_thing_counts_under_every_alias() -> None:
    people = known(PHONE, BSUID)
    write(people, at=1, texts={"name": "Ana", "note": "old"}, tags={"vip": True, "x": True})
    write(people, at=2, alias=BSUID, texts={"name": "Ana B."}, tags={"vip": False})
    people.join("acme", Person.of("15550100001", bsuid="US.1001"), line="1")

    for alias in (PHONE, BSUID):
        assert written(people, alias) == Written("Ana B.", "old", ("x",))


def test_the_owner_s_removal_takes_the_owner_s_name_and_leaves_the_team_s_words() -> None:
    people = known()
    ana = Person.of("15550100001", name="Ana")
    people.note_contact("acme", ContactNote("1", ana, at=5, removed=False))
    write(people, texts={"note": "likes rye"}, tags={"vip": True})
    people.note_contact("acme", ContactNote("1", ana, at=9, removed=True))

    people.note_contact("acme", ContactNote("1", ana, at=7, removed=False))

    contact = people.contact("acme", PHONE)
    assert (contact.names.shown, contact.names.removed) == (None, True)
    assert contact.written == Written(note="likes rye", tags=("vip",))


@pytest.mark.parametrize(
    ("words", "removed"),
    [
        (((5, False), (7, False), (9, True)), True),
        (((5, True), (7, True), (9, False)), False),
        (((5, False), (9, False), (9, True)), True),
    ],
    ids=["removed last", "added last", "both at one moment"],
)
def test_the_latest_word_of_the_address_book_counts_in_whatever_order_it_comes(
    words: tuple[tuple[int, bool], ...], *, removed: bool
) -> None:
    for order in permutations(words):
        people = known()
        for at, gone in order:
            ana = Person.of("15550100001", name=f"Ana {at}")
            people.note_contact("acme", ContactNote("1", ana, at=at, removed=gone))

        names = people.contact("acme", PHONE).names
        assert (names.shown, names.removed) == (None if removed else "Ana 9", removed)


def test_the_team_s_name_goes_before_the_owner_s() -> None:
    people = known()
    people.note_contact("acme", ContactNote("1", Person.of("15550100001", name="A"), 5, False))

    write(people, texts={"name": "Ana"})

    assert people.contact("acme", PHONE).name == "Ana"


def test_nobody_writes_about_somebody_who_was_never_seen() -> None:
    people = known(PHONE)

    with pytest.raises(NotFound):
        write(people, alias="phone:15550100009", texts={"name": "Ana"})


def test_a_hundred_words_at_once_are_written_in_pieces() -> None:
    table = CountingTable()
    people = People(table)
    people.join("acme", Person.of("15550100001"), line="1")
    tags = {f"tag {number}": True for number in range(100)}

    write(people, tags=tags, attributes={f"key {number}": "x" for number in range(50)})

    assert table.most_registers <= 25
    assert len(written(people).tags) == 100
    assert len(written(people).attributes) == 50
