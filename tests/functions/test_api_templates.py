"""Templates in the API: what there is, and how a filled-in one reads."""

from dataclasses import replace

import pytest

from tandem.meta.errors import Reason, Unanswered, graph_error
from tandem.model.contact import Edit, contact_id
from tests.fakes.api_house import PREVIEW, House
from tests.fakes.broadcast_world import LINE, NOW, template_of
from tests.fakes.front_desk import ANA

PATH = f"/v1/lines/{LINE}/templates"


def test_every_template_is_listed_with_what_can_be_done_with_it(house: House) -> None:
    rejected = replace(
        template_of(status="REJECTED"), name="bad", reason="PROMOTIONAL", correct_category="UTILITY"
    )
    house.template_lists.there = (replace(template_of(), quality="GREEN"), rejected)

    items = house.ask("GET", PATH).body["items"]

    bad, good = items
    assert good == {
        "name": "spring_offer",
        "language": "en_US",
        "status": "APPROVED",
        "category": "UTILITY",
        "correct_category": None,
        "quality": "GREEN",
        "reason": None,
        "blanks": ["body.1"],
        "sendable": True,
        "read_at": NOW,
        "rewritten_at": None,
    }
    assert (bad["status"], bad["reason"], bad["sendable"]) == ("REJECTED", "PROMOTIONAL", False)


def test_the_list_is_read_from_meta_when_it_must_be_or_when_it_is_asked_to(house: House) -> None:
    asked = []
    for query in ("", "", "?refresh=true", "?refresh=false"):
        house.ask("GET", PATH + query)
        asked.append(house.template_lists.asked)

    assert asked == [1, 1, 2, 2]
    assert house.ask("GET", PATH + "?refresh=perhaps").status == 400


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Unanswered("no answer"), 503, "try_again"),
        (graph_error(Reason(code=200, title="no permission", http=403)), 422, "refused_by_meta"),
    ],
)
def test_what_meta_does_not_list_is_said_in_words(
    house: House, fault: Exception, status: int, code: str
) -> None:
    house.template_lists.fault = fault  # type: ignore[assignment]

    answer = house.ask("GET", PATH)

    assert (answer.status, answer.code) == (status, code)


def test_a_preview_reads_as_each_of_the_people_would_read_it(house: House) -> None:
    ana, people = contact_id(ANA.aliases[0]), house.stage.people
    house.desk.sees("wamid.ana", ANA, at=NOW - 5)
    contact = people.contact("acme", ANA.aliases[0])
    people.write("acme", contact, Edit(attributes={"city": "Lima"}), now_ms=NOW * 1000)
    asked = {
        **PREVIEW,
        "fill": {"body.1": {"field": "attribute.city"}},
        "contacts": [
            ana,
            {"phone": "+1 555 010 0002"},
            {"bsuid": "US.1002", "values": {"body.1": "Ben"}},
        ],
    }

    answer = house.ask("POST", f"{PATH}/preview", asked)

    missing = {"blank": "body.1", "why": "attribute.city is not known, and there is no fallback"}
    assert answer.status == 200
    assert answer.body["template"]["name"] == "spring_offer"
    assert answer.body["items"] == [
        {"text": "Lima, everything blue is 20 % off.", "missing": None},
        {"text": None, "missing": missing},
        {"text": "Ben, everything blue is 20 % off.", "missing": None},
    ]


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"name": "winter"}, 404, "no template winter in en_US"),
        ({"language": "es"}, 404, "it is there in en_US"),
        ({"fill": {}}, 400, "needs something for body.1"),
        ({"fill": {"body.1": {"field": "shoe"}}}, 400, "no field 'shoe'"),
        ({"fill": {"body.9": {"text": "x"}}}, 400, "has no blank 'body.9'"),
        ({"contacts": []}, 400, "contacts"),
        ({"contacts": ["QUFB"]}, 404, "contacts.0: there is no such contact"),
        ({"contacts": [contact_id("phone:15550109999")]}, 404, "contacts.0: there is no such"),
        ({"contacts": [{"phone": "12"}]}, 400, "contacts.0: this is not an international"),
        ({"contacts": [{"phone": "+1 555 010 0001"}] * 11}, 400, "contacts"),
    ],
)
def test_what_cannot_be_previewed_is_said_in_words(
    house: House, change: dict[str, object], status: int, says: str
) -> None:
    answer = house.ask("POST", f"{PATH}/preview", PREVIEW | change)

    assert answer.status == status
    assert says in answer.body["error"]["message"]


def test_a_preview_keeps_and_sends_nothing(house: House) -> None:
    house.ask("GET", PATH)
    before = house.desk.table.contents()  # type: ignore[attr-defined]

    house.ask("POST", f"{PATH}/preview", PREVIEW)

    assert house.desk.table.contents() == before  # type: ignore[attr-defined]
    assert house.stage.meta.calls == []
