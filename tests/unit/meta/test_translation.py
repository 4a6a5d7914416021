"""What holds of translation for any bytes whatever, not only for what Meta documents."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.meta.history_rows import Thread, _careful, read
from tandem.meta.translation import translate
from tandem.meta.wire import Change, moment
from tandem.model.events import (
    ContactNote,
    Event,
    HistoryChunk,
    Kept,
    PreferenceNote,
    Sighting,
    Source,
    StatusNote,
)
from tandem.model.identity import Person
from tests.unit.meta.rebuilding import as_meta_would_write_it, rebuilt

LINE, OURS, ANNA = "106000000000001", "15550100000", "15550100001"
RECORDED = Path(__file__).parents[3] / "events" / "meta"
BODIES = [
    json.loads(path.read_bytes())
    for path in sorted(RECORDED.rglob("*.json"))
    if ".expected" not in path.name
]

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)
finite = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
KINDS = (
    "text",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "interactive",
    "button",
    "order",
    "reaction",
    "system",
    "edit",
    "revoke",
    "unsupported",
    "media_placeholder",
    "errors",
    "hologram",
)


@given(st.binary(max_size=200))
def test_any_bytes_give_at_least_one_event(body: bytes) -> None:
    events = translate(body)

    assert events


@given(anything)
def test_any_json_gives_at_least_one_event(value: object) -> None:
    events = translate(json.dumps(value).encode())

    assert events


@settings(max_examples=400)
@given(st.sampled_from(BODIES), st.data())
def test_a_recorded_body_with_anything_changed_is_still_translated(
    body: object, data: st.DataObject
) -> None:
    changed = _changed_somewhere(deepcopy(body), data)

    events = translate(json.dumps(changed).encode())

    assert events
    for event in _flat(events):
        assert _can_be_stored(event)


@settings(max_examples=200)
@given(st.sampled_from(["messages", "statuses", "state_sync", "user_preferences"]), finite)
def test_a_bad_row_leaves_its_neighbours_alone(key: str, bad: object) -> None:
    rows = _three_good_rows(key)
    good = translate(_body(key, rows))

    with_a_bad_one = translate(_body(key, [rows[0], bad, *rows[1:]]))

    assert len(good) == 3
    assert [event for event in with_a_bad_one if event in good] == good
    assert len(with_a_bad_one) > 3


@settings(max_examples=200)
@given(bad=finite)
def test_a_bad_history_row_leaves_its_neighbours_alone(bad: object) -> None:
    rows = _three_good_rows("messages")

    (chunk,) = translate(_chunk([rows[0], bad, *rows[1:]]))

    assert isinstance(chunk, HistoryChunk)
    assert {"wamid.0", "wamid.1", "wamid.2"} <= {each.wamid for each in chunk.sightings}
    assert len(chunk.sightings) + len(chunk.kept) == 4


@settings(max_examples=300)
@given(
    kind=st.sampled_from(KINDS),
    said=st.dictionaries(
        st.sampled_from(["id", "body", "caption", "filename", "mime_type", "sha256", "url", "x"]),
        finite,
    )
    | finite,
    besides=st.dictionaries(st.sampled_from(["context", "referral", "errors", "new"]), finite),
    key=st.sampled_from(["messages", "message_echoes", "history", "follow_up"]),
)
def test_a_row_is_its_sighting_and_nothing_of_it_is_lost(
    kind: str, said: object, besides: dict[str, Any], key: str
) -> None:
    ends = {"from": OURS, "to": ANNA} if key == "message_echoes" else {"from": ANNA}
    row = {**ends, "id": "wamid.1", "timestamp": "1767225600", "type": kind, kind: said, **besides}
    if key == "history":
        body = _chunk([row])
    elif key == "follow_up":
        body = _body("messages", [row], field="history")
    else:
        body = _body(key, [row])

    (sighting,) = _sightings(translate(body))

    again = rebuilt(sighting, OURS)
    assert {name: again.get(name) for name in row} == as_meta_would_write_it(row)


@given(st.dictionaries(st.text(max_size=8), finite, max_size=4))
def test_whatever_else_a_status_says_stays_with_it(besides: dict[str, Any]) -> None:
    row = {**besides, "id": "wamid.1", "status": "sent", "timestamp": 1, "recipient_id": ANNA}

    (status,) = translate(_body("statuses", [row]))

    assert isinstance(status, StatusNote)
    told = {**status.extra}
    told |= {"biz_opaque_callback_data": status.callback} if status.callback else {}
    told |= {"pricing": status.pricing} if status.pricing is not None else {}
    assert {key: told[key] for key in besides if key not in row} == {
        key: value for key, value in besides.items() if key not in row
    }


REFERRED = {"type": "referral_conversion"}
FREE = {"type": "free_entry_point", "category": "marketing"}


@pytest.mark.parametrize(
    ("conversation", "pricing", "free_until"),
    [
        ({"expiration_timestamp": "1790000000", "origin": REFERRED}, FREE, 1_790_000_000),
        ({"expiration_timestamp": 1_790_000_000, "origin": REFERRED}, None, 1_790_000_000),
        ({"expiration_timestamp": "1790000000"}, FREE, 1_790_000_000),
        ({"expiration_timestamp": "1790000000", "origin": {"type": "service"}}, None, None),
        ({"expiration_timestamp": "soon", "origin": REFERRED}, FREE, None),
        ("referral_conversion", FREE, None),
        (None, FREE, None),
    ],
)
def test_only_meta_s_own_word_tells_until_when_nothing_is_charged(
    conversation: Any, pricing: Any, free_until: int | None
) -> None:
    row = {"id": "wamid.1", "status": "sent", "timestamp": 1, "recipient_id": ANNA}
    row |= {"conversation": conversation, "pricing": pricing}

    (status,) = translate(_body("statuses", [row]))

    assert isinstance(status, StatusNote)
    assert status.free_until == free_until
    assert status.extra["conversation"] == conversation


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_json"),
        (b"not json", "not_json"),
        (b'{"entry": NaN}', "not_json"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "not_json"),
        (b"null", "malformed"),
        (b"[]", "malformed"),
        (b'{"object": "page"}', "malformed"),
        (b'{"entry": {}}', "malformed"),
    ],
)
def test_a_body_of_no_use_is_kept_word_for_word(body: bytes, reason: str) -> None:
    (kept,) = translate(body)

    assert isinstance(kept, Kept)
    assert kept.reason == reason
    if reason == "malformed":
        assert json.loads(kept.raw) == json.loads(body)
    else:
        assert kept.raw == body.decode()


def test_bytes_that_are_no_text_are_kept_as_escapes() -> None:
    (kept,) = translate(b"caf\xe9 \xff")

    assert isinstance(kept, Kept)
    assert kept.raw == "caf\\xe9 \\xff"


@pytest.mark.parametrize("depth", [40, 900, 5_000, 9_900, 60_000])
def test_deep_nesting_is_kept_and_never_carried_on(depth: int) -> None:
    deep = b'{"a":' * depth + b"1" + b"}" * depth
    row = b'{"from":"15550100001","id":"wamid.1","timestamp":"1","type":"text","text":' + deep
    body = _body("messages", ["ROW"]).replace(b'"ROW"', row + b"}")

    (kept,) = translate(body)

    assert isinstance(kept, Kept)
    assert (kept.reason, kept.detail) == ("malformed", "nested too deep")
    assert "15550100001" in kept.raw


def test_a_row_nested_too_deep_goes_alone() -> None:
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    rows = _three_good_rows("messages")
    rows[1]["referral"] = deep

    (chunk,) = translate(_chunk(rows))

    assert isinstance(chunk, HistoryChunk)
    assert [each.wamid for each in chunk.sightings] == ["wamid.0", "wamid.2"]
    assert [kept.detail for kept in chunk.kept] == ["nested too deep"]


def test_a_status_nested_too_deep_goes_alone() -> None:
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    good = {"id": "wamid.1", "status": "sent", "timestamp": "1", "recipient_id": ANNA}

    kept, note = translate(_body("statuses", [good | {"conversation": deep}, good]))

    assert isinstance(note, StatusNote)
    assert isinstance(kept, Kept)
    assert (kept.reason, kept.at) == ("malformed", 1)


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        (r"\ud83d\ude00 fine", "\U0001f600 fine"),
        (r"\uD83D\uDE00 fine", "\U0001f600 fine"),
        (r"first half \ud83d.", "first half \ufffd."),
        (r"second half \ude00.", "second half \ufffd."),
        (r"twice \ud83d\ud83d\ude00", "twice \ufffd\U0001f600"),
        (r"typed \\ud83d by hand", r"typed \ud83d by hand"),
    ],
)
def test_half_a_character_becomes_one_that_can_be_stored(escaped: str, text: str) -> None:
    row = {"from": ANNA, "id": "wamid.1", "timestamp": "1", "type": "text", "text": {"body": "?"}}
    body = _body("messages", [row]).replace(b'"?"', f'"{escaped}"'.encode())

    (sighting,) = _sightings(translate(body))

    assert sighting.content.text == text


@settings(max_examples=200)
@given(
    row=st.fixed_dictionaries(
        {"from": st.sampled_from([ANNA, OURS]), "id": st.just("wamid.1")},
        optional={
            "timestamp": st.sampled_from(["1767225600", "0", "soon", 1767225600]),
            "type": st.sampled_from(["text", "media_placeholder", "image", 3]),
            "text": st.fixed_dictionaries({"body": finite}, optional={"x": finite}) | finite,
            "history_context": st.fixed_dictionaries({"status": finite}, optional={"x": finite}),
        },
    )
)
def test_the_short_way_of_a_history_row_gives_what_the_careful_way_gives(
    row: dict[str, Any],
) -> None:
    change = Change("history", {}, line=LINE, number=OURS)
    thread = Thread(change, Person(phone=ANNA), ANNA)

    short = read(thread, row)

    assert short == _careful(thread, row)


def test_a_chunk_is_the_same_whatever_the_order_of_its_keys() -> None:
    rows = _three_good_rows("messages")
    turned = [dict(reversed(row.items())) for row in rows]
    other = [rows[0], rows[2], rows[1]]

    digests = [translate(_chunk(each))[0].digest for each in (rows, turned, other)]

    assert digests[0] == digests[1]
    assert digests[0] != digests[2]


def test_the_same_words_in_history_are_never_told_as_news() -> None:
    rows = _three_good_rows("messages")

    inbound = {each.source for each in _sightings(translate(_body("messages", rows)))}
    imported = {each.source for each in _sightings(translate(_chunk(rows)))}

    assert inbound == {Source.INBOUND}
    assert imported == {Source.HISTORY_IN}


def test_a_name_said_in_contacts_never_goes_to_another_person() -> None:
    contacts = [{"wa_id": "15550100002", "profile": {"name": "Ben"}}]
    (row, *_) = _three_good_rows("messages")

    sighting, kept = translate(_body("messages", [row], contacts=contacts))

    assert isinstance(sighting, Sighting)
    assert sighting.person.name is None
    assert isinstance(kept, Kept)
    assert "Ben" in kept.raw


def _three_good_rows(key: str) -> list[dict[str, Any]]:
    common = [{"id": f"wamid.{n}", "timestamp": str(n + 1)} for n in range(3)]
    said: dict[str, dict[str, Any]] = {
        "messages": {"from": ANNA, "type": "text", "text": {"body": "hello"}},
        "statuses": {"status": "sent", "recipient_id": ANNA},
        "state_sync": {"action": "add", "type": "contact"},
        "user_preferences": {"wa_id": ANNA, "value": "stop", "category": "marketing_messages"},
    }
    rows = [{**row, **said[key]} for row in common]
    if key == "state_sync":
        for row in rows:
            row["metadata"] = {"timestamp": row.pop("timestamp")}
            row["contact"] = {"phone_number": ANNA, "full_name": row.pop("id")}
    return rows


def _body(key: str, rows: list[Any], *, field: str | None = None, contacts: object = None) -> bytes:
    fields = {
        "message_echoes": "smb_message_echoes",
        "state_sync": "smb_app_state_sync",
        "statuses": "messages",
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": OURS, "phone_number_id": LINE},
        key: rows,
    }
    if contacts is not None:
        value["contacts"] = contacts
    change = {"field": field or fields.get(key, key), "value": value}
    return json.dumps({"entry": [{"id": "100000000000001", "changes": [change]}]}).encode()


def _chunk(rows: list[Any]) -> bytes:
    place = {"phase": 0, "chunk_order": 1, "progress": 50}
    return _body("history", [{"metadata": place, "threads": [{"id": ANNA, "messages": rows}]}])


def _flat(events: list[Event]) -> Iterator[Event]:
    for event in events:
        yield event
        if isinstance(event, HistoryChunk):
            yield from event.sightings
            yield from event.kept


def _sightings(events: list[Event]) -> list[Sighting]:
    return [event for event in _flat(events) if isinstance(event, Sighting)]


def _can_be_stored(event: Event) -> bool:
    """Whether ids are short and not empty, times are times, and every text is writable."""
    match event:
        case Sighting(wamid=wamid, at=at) | StatusNote(wamid=wamid, at=at):
            return 0 < len(wamid) <= 256 and at > 0 and bool(event.line)
        case ContactNote(at=at) | PreferenceNote(at=at):
            return at > 0 and event.person.alias is not None
        case Kept():
            return bool(event.raw.encode()) and len(event.what) <= 200 and len(event.id) == 20
    return True


def _changed_somewhere(body: Any, data: st.DataObject) -> Any:
    """The body with one to three of its values replaced, removed or repeated."""
    for _ in range(data.draw(st.integers(1, 3))):
        places = list(_places(body))
        if not places:
            return data.draw(anything)
        holder, key = data.draw(st.sampled_from(places))
        act = data.draw(st.sampled_from(["replace", "remove", "repeat"]))
        if act == "remove":
            del holder[key]
        elif act == "repeat" and isinstance(holder, list):
            holder.append(deepcopy(holder[key]))
        else:
            holder[key] = data.draw(anything)
    return body


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = range(len(value)) if isinstance(value, list) else value
    for key in list(keys) if isinstance(value, list | dict) else ():
        yield value, key
        yield from _places(value[key])


@pytest.mark.parametrize("value", [0, 0.5, -1, True, "0", "0.5", float("nan")])
def test_what_is_before_the_first_second_is_no_moment(value: object) -> None:
    assert moment(value) is None
