"""The API and what anybody may send to it: an answer in words, never a fault."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.api_house import BROADCAST, HELLO, ROUTES, House, made_house
from tests.fakes.broadcast_world import LINE, NOW
from tests.fakes.front_desk import ANA


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=-1", "limit=1,2"])
def test_a_page_has_1_to_100_items(house: House, query: str) -> None:
    answer = house.ask("GET", f"/v1/lines/{LINE}/conversations?{query}")

    assert (answer.status, answer.code) == (400, "invalid")


def crafted(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        crafted(value)
        for value in (
            ["", "", ""],
            [1, 2, 3],
            ["a"],
            {"a": 1, "b": 2, "c": 3},
            None,
            ["\ud800"] * 3,
        )
    ]
    + [crafted(["a" * 1025, "b", "c"]), "%00", "é", "A" * 3000, "[" * 1500],
)
@pytest.mark.parametrize(
    "path",
    ["/v1/kept", "/v1/broadcasts", f"/v1/lines/{LINE}/conversations", f"/v1/lines/{LINE}/shelf"],
)
def test_a_cursor_that_was_not_given_is_refused(house: House, path: str, cursor: str) -> None:
    answer = house.ask("GET", f"{path}?cursor={cursor}")

    assert (answer.status, answer.code) == (400, "invalid")


@pytest.mark.parametrize("cursor", ["x", crafted("n1"), "bi0x", "bjk5OTk5OTk5OTk5OQ"])
def test_a_cursor_of_recipients_is_one_of_ours(house: House, cursor: str) -> None:
    made = house.ask("POST", "/v1/broadcasts", BROADCAST)

    answer = house.ask("GET", f"/v1/broadcasts/{made.body['id']}/recipients?cursor={cursor}")

    assert answer.status == 400


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "type"),
        ("{", "not JSON"),
        ("[]", "body"),
        ('"x"', "body"),
        ("[" * 100_000, "not JSON"),
        ('{"type": "text", "text": NaN}', "not JSON"),
        ('{"type": "text", "text": "\\ud800"}', "not JSON"),
        ({"type": "text"}, "text"),
        ({"type": "text", "text": 5}, "text"),
        ({"type": "text", "text": " "}, "at least one character"),
        ({"type": "text", "text": "x" * 4097}, "4096"),
        ({"type": "text", "text": "Hi", "colour": "red"}, "colour"),
        ({"type": "sticker", "media": {"media_id": "1"}}, "type|text|image"),
        ({"type": "image", "media": {}}, "media id or a link"),
        ({"type": "template", "template": {"name": "x"}}, "language"),
    ],
)
def test_a_body_that_is_wrong_says_where(house: House, body: object, says: str) -> None:
    answer = house.ask("POST", f"/v1/conversations/{house.desk.id(ANA)}/messages", body)

    assert (answer.status, answer.code) == (400, "invalid")
    assert any(word in answer.body["error"]["message"] for word in says.split("|"))
    assert house.desk.meta.calls == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "neither a phone number nor a user id"),
        ({"phone": ""}, "neither"),
        ({"phone": "+1 (555) 01"}, "7 to 15 digits"),
        ({"phone": "0555 010 0001"}, "7 to 15 digits"),
        ({"phone": "1" * 16}, "7 to 15 digits"),
        ({"phone": "Ana"}, "7 to 15 digits"),
        ({"phone": "\u0661\u0665550100001"}, "7 to 15 digits"),
        ({"phone": 15550100001}, "phone"),
        ({"phone": "15550100000"}, "the line itself"),
        ({"bsuid": "1001"}, "user id"),
        ({"bsuid": "US.10#01"}, "user id"),
        ({"phone": "15550100001", "bsuid": "US.1001"}, "not both"),
        ({"number": "15550100001"}, "number"),
    ],
)
def test_who_cannot_be_written_to_is_refused_in_words(
    house: House, body: dict[str, Any], says: str
) -> None:
    answer = house.ask("POST", f"/v1/lines/{LINE}/conversations", body)

    assert (answer.status, answer.code) == (400, "invalid")
    assert says in answer.body["error"]["message"]


@pytest.mark.parametrize(
    "change",
    [
        {"audience": {}},
        {"audience": {"people": [{"phone": 5}]}},
        {"audience": {"segment": "tag = "}},
        {"audience": "everybody"},
        {"timing": {"at": "tomorrow"}},
        {"timing": {"at": True}},
        {"timing": {"at": NOW - 3600}},
        {"timing": {"local": "2027-01-01T10:00", "zone": "Europe/Atlantis"}},
        {"timing": {"local": "2027-01-01T10:00", "at": NOW + 60}},
        {"timing": {"quiet": {"since": "21:00", "until": "21:00"}}},
        {"rules": {"spare_hours": 0}},
        {"fill": {"body.1": {"text": "x", "field": "name"}}},
        {"fill": {"body.9": {"text": "x"}}},
        {"line": "1#2"},
        {"template": {"name": "spring_offer", "language": "en_US", "category": "gossip"}},
    ],
)
def test_a_broadcast_that_is_wrong_is_not_taken_on(house: House, change: dict[str, Any]) -> None:
    answer = house.ask("POST", "/v1/broadcasts", BROADCAST | change)

    assert (answer.status, answer.code) == (400, "invalid")
    assert house.stage.plan_queue.jobs == []


@pytest.mark.parametrize("key", ["", "x" * 201, "é", "a\nb"])
def test_an_idempotency_key_is_short_and_plain(house: House, key: str) -> None:
    path = f"/v1/conversations/{house.desk.id(ANA)}/messages"

    answer = house.ask("POST", path, HELLO, idempotency_key=key)

    assert answer.status == 400


@settings(max_examples=60, deadline=None)
@given(
    name=st.text(
        st.characters(blacklist_characters="/?&", blacklist_categories=("Cs",)), min_size=1
    ),
    route=st.sampled_from([route for route in ROUTES if "{" in route[1]]),
)
def test_any_id_whatever_is_answered_and_never_a_fault(
    name: str, route: tuple[str, str, object]
) -> None:
    method, path, body = route
    with pytest.MonkeyPatch.context() as monkeypatch:
        house = made_house(monkeypatch)
        named = ("line", "conversation", "contact", "message")
        things = ("broadcast", "series", "uploaded", "segment")
        ids = dict.fromkeys((*named, *things), name)

        answer = house.ask(method, path.format(**ids), body)

    assert answer.status in (200, 400, 404)


def test_an_unknown_route_and_a_wrong_method_are_404_in_our_own_words(house: House) -> None:
    for method, path in (("GET", "/v1/nothing"), ("DELETE", "/v1/lines")):
        answer = house.ask(method, path)

        assert (answer.status, answer.code) == (404, "no_such_route")


def test_the_stage_before_the_path_and_an_encoded_body_are_understood(house: House) -> None:
    path = f"/local/v1/conversations/{house.desk.id(ANA)}/messages"
    event: dict[str, Any] = {
        "version": "2.0",
        "rawPath": path,
        "headers": {},
        "requestContext": {
            "http": {"method": "POST", "path": path},
            "stage": "local",
            "authorizer": {"lambda": {"tenant": "acme", "key": "console"}},
        },
        "body": base64.b64encode(json.dumps(HELLO).encode()).decode(),
        "isBase64Encoded": True,
    }

    answer = house.resolve(event)

    assert answer.status == 201


# ---- faults


def test_a_fault_of_ours_is_500_with_an_id_and_without_what_was_written(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret words of a customer")

    monkeypatch.setattr(house.desk.reading, "lines", broken)

    answer = house.ask("GET", "/v1/lines")

    logged = str([vars(record) for record in caplog.records])
    assert (answer.status, answer.body["error"]["id"]) == (500, "request-1")
    assert "request-1" in answer.body["error"]["message"]
    assert "RuntimeError" in logged
    assert "secret" not in logged + json.dumps(answer.body)


def test_the_log_names_neither_people_nor_ids_that_hold_their_numbers(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.ask("POST", f"/v1/conversations/{house.desk.id(ANA)}/messages", HELLO)

    logged = str([vars(record) for record in caplog.records])
    assert "'status': 201" in logged
    for secret in ("15550100001", "US.1001", "Hello", house.desk.id(ANA)):
        assert secret not in logged
