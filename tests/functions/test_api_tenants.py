"""The API and its tenants: nobody sees, changes or even senses what is another's."""

import json

import pytest

from functions.api import handler as api_function
from tandem.model.contact import contact_id
from tandem.model.events import Kept, StatusNote
from tandem.model.message import StoredFile
from tests.fakes.api_house import BROADCAST, OTHER_LINE, ROUTES, SERIES, Answer, House, refusal
from tests.fakes.broadcast_world import LINE, NOW
from tests.fakes.front_desk import ANA, BEN


def test_no_route_is_missing_from_the_proof_below() -> None:
    api, braces = api_function.routes(), str.maketrans("<>", "{}")
    known = {
        (route.method, route.path.translate(braces).replace("/.+/", "/{message}/"))
        for route in api._static_routes + api._dynamic_routes
    }

    assert known == {(method, path) for method, path, _ in ROUTES}


def furnished(house: House) -> dict[str, str]:
    """Everything of acme that has an id, and words that nobody else may read."""
    desk = house.desk
    made = house.ask("POST", "/v1/broadcasts", BROADCAST)
    recurring = house.ask("POST", "/v1/series", SERIES)
    house.stage.plan()
    desk.messages.note_status("acme", StatusNote(LINE, "wamid.secret", "read", NOW, ANA))
    desk.kept.keep("acme", Kept("unknown_field", "secret", "secret", at=5, line=LINE), NOW)
    desk.shows("wamid.shown", at=NOW - 5, file=StoredFile("m1", key="acme/secret", size=3))
    return {
        "line": LINE,
        "conversation": desk.id(ANA),
        "contact": contact_id("phone:15550100001"),
        "message": "wamid.shown",
        "broadcast": made.body["id"],
        "uploaded": house.stage.uploaded(b"phone,name\n+15550100001,secret\n").id,
        "segment": house.stage.named_segments.create(
            "acme", "spring", "tag = secret", by="Kim"
        ).name,
        "series": recurring.body["id"],
    }


def unnamed(text: str, ids: dict[str, str]) -> str:
    """A text without the ids that the request itself named."""
    for named in ids.values():
        text = text.replace(named, "…")
    return text


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_what_is_another_tenant_s_is_as_if_it_were_not_there(
    house: House, method: str, path: str, body: object
) -> None:
    theirs = furnished(house)
    absent = {
        "line": "nowhere",
        "conversation": "QUFB",
        "contact": contact_id("phone:15550109999"),
        "message": "wamid.none",
        "broadcast": "f" * 20,
        "uploaded": "f" * 20,
        "segment": "nothing",
        "series": "e" * 20,
    }
    before = house.desk.table.contents()  # type: ignore[attr-defined]

    def ask(ids: dict[str, str]) -> Answer:
        sent = json.loads(json.dumps(body).replace("{line}", ids["line"]))
        return house.ask(method, path.format(**ids), sent, tenant="globex")

    foreign, nothing = ask(theirs), ask(absent)

    said = json.dumps(foreign.body)
    assert foreign.status == refusal(method, path)
    assert (foreign.status, unnamed(said, theirs)) == (
        nothing.status,
        unnamed(json.dumps(nothing.body), absent),
    )
    for secret in ("secret", "Ana", "15550100001", "US.1001", "acme"):
        assert secret not in said
    assert house.desk.table.contents() == before  # type: ignore[attr-defined]
    assert house.desk.meta.calls == []


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_without_the_authorizer_s_word_nothing_is_answered(
    house: House, method: str, path: str, body: object
) -> None:
    theirs = furnished(house)

    answer = house.ask(method, path.format(**theirs), body, tenant=None)

    assert (answer.status, answer.code) == (403, "no_key")


def test_a_cursor_of_another_tenant_leads_into_one_s_own_rows_only(house: House) -> None:
    for number in range(3):
        house.desk.sees(f"wamid.{number}", ANA, at=NOW - 100 - number)
        house.desk.kept.keep("acme", Kept("account", f"secret{number}", "x", at=number), NOW)
    cursors = [
        house.ask("GET", path).body["next"]
        for path in ("/v1/kept?limit=1", f"/v1/conversations/{house.desk.id(ANA)}/messages?limit=1")
    ]

    for cursor in cursors:
        for path in ("/v1/kept", "/v1/broadcasts", f"/v1/lines/{OTHER_LINE}/conversations"):
            answer = house.ask("GET", f"{path}?cursor={cursor}", tenant="globex")
            assert answer.status in (200, 400)
            assert "secret" not in json.dumps(answer.body)


def test_a_message_of_another_tenant_is_not_found_through_one_s_own_conversation(
    house: House,
) -> None:
    theirs = furnished(house)

    for message in (theirs["message"], "wamid.b"):
        path = f"/v1/conversations/{house.other.id(BEN)}/messages/{message}/file"
        assert house.ask("GET", path, tenant="globex").status == 404


def test_no_link_leads_to_an_object_of_another_tenant(house: House) -> None:
    for key in ("acme/1/secret", "globex-2/1/secret", "secret"):
        house.other.shows("wamid.stray", BEN, file=StoredFile("m1", key=key))
        path = f"/v1/conversations/{house.other.id(BEN)}/messages/wamid.stray/file"

        answer = house.ask("GET", path, tenant="globex")

        assert (answer.status, "location" in answer.headers) == (404, False)


def test_the_tenant_comes_from_the_authorizer_whatever_the_request_says(house: House) -> None:
    answer = house.ask("GET", "/v1/lines?tenant=acme", tenant="globex", x_tenant="acme")

    assert [line["id"] for line in answer.body["items"]] == [OTHER_LINE]
