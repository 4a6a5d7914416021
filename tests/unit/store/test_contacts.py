from collections.abc import Iterable
from typing import Any

from tandem.model.events import ContactNote, PreferenceNote
from tandem.model.identity import Person
from tandem.store.keys import Key
from tandem.store.people import People
from tandem.store.talks import Activity, Talks
from tests.fakes.memory_table import MemoryTable

PHONE, BSUID, PARENT = "phone:15550100001", "bsuid:US.1001", "parent:US.ENT.1"


class CountingTable(MemoryTable):
    reads = 0

    def get_many(self, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        self.reads += 1
        return super().get_many(keys)


def test_every_alias_of_a_chain_leads_to_the_same_contact() -> None:
    people = People(MemoryTable())
    people.join("acme", Person.of("15550100001", bsuid="US.1001"))
    people.join("acme", Person.of(bsuid="US.1001", parent_bsuid="US.ENT.1"))

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
    for number in range(50):
        people.join("acme", Person.of(f"155501{number:05d}", bsuid=f"US.{number}"))

    contacts = people.contacts("acme", [f"bsuid:US.{number}" for number in range(50)])

    assert len(contacts) == 50
    assert table.reads == 2


def test_another_tenant_s_ties_are_not_followed() -> None:
    people = People(MemoryTable())
    people.join("globex", Person.of("15550100001", bsuid="US.1001"))

    contact = people.contact("acme", PHONE)

    assert contact.aliases == frozenset({PHONE})


def test_two_names_of_one_second_are_one_of_them_whichever_came_first() -> None:
    def book(*names: str) -> object:
        people = People(MemoryTable())
        for name in names:
            ana = Person.of("15550100001", name=name)
            people.note_contact("acme", ContactNote("1", ana, at=5, removed=False))
        return people.names("acme", (PHONE,))

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
