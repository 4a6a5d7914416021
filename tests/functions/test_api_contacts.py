"""The API of contacts: finding people and writing about them, in JSON."""

import pytest

from tandem.model.contact import contact_id
from tandem.model.events import Content, Sighting, Source
from tandem.model.identity import Person
from tests.fakes.api_house import House
from tests.fakes.broadcast_world import LINE, NOW
from tests.fakes.front_desk import ANA, HOUR

PATH = f"/v1/contacts/{contact_id('phone:15550100001')}"


def test_a_contact_shows_who_calls_them_what_and_where_they_are_met(house: House) -> None:
    shown = house.ask("GET", PATH).body

    assert shown == {
        "id": contact_id("bsuid:US.1001"),
        "name": "Ana",
        "names": {"team": None, "book": None, "profile": "Ana"},
        "username": None,
        "phones": ["15550100001"],
        "bsuids": ["US.1001"],
        "marketing": True,
        "wish": None,
        "consent": None,
        "ambiguous": False,
        "last_activity_at": NOW - HOUR,
        "note": None,
        "tags": [],
        "attributes": {},
        "conversations": [{"id": house.ask(
            "GET", f"/v1/lines/{LINE}/conversations").body["items"][0]["id"], "line": LINE}],
    }  # fmt: skip


def test_a_patch_changes_what_it_names_and_null_takes_it_away(house: House) -> None:
    first = {
        "name": " Ana from 4th Street ",
        "note": "Likes rye.\nPays cash.",
        "tags": {"add": ["vip", "regular"]},
        "attributes": {"city": "Lima", "size": "M"},
    }
    then = {"name": None, "tags": {"add": ["new"], "remove": ["vip"]}, "attributes": {"size": None}}

    written = house.ask("PATCH", PATH, first)
    changed = house.ask("PATCH", PATH, then)

    assert (written.status, written.body["name"]) == (200, "Ana from 4th Street")
    assert written.body["names"]["team"] == "Ana from 4th Street"
    assert changed.body == house.ask("GET", PATH).body
    said = {name: changed.body[name] for name in ("name", "note", "tags", "attributes")}
    assert said == {
        "name": "Ana",
        "note": "Likes rye.\nPays cash.",
        "tags": ["new", "regular"],
        "attributes": {"city": "Lima"},
    }


def test_a_patch_that_names_nothing_changes_nothing(house: House) -> None:
    before = house.desk.table.contents()  # type: ignore[attr-defined]

    answer = house.ask("PATCH", PATH, {})

    assert answer.status == 200
    assert house.desk.table.contents() == before  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 257}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"note": "x" * 4097}, "note"),
        ({"note": 5}, "note"),
        ({"tags": ["vip"]}, "tags"),
        ({"tags": {"add": ["x" * 65]}}, "tags.add.0"),
        ({"tags": {"add": [" "]}}, "tags.add.0"),
        ({"tags": {"add": [f"t{number}" for number in range(101)]}}, "tags.add"),
        ({"tags": {"add": ["vip"], "remove": ["vip"]}}, "vip is to be added and removed"),
        ({"attributes": {"": "x"}}, "attributes"),
        ({"attributes": {"k" * 65: "x"}}, "attributes"),
        ({"attributes": {"k": "x" * 1025}}, "attributes.k"),
        ({"attributes": {"k": 5}}, "attributes.k"),
        ({"attributes": {f"k{number}": "x" for number in range(51)}}, "attributes"),
        ({"phone": "15550100002"}, "phone"),
    ],
)
def test_what_cannot_be_written_is_refused_by_name(
    house: House, body: dict[str, object], says: str
) -> None:
    answer = house.ask("PATCH", PATH, body)

    assert (answer.status, answer.code) == (400, "invalid")
    assert says in answer.body["error"]["message"]


def test_people_are_listed_and_found(house: House) -> None:
    house.desk.sees("wamid.hidden", Person.of(bsuid="US.1003", username="cleo", name="Cléo"))

    def found(query: str = "") -> list[str]:
        return [one["name"] for one in house.ask("GET", f"/v1/contacts{query}").body["items"]]

    assert sorted(found()) == ["Ana", "Cléo"]
    assert found("?phone=+1 555 010 0001") == found("?name=an") == ["Ana"]
    assert found("?bsuid=US.1003") == found("?username=cleo") == found("?name=CLEO") == ["Cléo"]
    assert found("?phone=+1 555 010 0002") == []


@pytest.mark.parametrize("query", ["phone=12", "bsuid=x", "phone=15550100001&name=a", "name=%20"])
def test_a_search_that_cannot_be_made_is_refused(house: House, query: str) -> None:
    answer = house.ask("GET", f"/v1/contacts?{query.replace('%20', ' ')}")

    assert (answer.status, answer.code) == (400, "invalid")


def test_a_page_ends_where_the_next_begins(house: House) -> None:
    for number in range(5):
        house.desk.sees(f"wamid.{number}", Person.of(f"1555010020{number}"))

    shown, cursor = [], ""
    while True:
        answer = house.ask("GET", f"/v1/contacts?limit=2{cursor}").body
        shown += [one["id"] for one in answer["items"]]
        if answer["next"] is None:
            break
        cursor = f"&cursor={answer['next']}"

    assert len(shown) == len(set(shown)) == 6


def test_a_conversation_leads_to_its_contact_before_anything_is_known(house: House) -> None:
    begun = house.ask("POST", f"/v1/lines/{LINE}/conversations", {"phone": "+1 555 010 0077"})

    assert house.ask("GET", f"/v1/contacts/{begun.body['contact']['id']}").status == 404
    inbox = house.ask("GET", f"/v1/lines/{LINE}/conversations").body["items"]
    known = house.ask("GET", f"/v1/contacts/{inbox[0]['contact']['id']}").body
    assert known["id"] == inbox[0]["contact"]["id"]
    assert known["phones"] == [ANA.phone]


def test_a_consent_is_kept_with_where_it_comes_from(house: House) -> None:
    granted = house.ask("PUT", f"{PATH}/consent", {"state": "granted", "source": "the shop's form"})
    again = house.ask("PUT", f"{PATH}/consent", {"state": "granted", "source": "the shop's form"})
    withdrawn = house.ask("PUT", f"{PATH}/consent", {"state": "withdrawn"})

    assert granted.body["consent"] == {"state": "granted", "source": "the shop's form", "at": NOW}
    assert again.body == granted.body
    # Within the same second, the later word is the later one.
    assert withdrawn.body["consent"] == {"state": "withdrawn", "source": None, "at": NOW + 1}
    assert house.ask("GET", PATH).body == withdrawn.body


def test_the_team_can_note_a_wish_and_take_it_back(house: House) -> None:
    stopped = house.ask("PUT", f"{PATH}/marketing", {"wish": "stop"})
    resumed = house.ask("PUT", f"{PATH}/marketing", {"wish": "resume"})

    assert stopped.body["marketing"] is False
    assert stopped.body["wish"] == {"value": "stop", "at": NOW, "by": "team"}
    assert resumed.body["marketing"] is True
    assert resumed.body["wish"] == {"value": "resume", "at": NOW + 1, "by": "team"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("consent", {}),
        ("consent", {"state": "perhaps"}),
        ("consent", {"state": "granted", "source": ""}),
        ("consent", {"state": "granted", "source": "x" * 257}),
        ("marketing", {"wish": "perhaps"}),
        ("marketing", {}),
    ],
)
def test_what_is_no_wish_and_no_consent_is_said(house: House, path: str, body: object) -> None:
    answer = house.ask("PUT", f"{PATH}/{path}", body)

    assert (answer.status, answer.code) == (400, "invalid")
    assert house.ask("GET", PATH).body["marketing"] is True


def test_a_person_s_own_word_shows_since_when(house: House) -> None:
    said = Sighting(LINE, "wamid.stop", Source.INBOUND, NOW - 5, ANA, Content("text", "Stop!"))
    house.desk.recording.record("acme", said)

    shown = house.ask("GET", PATH).body

    assert shown["marketing"] is False
    assert shown["wish"] == {"value": "stop", "at": NOW - 5, "by": "word"}
