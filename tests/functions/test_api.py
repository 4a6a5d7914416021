"""The API: what it shows and what it does."""

from typing import Any

import pytest

from tandem.model.events import Kept, StatusNote
from tandem.model.line import LineState
from tandem.model.message import WINDOW_SECONDS
from tests.fakes.api_house import BROADCAST, HELLO, House
from tests.fakes.broadcast_stage import LINE, NOW, meta_error, people
from tests.fakes.front_desk import ANA

# ---- reading


def test_lines_are_shown_with_their_state_and_their_trouble(house: House) -> None:
    house.desk.lines.note_trouble("acme", LINE, "Add a valid payment method.")

    answer = house.ask("GET", "/v1/lines")

    assert answer.status == 200
    assert answer.body["next"] is None
    (line,) = answer.body["items"]
    assert (line["id"], line["state"], line["mode"], line["rate"]) == (
        LINE,
        "active",
        "coexistence",
        20,
    )
    assert line["trouble"] == "Add a valid payment method."
    assert house.ask("GET", f"/v1/lines/{LINE}").body == line


def test_the_import_of_a_line_is_shown_with_its_steps_and_certificate(house: House) -> None:
    answer = house.ask("GET", f"/v1/lines/{LINE}/sync")

    assert answer.status == 200
    assert [step["step"] for step in answer.body["steps"]] == [
        "subscribe",
        "read_line",
        "contacts",
        "history",
    ]
    assert answer.body["certificate"]["verdict"] == "nothing_yet"


def test_the_inbox_shows_who_and_whether_the_window_is_open(house: House) -> None:
    answer = house.ask("GET", f"/v1/lines/{LINE}/conversations?limit=1")

    (shown,) = answer.body["items"]
    assert shown["contact"] == {
        "name": "Ana",
        "username": None,
        "phones": ["15550100001"],
        "bsuids": ["US.1001"],
    }
    assert shown["unread"] is True
    assert shown["window"] == {
        "open": True,
        "closes_at": NOW - 3600 + WINDOW_SECONDS,
        "opened_by": "wamid.a",
    }
    assert house.ask("GET", f"/v1/conversations/{shown['id']}").body == shown


def test_a_conversation_is_marked_as_read(house: House) -> None:
    path = f"/v1/conversations/{house.desk.id(ANA)}"

    answer = house.ask("POST", f"{path}/read")

    assert (answer.status, answer.body["unread"], answer.body["last_read_at"]) == (200, False, NOW)


def test_messages_are_shown_with_all_that_is_known_of_them(house: House) -> None:
    answer = house.ask("GET", f"/v1/conversations/{house.desk.id(ANA)}/messages")

    assert answer.body["items"] == [
        {
            "id": "wamid.a",
            "at": NOW - 3600,
            "origin": "customer",
            "imported": False,
            "type": "text",
            "state": "received",
            "text": "text of wamid.a",
            "media": None,
            "reply_to": None,
            "target": None,
            "statuses": [],
            "charge": None,
            "failures": [],
            "extra": {},
        }
    ]


def test_the_shelf_and_the_kept_things_are_shown(house: House) -> None:
    house.desk.messages.note_status("acme", StatusNote(LINE, "wamid.9", "read", NOW, ANA))
    house.desk.kept.keep("acme", Kept("unknown_field", "flows", '{"a": 1}', at=5, line=LINE), NOW)

    (waiting,) = house.ask("GET", f"/v1/lines/{LINE}/shelf").body["items"]
    (kept_thing,) = house.ask("GET", "/v1/kept").body["items"]

    assert (waiting["id"], waiting["state"], waiting["at"]) == ("wamid.9", "waiting", None)
    assert (kept_thing["reason"], kept_thing["what"], kept_thing["raw"]) == (
        "unknown_field",
        "flows",
        '{"a": 1}',
    )


# ---- writing


def test_a_message_is_sent_and_the_next_read_shows_it(house: House) -> None:
    path = f"/v1/conversations/{house.desk.id(ANA)}/messages"

    answer = house.ask("POST", path, HELLO)

    assert answer.status == 201
    assert (answer.body["id"], answer.body["state"]) == ("wamid.1", "accepted")
    newest = house.ask("GET", path).body["items"][0]
    assert (newest["id"], newest["origin"], newest["text"]) == ("wamid.1", "api", "Hello")


def test_an_unknown_outcome_is_202_and_in_the_timeline(house: House) -> None:
    path = f"/v1/conversations/{house.desk.id(ANA)}/messages"
    house.desk.meta.silent = True

    answer = house.ask("POST", path, HELLO, idempotency_key="k")

    assert (answer.status, answer.body["state"]) == (202, "unknown")
    newest = house.ask("GET", path).body["items"][0]
    assert (newest["id"], newest["state"]) == (answer.body["id"], "unknown")
    house.desk.tell("sent")
    again = house.ask("POST", path, HELLO, idempotency_key="k")
    assert (again.status, again.body["id"]) == (201, "wamid.1")


@pytest.mark.parametrize(
    "body",
    [
        {"type": "image", "media": {"link": "https://shop.example/a.jpg", "caption": "Cake"}},
        {"type": "document", "media": {"media_id": "77", "filename": "bill.pdf"}},
        {"type": "template", "template": {"name": "order_ready", "language": "en_US"}},
        {"type": "text", "text": "Hi", "preview_url": True, "reply_to": "wamid.a"},
    ],
)
def test_every_type_of_message_can_be_sent(house: House, body: dict[str, Any]) -> None:
    answer = house.ask("POST", f"/v1/conversations/{house.desk.id(ANA)}/messages", body)

    assert answer.status == 201
    assert house.desk.meta.heard[0].kind == body["type"]


def test_a_closed_window_says_when_it_closed_and_what_to_do(house: House) -> None:
    house.desk.time.now += WINDOW_SECONDS

    answer = house.ask("POST", f"/v1/conversations/{house.desk.id(ANA)}/messages", HELLO)

    assert (answer.status, answer.code) == (409, "window_closed")
    assert "UTC: send a template instead" in answer.body["error"]["message"]


@pytest.mark.parametrize(
    ("code", "status", "error", "retry_after"),
    [
        (131026, 422, "refused_by_meta", None),
        (130429, 429, "too_fast", "1"),
        (131056, 429, "too_fast", "6"),
        (131016, 503, "try_again", "10"),
    ],
)
def test_what_meta_answers_becomes_a_status(
    house: House, code: int, status: int, error: str, retry_after: str | None
) -> None:
    def refuse(_: str) -> None:
        raise meta_error(code)

    house.desk.meta.answer = refuse

    answer = house.ask("POST", f"/v1/conversations/{house.desk.id(ANA)}/messages", HELLO)

    assert (answer.status, answer.code) == (status, error)
    assert answer.headers.get("retry-after") == retry_after
    assert answer.body["error"].get("meta_code") == (code if status == 422 else None)


def test_an_offboarded_line_is_409_with_why(house: House) -> None:
    house.desk.lines.set_state("acme", LINE, LineState.OFFBOARDED, since=LineState.ACTIVE)

    answer = house.ask("POST", f"/v1/conversations/{house.desk.id(ANA)}/messages", HELLO)

    assert (answer.status, answer.code) == (409, "line_offboarded")


# ---- broadcasts


def test_a_broadcast_is_taken_on_once_for_each_key(house: House) -> None:
    first = house.ask("POST", "/v1/broadcasts", BROADCAST, idempotency_key="k")
    again = house.ask("POST", "/v1/broadcasts", BROADCAST, idempotency_key="k")
    other = house.ask("POST", "/v1/broadcasts", BROADCAST | {"name": "Summer"}, idempotency_key="k")

    assert (first.status, first.body["state"], first.body["by"]) == (201, "scheduled", "console")
    assert again.body == first.body
    assert (other.status, other.code) == (409, "key_reused")
    listed = house.ask("GET", "/v1/broadcasts").body["items"]
    assert [one["id"] for one in listed] == [first.body["id"]]


def test_a_broadcast_is_followed_from_planned_to_sent(house: House) -> None:
    audience = [{"phone": entry.phone, "parameters": ["Ana"]} for entry in people(5)]
    made = house.ask("POST", "/v1/broadcasts", BROADCAST | {"audience": audience})
    path = f"/v1/broadcasts/{made.body['id']}"
    before = house.ask("GET", path).body["progress"]

    house.stage.plan()
    house.stage.work()

    progress = house.ask("GET", path).body["progress"]
    assert (before["waiting"], before["accepted"]) == (5, 0)
    assert (progress["waiting"], progress["accepted"], progress["total"]) == (0, 5, 5)
    first = house.ask("GET", f"{path}/recipients?limit=3").body
    rest = house.ask("GET", f"{path}/recipients?limit=3&cursor={first['next']}").body
    shown = first["items"] + rest["items"]
    assert [one["number"] for one in shown] == [0, 1, 2, 3, 4]
    assert {one["state"] for one in shown} == {"sent"}
    assert rest["next"] is None


def test_a_broadcast_can_be_held_and_let_go(house: House) -> None:
    made = house.ask("POST", "/v1/broadcasts", BROADCAST)
    path = f"/v1/broadcasts/{made.body['id']}"

    held = house.ask("POST", f"{path}/pause")
    twice = house.ask("POST", f"{path}/pause")
    gone_on = house.ask("POST", f"{path}/resume")

    assert (held.status, held.body["state"]) == (200, "paused")
    assert twice.status == 409
    assert gone_on.body["state"] != "paused"
