"""Real bodies, where a collection of them lies beside the project: nothing in them gets lost."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tandem.meta.translation import translate
from tandem.model.events import (
    AliasNote,
    ContactNote,
    Event,
    HistoryChunk,
    Kept,
    PreferenceNote,
    Sighting,
    StatusNote,
    kept_notice,
)
from tandem.model.notice import Notice
from tests.recordings import REAL, needs_real

pytestmark = needs_real

ROWS = {
    "messages": Sighting,
    "message_echoes": Sighting,
    "statuses": StatusNote,
    "state_sync": ContactNote,
    "user_preferences": PreferenceNote,
    "user_id_update": AliasNote,
}


@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_row_of_a_real_body_is_found_again(path: Path) -> None:
    body = path.read_bytes()
    said = Counter(_rows(json.loads(body)))

    events = translate(body)

    assert Counter(_found(events)) == said


def test_most_messages_of_real_bodies_can_be_filed() -> None:
    events = [event for path in REAL for event in translate(path.read_bytes())]

    filed = sum(isinstance(event, Sighting) for event in events)
    malformed = sum(isinstance(event, Kept) and event.reason == "malformed" for event in events)

    assert filed > 4 * malformed


def _rows(value: Any) -> Iterator[str]:
    """Each row in a body, wherever it stands: its key, and its id where it has one."""
    if isinstance(value, list):
        for item in value:
            yield from _rows(item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key in ROWS and isinstance(inner, list):
                for row in inner:
                    yield _label(ROWS[key].__name__, row.get("id"))
            yield from _rows(inner)


def _found(events: list[Event]) -> Iterator[str]:
    for event in events:
        match event:
            case Sighting() | StatusNote():
                yield _label(type(event).__name__, event.wamid)
            case ContactNote() | PreferenceNote():
                yield _label(type(event).__name__, None)
            case HistoryChunk():
                yield from _found([*event.sightings, *event.kept])
            case AliasNote() if not _told_by_a_message(event, events):
                yield _label("AliasNote", None)
            case Notice():
                yield from _kept(kept_notice(event))
            case Kept():
                yield from _kept(event)


def _kept(kept: Kept) -> Iterator[str]:
    """The rows in what was set aside: a whole value, or one row alone."""
    raw = json.loads(kept.raw)
    if kept.reason in ("group", "malformed", "unknown_type") and isinstance(raw, dict):
        alone = "status" if kept.what.endswith(":status") else "message"
        if "timestamp" in raw and "id" in raw:
            yield _label("StatusNote" if alone == "status" else "Sighting", raw["id"])
    yield from _rows(raw)


def _told_by_a_message(note: AliasNote, events: list[Event]) -> bool:
    """A system message is one row and two events."""
    return any(
        isinstance(event, Sighting) and event.content.kind == "system" and event.at == note.at
        for event in events
    )


def _label(kind: str, wamid: str | None) -> str:
    return f"{kind} {wamid}" if wamid else kind
