"""What an edit puts into the place of what its target said, and what a reply refers to."""

from copy import deepcopy
from typing import Any

import pytest

from tandem.meta.content import content
from tandem.meta.translation import translate
from tandem.model.events import Completeness, Content, HistoryChunk, Media, Sighting
from tests.laws.webhooks import batched, value

PHOTO = {"id": "m2", "mime_type": "image/jpeg", "caption": "now", "url": "https://place"}


def instead(message: Any) -> Content | None:
    """What an edit with this `message` puts into place; all of it stays in the edit's `extra`."""
    row = {"edit": {"original_message_id": "wamid.A", "message": deepcopy(message)}}
    read = content("edit", row)
    assert read.target == "wamid.A"
    assert read.extra == {"edit": {"original_message_id": "wamid.A", "message": message}}
    if read.instead is not None:
        assert (read.text, read.media) == (read.instead.text, read.instead.media)
    return read.instead


def test_an_edited_text_is_read_like_any_text_and_m0_is_no_message() -> None:
    found = instead({"context": {"id": "M0"}, "type": "text", "text": {"body": "now"}})

    assert found == Content("text", "now", extra={})


def test_an_edit_that_quotes_says_what_it_quotes() -> None:
    said = {
        "context": {"id": "wamid.Q", "from": "15550100001"},
        "type": "text",
        "text": {"body": "x"},
    }

    found = instead(said)

    assert found is not None
    assert (found.reply_to, found.extra) == ("wamid.Q", {})


@pytest.mark.parametrize("kind", ["image", "video", "document", "audio", "sticker"])
def test_an_edited_caption_and_file_are_read_like_any_file(kind: str) -> None:
    found = instead({"context": {"id": "M0"}, "type": kind, kind: PHOTO})

    assert found == Content(
        kind, "now", Media("m2", "image/jpeg"), extra={kind: {"url": "https://place"}}
    )


def test_an_edit_of_whatever_else_says_what_it_can() -> None:
    place = {"type": "location", "location": {"name": "The bakery"}}

    found, unknown = instead(place), instead({"type": "hologram", "hologram": {"x": 1}})

    assert found is not None
    assert found.text == "The bakery"
    assert unknown == Content("hologram", extra={"hologram": {"x": 1}})


def test_an_edit_without_a_type_is_read_by_what_it_carries() -> None:
    assert instead({"text": {"body": "now"}}) == Content("text", "now", extra={})


@pytest.mark.parametrize(
    "message",
    [None, 7, {}, {"type": "edit", "edit": {"message": {"type": "text"}}}, {"type": "revoke"}],
    ids=["none", "a number", "empty", "an edit in an edit", "a revoke in an edit"],
)
def test_an_edit_that_says_nothing_puts_nothing_in_place(message: Any) -> None:
    assert instead(message) is None


@pytest.mark.parametrize(
    ("code", "completeness"),
    [(131060, Completeness.GHOST), ("131060", Completeness.GHOST), (131051, Completeness.FULL)],
)
def test_only_what_may_still_come_is_a_ghost(code: object, completeness: Completeness) -> None:
    row = {"errors": [{"code": code, "title": "Message type unsupported"}]}

    assert content("unsupported", row).completeness is completeness


@pytest.mark.parametrize("field", ["messages", "smb_message_echoes", "history"])
@pytest.mark.parametrize(
    ("context", "reply_to"),
    [
        ({"id": "wamid.Q", "from": "15550100001"}, "wamid.Q"),
        ({"id": "M0"}, None),
        ({}, None),
        (None, None),
    ],
    ids=["a message", "M0", "empty", "null"],
)
def test_a_reply_refers_to_its_message_wherever_it_comes(
    field: str, context: object, reply_to: str | None
) -> None:
    row = {
        "id": "wamid.A",
        "timestamp": "1790000000",
        "from": "15550100001" if field == "messages" else "15550100000",
        "to": "15550100001",
        "type": "text",
        "text": {"body": "yes"},
        "context": context,
    }
    rows: dict[str, Any] = {
        "messages": {"messages": [row]},
        "smb_message_echoes": {"message_echoes": [row]},
        "history": {
            "history": [
                {
                    "metadata": {"phase": 0, "chunk_order": 1, "progress": 1},
                    "threads": [{"id": "15550100001", "messages": [row]}],
                }
            ]
        },
    }

    (event,) = translate(batched([(field, value(**rows[field]))], entries=False))

    found = event.sightings[0] if isinstance(event, HistoryChunk) else event
    assert isinstance(found, Sighting)
    assert found.content.reply_to == reply_to
