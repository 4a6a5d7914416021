"""Contacts: everybody is found, once, by whatever is known of them, and only by their tenant."""

import pytest

from tandem.conversations.contacts import LOOKED_THROUGH, Search
from tandem.model.contact import ATTRIBUTES, TAGS, Edit, contact_id
from tandem.model.errors import Invalid, NotFound
from tandem.model.events import AliasNote, ContactNote, Source
from tandem.model.identity import Person
from tandem.model.reading import KnownContact
from tests.fakes.broadcast_world import LINE, NOW, TENANT
from tests.fakes.front_desk import ANA, BEN, FrontDesk

LONG, SHORT = "5523987650100", "552387650100"
HIDDEN = Person.of(bsuid="US.1003", username="cleo.c", name="Cléo Martin")


@pytest.fixture
def desk() -> FrontDesk:
    """Ana and Cléo wrote, Ben is in the import, and the owner's address book has Dora."""
    desk = FrontDesk()
    desk.sees("wamid.1", ANA, at=NOW - 300)
    desk.sees("wamid.2", HIDDEN, at=NOW - 200)
    desk.sees("wamid.3", BEN, at=NOW - 900, source=Source.HISTORY_IN)
    dora = Person.of(LONG, name="Dora Lee")
    desk.people.note_contact(TENANT, ContactNote(LINE, dora, at=5, removed=False))
    return desk


def found(desk: FrontDesk, limit: int = 10, **by: str) -> list[KnownContact]:
    shown: list[KnownContact] = []
    cursor: str | None = None
    while True:
        page, cursor = desk.contacts.find(TENANT, Search(**by), limit=limit, cursor=cursor)
        assert len(page) <= limit
        shown += page
        if cursor is None:
            return shown


def names(desk: FrontDesk, **by: str) -> list[str | None]:
    return sorted(one.name or "?" for one in found(desk, **by))


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_everybody_is_listed_once_however_they_became_known(desk: FrontDesk, limit: int) -> None:
    desk.sees("wamid.4", Person.of(bsuid="US.1001"), at=NOW - 100)

    shown = found(desk, limit)

    named = sorted((one.name or "nobody", one.aliases[-1]) for one in shown)
    assert named == [
        ("Ana", "phone:15550100001"),
        ("Cléo Martin", "bsuid:US.1003"),
        ("Dora Lee", f"phone:{LONG}"),
        ("nobody", "phone:15550100002"),
    ]


@pytest.mark.parametrize(
    ("by", "who"),
    [
        ({"phone": "+1 (555) 010-0001"}, ["Ana"]),
        ({"phone": f"+{LONG}"}, ["Dora Lee"]),
        ({"phone": f"+{SHORT}"}, ["Dora Lee"]),
        ({"phone": "+1 555 010 0099"}, []),
        ({"bsuid": "US.1003"}, ["Cléo Martin"]),
        ({"bsuid": "US.9"}, []),
        ({"username": "@cleo.c"}, ["Cléo Martin"]),
        ({"username": "Cleo.C"}, ["Cléo Martin"]),
        ({"username": "cleo"}, []),
        ({"name": "cle"}, ["Cléo Martin"]),
        ({"name": "MÁRTIN"}, ["Cléo Martin"]),
        ({"name": "lee"}, ["Dora Lee"]),
        ({"name": "éo"}, []),
    ],
)
def test_somebody_is_found_by_what_is_known_of_them(
    desk: FrontDesk, by: dict[str, str], who: list[str]
) -> None:
    assert names(desk, **by) == who


def test_a_username_that_passed_to_somebody_else_finds_only_them(desk: FrontDesk) -> None:
    now = Person.of(bsuid="US.1003", username="cleo.new", name="Cléo")
    desk.sees("wamid.5", now, at=NOW - 50)
    desk.sees("wamid.6", Person.of(bsuid="US.77", username="cleo.c", name="Finn"), at=NOW - 40)

    assert names(desk, username="cleo.c") == ["Finn"]
    assert names(desk, username="cleo.new") == ["Cléo"]


def test_two_ways_to_search_at_once_are_refused(desk: FrontDesk) -> None:
    with pytest.raises(Invalid, match="one of"):
        found(desk, phone="15550100001", name="Ana")


@pytest.mark.parametrize("by", [{"phone": "12"}, {"bsuid": "no"}])
def test_an_address_that_can_be_nobody_s_is_refused(desk: FrontDesk, by: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        found(desk, **by)


def test_a_search_for_a_name_looks_at_a_stretch_and_goes_on_from_there(desk: FrontDesk) -> None:
    met = [(Person.of(f"1555010{number:04d}"), None) for number in range(1000, 1900)]
    desk.people.join_all(TENANT, met, line=LINE)
    last = Person.of("15550109999", name="Zoe")
    desk.people.note_contact(TENANT, ContactNote(LINE, last, at=5, removed=False))

    page, cursor = desk.contacts.find(TENANT, Search(name="zoe"), limit=100)

    assert (page, cursor is None) == ((), False)
    assert names(desk, name="zoe") == ["Zoe"]
    assert LOOKED_THROUGH < 900


@pytest.mark.parametrize("limit", [1, 2, 7])
def test_a_search_with_more_hits_than_a_page_loses_none(desk: FrontDesk, limit: int) -> None:
    for number in range(20):
        person = Person.of(f"155501010{number:02d}", name=f"Zoe {number}")
        desk.people.note_contact(TENANT, ContactNote(LINE, person, at=5, removed=False))

    assert len({one.contact.id for one in found(desk, limit, name="zoe")}) == 20
    assert len(found(desk, limit, name="zoe")) == 20


@pytest.mark.parametrize("alias", ["phone:15550100001", "bsuid:US.1001"])
def test_every_alias_leads_to_the_contact_and_its_conversations(
    desk: FrontDesk, alias: str
) -> None:
    known = desk.contacts.get(TENANT, contact_id(alias))

    assert (known.name, known.profile_name, known.last_activity_at) == ("Ana", "Ana", NOW - 300)
    assert known.aliases == ("bsuid:US.1001", "phone:15550100001")
    _, whole = desk.reading.conversation(TENANT, desk.id(ANA))
    assert [one.id for one in known.conversations] == [whole.id]


def test_a_number_shows_in_the_spellings_in_which_it_was_seen(desk: FrontDesk) -> None:
    for phone in (LONG, SHORT):
        known = desk.contacts.get(TENANT, contact_id(f"phone:{phone}"))
        assert known.aliases == (f"phone:{LONG}",)

    desk.sees("wamid.7", Person.of(SHORT, bsuid="BR.1"), at=NOW - 10)

    known = desk.contacts.get(TENANT, contact_id(f"phone:{LONG}"))
    assert known.aliases == ("bsuid:BR.1", f"phone:{SHORT}", f"phone:{LONG}")


@pytest.mark.parametrize(
    "contact", [contact_id("phone:15550109999"), contact_id("x:y"), "…", "QUFB", "A" * 1000]
)
def test_nobody_is_found_under_what_names_nobody(desk: FrontDesk, contact: str) -> None:
    with pytest.raises(NotFound):
        desk.contacts.get(TENANT, contact)
    with pytest.raises(NotFound):
        desk.contacts.edit(TENANT, contact, Edit({"name": "x"}))


def test_what_the_team_wrote_is_in_the_inbox_too(desk: FrontDesk) -> None:
    desk.contacts.edit(TENANT, contact_id("phone:15550100001"), Edit({"name": "Ana from 4th St"}))

    _, whole = desk.reading.conversation(TENANT, desk.id(ANA))

    assert whole.conversation.name == "Ana from 4th St"


def test_a_contact_has_room_for_so_much_and_for_what_takes_its_place(desk: FrontDesk) -> None:
    ana = contact_id("phone:15550100001")
    tags = {f"t{number}": True for number in range(TAGS)}
    desk.contacts.edit(TENANT, ana, Edit(tags=tags))
    attributes = {f"a{number}": "x" for number in range(ATTRIBUTES)}
    desk.contacts.edit(TENANT, ana, Edit(attributes=attributes))

    with pytest.raises(Invalid, match="tags"):
        desk.contacts.edit(TENANT, ana, Edit(tags={"more": True}))
    with pytest.raises(Invalid, match="attributes"):
        desk.contacts.edit(TENANT, ana, Edit(attributes={"more": "x"}))
    known = desk.contacts.edit(
        TENANT, ana, Edit(tags={"more": True, "t0": False}, attributes={"more": "x", "a0": None})
    )

    assert "more" in known.contact.written.tags
    assert len(known.contact.written.tags) == TAGS


def test_a_number_that_changed_hands_shows_it_in_contact_and_conversation(
    desk: FrontDesk,
) -> None:
    desk.sees("wamid.8", Person.of("15550100001", bsuid="US.2222"), at=NOW - 5)

    _, whole = desk.reading.conversation(TENANT, desk.id(ANA))

    assert whole.contact.ambiguous
    told = AliasNote(LINE, NOW - 6, Person.of(bsuid="US.2222"), Person.of(bsuid="US.1001"))
    desk.people.move(TENANT, told)
    assert not desk.contacts.get(TENANT, contact_id("bsuid:US.2222")).contact.ambiguous
