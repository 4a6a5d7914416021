"""The API: what it shows and what it does."""

import math
from typing import Any

import pytest

from tandem.model.contact import contact_id
from tandem.model.events import Content, Kept, Source, StatusNote
from tandem.model.happening import Happening, Told
from tandem.model.identity import Person
from tandem.model.line import LineState
from tandem.model.message import StoredFile
from tandem.model.notice import Topic
from tandem.model.window import WINDOW_SECONDS
from tandem.store.happenings import Happenings
from tandem.store.lines import Reading
from tests.fakes.api_house import BROADCAST, HELLO, TEMPLATE, House
from tests.fakes.broadcast_world import LINE, NOW, meta_error, people
from tests.fakes.front_desk import ANA, BEN

DAY = 24 * 3600

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


def test_a_line_is_switched_to_the_marketing_messages_api_and_back(house: House) -> None:
    path = f"/v1/lines/{LINE}"
    assert house.ask("GET", path).body["marketing_messages"] == "auto"

    switched = house.ask("PATCH", path, {"marketing_messages": "on"})

    assert (switched.status, switched.body["marketing_messages"]) == (200, "on")
    assert house.ask("GET", path).body["marketing_messages"] == "on"
    assert house.ask("PATCH", path, {"marketing_messages": "maybe"}).status == 400
    assert house.ask("PATCH", "/v1/lines/1", {"marketing_messages": "on"}).status == 404
    for way in ("off", "auto"):
        assert house.ask("PATCH", path, {"marketing_messages": way}).body == {
            **switched.body,
            "marketing_messages": way,
        }


def test_a_line_shows_how_it_stands_with_meta(house: House) -> None:
    told = {"people": -1}
    house.desk.lines.note_told("acme", LINE, Topic.LIMIT, told, at=NOW)
    expires = Reading(token_expires_at=NOW + 3 * DAY - 1)
    house.desk.lines.note_reading("acme", LINE, expires, at=NOW)

    line = house.ask("GET", f"/v1/lines/{LINE}").body

    assert line["messaging_limit"] == "unlimited"
    assert line["token"] == {"expires_at": NOW + 3 * DAY - 1, "days_left": 2}
    assert (line["restrictions"], line["disconnected"], line["username"]) == ([], None, None)


def test_a_disconnected_line_says_from_when_it_can_be_connected_again(house: House) -> None:
    why = {"reason": "NUMBER_CHANGED", "initiated_by": "USER", "why": "it was changed"}
    house.desk.lines.note_announcement("acme", LINE, at=NOW, removal=True)
    house.desk.lines.note_told("acme", LINE, Topic.REMOVAL, why, at=NOW)

    line = house.ask("GET", f"/v1/lines/{LINE}").body

    assert line["disconnected"] == {"at": NOW, **why, "again_from": NOW + 15 * 60}


def test_the_timeline_of_a_line_is_paged_newest_first(house: House) -> None:
    happenings = Happenings(house.desk.table)
    for number in range(3):
        happening = Happening(NOW + number, "state", Told.GRAPH, f"It happened {number}.")
        happenings.note("acme", LINE, happening)

    first = house.ask("GET", f"/v1/lines/{LINE}/timeline?limit=2").body
    second = house.ask("GET", f"/v1/lines/{LINE}/timeline?limit=2&cursor={first['next']}").body

    assert first["items"][0] == {
        "at": NOW + 2,
        "kind": "state",
        "told_by": "graph",
        "text": "It happened 2.",
    }
    assert [item["at"] for item in first["items"] + second["items"]] == [NOW + 2, NOW + 1, NOW]
    assert second["next"] is None


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
        "id": contact_id("bsuid:US.1001"),
        "name": "Ana",
        "username": None,
        "phones": ["15550100001"],
        "bsuids": ["US.1001"],
        "ambiguous": False,
    }
    assert shown["unread"] is True
    assert shown["window"] == {
        "open": True,
        "closes_at": NOW - 3600 + WINDOW_SECONDS,
        "opened_by": "wamid.a",
        "entry_point": None,
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
            "file": None,
            "reply_to": None,
            "target": None,
            "edited_at": None,
            "revoked": None,
            "reactions": [],
            "ghost": False,
            "statuses": [],
            "charge": None,
            "failures": [],
            "extra": {},
        }
    ]


def test_a_message_is_shown_with_what_was_done_to_it(house: House) -> None:
    desk = house.desk
    for wamid, kind, text in (("wamid.1", "reaction", "\U0001f44d"), ("wamid.2", "revoke", None)):
        desk.sees(wamid, content=Content(kind, text, target="wamid.a"))

    (item,) = house.ask("GET", f"/v1/conversations/{desk.id(ANA)}/messages").body["items"]

    assert item["reactions"] == [{"by": "customer", "emoji": "\U0001f44d", "at": NOW - 3600}]
    assert item["revoked"] == {"at": NOW - 3600, "by": "customer"}
    assert (item["id"], item["text"], item["target"]) == ("wamid.a", None, None)


def test_the_file_of_a_revoked_message_is_not_handed_out(house: House) -> None:
    house.desk.shows("wamid.b", file=StoredFile("m1", key="acme/1/ab", size=3))
    path = f"/v1/conversations/{house.desk.id(ANA)}/messages/wamid.b/file"
    before = house.ask("GET", path)

    house.desk.sees("wamid.1", content=Content("revoke", target="wamid.b"))

    assert (before.status, house.ask("GET", path).status) == (302, 404)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("?reason=malformed", ["messages.messages"]),
        ("?what=calls", ["calls"]),
        ("?reason=malformed&what=calls", []),
        ("?reason=", ["calls", "messages.messages"]),
    ],
)
def test_kept_things_are_shown_by_reason_and_kind(
    house: House, asked: str, shown: list[str]
) -> None:
    house.desk.kept.keep("acme", Kept("unknown_field", "calls", "{}", at=6, line=LINE), NOW)
    house.desk.kept.keep("acme", Kept("malformed", "messages.messages", "7", at=5), NOW)

    answer = house.ask("GET", f"/v1/kept{asked}")

    assert [kept["what"] for kept in answer.body["items"]] == shown


def test_the_shelf_and_the_kept_things_are_shown(house: House) -> None:
    house.desk.messages.note_status("acme", StatusNote(LINE, "wamid.9", "read", NOW, ANA))
    house.desk.kept.keep("acme", Kept("unknown_field", "flows", '{"a": 1}', at=5, line=LINE), NOW)

    shelf = house.ask("GET", f"/v1/lines/{LINE}/shelf").body
    (waiting,) = shelf["items"]
    (kept_thing,) = house.ask("GET", "/v1/kept").body["items"]

    assert (waiting["id"], waiting["state"], waiting["at"]) == ("wamid.9", "waiting", None)
    assert (waiting["waits_for"], waiting["since"], waiting["orphan"]) == (["statuses"], NOW, False)
    assert shelf["summary"] == {"waiting": 1, "orphans": 0, "oldest_since": NOW, "complete": True}
    assert (kept_thing["reason"], kept_thing["what"], kept_thing["raw"]) == (
        "unknown_field",
        "flows",
        '{"a": 1}',
    )


# ---- files


def test_a_file_is_handed_out_by_a_link(house: House) -> None:
    """An id is base64: in an address its signs come in plain, or percent-encoded."""
    house.desk.shows("wamid.a/b+/c==", file=StoredFile("m1", key="acme/1/ab", size=3))
    path = f"/v1/conversations/{house.desk.id(ANA)}/messages"

    for written in ("wamid.a/b+/c==", "wamid.a%2Fb%2B%2Fc%3D%3D"):
        answer = house.ask("GET", f"{path}/{written}/file")

        link = "https://media.example/acme/1/ab?attachment; filename*=UTF-8''the%20cake.jpg"
        assert (answer.status, answer.headers["location"]) == (302, link)
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("file", "shown", "status", "code", "says"),
    [
        (None, "waiting", 409, "file_waiting", "ask again"),
        (StoredFile("m1", lost="(100: gone)"), "lost", 410, "file_lost", "(100: gone)"),
    ],
)
def test_a_file_that_is_not_there_says_why(
    house: House, file: StoredFile | None, shown: str, status: int, code: str, says: str
) -> None:
    house.desk.shows("wamid.1", file=file, at=NOW)
    path = f"/v1/conversations/{house.desk.id(ANA)}/messages"

    answer = house.ask("GET", f"{path}/wamid.1/file")

    assert (answer.status, answer.code) == (status, code)
    assert says in answer.body["error"]["message"]
    newest = house.ask("GET", path).body["items"][0]
    why = file.lost if file else None
    assert newest["file"] == {
        "state": shown,
        "size": None,
        "mime_type": "image/jpeg",
        "why": why,
    }


def test_a_message_shows_the_file_that_was_fetched(house: House) -> None:
    file = StoredFile("m1", key="acme/1/ab", size=3, mime_type="image/png")
    house.desk.shows("wamid.1", file=file, at=NOW)

    answer = house.ask("GET", f"/v1/conversations/{house.desk.id(ANA)}/messages")

    shown = answer.body["items"][0]["file"]
    assert shown == {"state": "fetched", "size": 3, "mime_type": "image/png", "why": None}


def test_a_message_without_a_file_or_of_another_conversation_has_none_to_give(
    house: House,
) -> None:
    house.desk.shows("wamid.other", BEN, file=StoredFile("m1", key="acme/1/ab"))
    house.desk.shows("wamid.ours", source=Source.API)
    path = f"/v1/conversations/{house.desk.id(ANA)}/messages"

    for message in ("wamid.a", "wamid.other", "wamid.ours", "wamid.none", "x" * 3000):
        assert house.ask("GET", f"{path}/{message}/file").status == 404


# ---- writing


@pytest.mark.parametrize(
    "person", [{"phone": "+1 (555) 010-0077"}, {"bsuid": "US.1077"}], ids=["phone", "bsuid"]
)
def test_somebody_who_never_wrote_can_be_written_to(house: House, person: dict[str, str]) -> None:
    before = house.desk.table.contents()  # type: ignore[attr-defined]

    began = house.ask("POST", f"/v1/lines/{LINE}/conversations", person)

    path = f"/v1/conversations/{began.body['id']}"
    assert (began.status, began.body["last_activity_at"]) == (201, None)
    assert began.body["window"] == {
        "open": False,
        "closes_at": None,
        "opened_by": None,
        "entry_point": None,
    }
    assert house.ask("GET", path).body == house.ask("POST", f"{path}/read").body == began.body
    assert house.ask("GET", f"{path}/messages").body == {"items": [], "next": None}
    assert house.desk.table.contents() == before  # type: ignore[attr-defined]
    assert house.ask("POST", f"{path}/messages", HELLO).code == "window_closed"
    assert house.ask("POST", f"{path}/messages", TEMPLATE).status == 201
    again = house.ask("POST", f"/v1/lines/{LINE}/conversations", person)
    assert (again.status, again.body["last_activity_at"]) == (200, NOW)
    inbox = house.ask("GET", f"/v1/lines/{LINE}/conversations").body["items"]
    assert began.body["id"] in {conversation["id"] for conversation in inbox}


def test_a_number_that_meta_knows_by_another_is_one_conversation(house: House) -> None:
    dialled, known = "15550100078", "15550100079"
    house.desk.meta.known_as[f"phone:{dialled}"] = known
    began = house.ask("POST", f"/v1/lines/{LINE}/conversations", {"phone": dialled})
    house.ask("POST", f"/v1/conversations/{began.body['id']}/messages", TEMPLATE)

    house.desk.sees("wamid.answer", Person.of(known), at=NOW + 5)

    shown = house.ask("GET", f"/v1/conversations/{began.body['id']}/messages").body["items"]
    assert [message["origin"] for message in shown] == ["customer", "api"]


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
        TEMPLATE,
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

    assert (first.status, first.body["state"], first.body["by"]) == (201, "planning", "console")
    assert again.body == first.body
    assert (other.status, other.code) == (409, "key_reused")
    listed = house.ask("GET", "/v1/broadcasts").body["items"]
    assert [one["id"] for one in listed] == [first.body["id"]]


def test_a_broadcast_is_followed_from_planned_to_sent(house: House) -> None:
    everybody = [{"phone": entry.phone, "values": {"body.1": "Ana"}} for entry in people(5)]
    audience = {"people": everybody}
    made = house.ask("POST", "/v1/broadcasts", BROADCAST | {"audience": audience})
    path = f"/v1/broadcasts/{made.body['id']}"
    house.stage.plan()
    before = house.ask("GET", path).body
    house.stage.work()

    progress = house.ask("GET", path).body["progress"]
    assert (before["progress"]["waiting"], before["progress"]["accepted"]) == (5, 0)
    assert (before["plan"]["size"], before["plan"]["included"]) == (5, 5)
    assert (progress["waiting"], progress["accepted"], progress["total"]) == (0, 5, 5)
    first = house.ask("GET", f"{path}/recipients?limit=3").body
    rest = house.ask("GET", f"{path}/recipients?limit=3&cursor={first['next']}").body
    shown = first["items"] + rest["items"]
    assert [one["number"] for one in shown] == [0, 1, 2, 3, 4]
    assert {one["state"] for one in shown} == {"sent"}
    assert rest["next"] is None


def test_a_broadcast_says_that_meta_throttles_its_line(house: House) -> None:
    made = house.ask("POST", "/v1/broadcasts", BROADCAST)
    path = f"/v1/broadcasts/{made.body['id']}"
    before = house.ask("GET", path).body["throttled_until"]

    until = house.stage.pace.back_off("acme", LINE, begun_at=house.stage.time.now)

    assert before is None
    assert house.ask("GET", path).body["throttled_until"] == math.ceil(until)
    house.ask("POST", f"{path}/cancel")
    assert house.ask("GET", path).body["throttled_until"] is None


def test_a_broadcast_can_be_held_and_let_go(house: House) -> None:
    made = house.ask("POST", "/v1/broadcasts", BROADCAST)
    path = f"/v1/broadcasts/{made.body['id']}"

    held = house.ask("POST", f"{path}/pause")
    twice = house.ask("POST", f"{path}/pause")
    gone_on = house.ask("POST", f"{path}/resume")

    assert (held.status, held.body["state"]) == (200, "paused")
    assert twice.status == 409
    assert gone_on.body["state"] != "paused"


def test_a_plan_is_shown_with_its_cost_and_sent_once_it_is_approved(house: House) -> None:
    asked = BROADCAST | {
        "audience": {
            "people": [
                {"phone": "+57 300 123 4567"},
                {"phone": "+57 300 123 4567"},
                {"phone": "+49 1511 2345678"},
                {"phone": "12"},
            ]
        },
        "fill": {"body.1": {"field": "first_name", "fallback": "friend"}},
        "approve": False,
    }
    path = f"/v1/broadcasts/{house.ask('POST', '/v1/broadcasts', asked).body['id']}"
    house.stage.plan()
    house.stage.work()

    shown = house.ask("GET", path).body
    plan, forecast = shown["plan"], shown["plan"]["forecast"]
    assert (shown["state"], house.stage.meta.calls) == ("planned", [])
    assert (plan["size"], plan["included"]) == (4, 2)
    assert plan["excluded"] == {"duplicate": 1, "invalid_number": 1}
    assert (forecast["total"], forecast["currency"]) == ("0.0008", "USD")
    assert [(c["market"], c["people"], c["each"]) for c in forecast["costs"]] == [
        ("Colombia", 1, "0.0008")
    ]
    assert forecast["unpriced"] == {"DE": 1}
    assert forecast["outside_window"] == 2
    assert forecast["headroom"] == {"limit": None, "room": None}

    refused = house.ask("POST", f"{path}/approve", {"plan": "0" * 64})
    approved = house.ask("POST", f"{path}/approve", {"plan": plan["hash"]})
    house.stage.plan()
    house.stage.work()

    assert (refused.status, refused.code) == (409, "plan_changed")
    assert approved.body["approval"]["by"] == "console"
    states = house.ask("GET", path).body["progress"]["states"]
    assert (states["sent"], states["skipped"]) == (2, 2)
    people_of = house.ask("GET", f"{path}/recipients").body["items"]
    assert people_of[1]["reason"] == "the same person is in this audience already"


def test_a_broadcast_is_changed_before_it_begins_and_ended_at_any_time(house: House) -> None:
    later = BROADCAST | {"timing": {"at": NOW + 3600}}
    path = f"/v1/broadcasts/{house.ask('POST', '/v1/broadcasts', later).body['id']}"
    house.stage.plan()

    edited = house.ask("PATCH", path, later | {"name": "Later", "timing": {"at": NOW + 7200}})
    ended = house.ask("POST", f"{path}/cancel")
    again = house.ask("POST", f"{path}/cancel")

    assert (edited.status, edited.body["name"], edited.body["revision"]) == (200, "Later", 2)
    assert edited.body["start_at"] == NOW + 7200
    assert (ended.status, ended.body["state"]) == (200, "cancelled")
    assert again.status == 409
