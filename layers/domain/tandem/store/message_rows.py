"""The row of a message as it is read: what was said, what was done to it, what became of it."""

import json
from typing import Any

from tandem.model.acts import Reaction, Revocation, Side
from tandem.model.events import Completeness, JsonObject, Media, Origin, Source
from tandem.model.message import Message, MessageState, Status, StoredFile
from tandem.model.shelf import Awaited, Wait
from tandem.store import keys
from tandem.store.message_facts import EMOJI, FILE, REACTION, STATUS, STORED
from tandem.store.registers import NOTHING, Row

_ORIGINS = (
    (Origin.API, {Source.API}),
    (Origin.APP, {Source.ECHO, Source.HISTORY_OUT}),
    (Origin.CUSTOMER, {Source.INBOUND, Source.HISTORY_IN}),
)

_HISTORY_STATES = {
    "PENDING": MessageState.ACCEPTED,
    "SENT": MessageState.SENT,
    "DELIVERED": MessageState.DELIVERED,
    "READ": MessageState.READ,
    "PLAYED": MessageState.PLAYED,
    "ERROR": MessageState.FAILED,
}

_LATEST_FIRST = (
    MessageState.PLAYED,
    MessageState.READ,
    MessageState.DELIVERED,
    MessageState.FAILED,
    MessageState.SENT,
)
"""`failed` ends a message unless it is known to have been delivered."""


def message_in(row: Row) -> Message:
    """The message, with the acts applied: edited, and withheld once it was revoked."""
    line, wamid = keys.message_of(row["pk"])
    sources = {Source(source) for source in row.get("sources", ())}
    placed = "place" in row
    origin = next((origin for origin, seen in _ORIGINS if seen & sources), None)
    statuses, edited, revoked = _statuses(row), row.get("edited"), _revoked(row)
    said = _said(row, edited)
    media = Media(**said["media"]) if "media" in said else None
    return Message(
        line=line,
        wamid=wamid,
        at=keys.moment_at(row["moment"]) if placed else 0,
        origin=origin if placed else None,
        imported=bool(sources) and all(source.name.startswith("HISTORY") for source in sources),
        kind=said.get("kind", "unknown"),
        state=_state(row, origin if placed else None, statuses),
        text=None if revoked else said.get("text"),
        media=None if revoked else media,
        file=stored_file(row, media.media_id) if media and not revoked else None,
        reply_to=said.get("reply_to"),
        target=row.get("target"),
        extra={} if revoked else said["extra"],
        edited_at=keys.moment_at(row["edit"]) if "edit" in row else None,
        revoked=revoked,
        reactions=_reactions(row),
        ghost=edited is None and row.get("content", "").startswith(f"{Completeness.GHOST:d}"),
        statuses=statuses,
        contact=keys.conversation_of(row["group"])[1] if placed else None,
        moment=row["moment"] if placed else "",
        wait=None if placed else _wait(row, statuses),
    )


def stored_file(row: Row, media_id: str) -> StoredFile | None:
    """What became of one file that the message named; None until that is known."""
    # Version 0.1.0 noted one file a message, whichever of its media that was.
    stored = row.get(f"{STORED}{media_id}") or row.get("stored")
    return StoredFile(**stored) if stored and stored["media_id"] == media_id else None


def _said(row: Row, edited: Row | None) -> dict[str, Any]:
    """What stands now. An edit replaces the text; the file stays where it names none."""
    said = {name: row[name] for name in ("kind", "text", "media", "reply_to") if name in row}
    said["extra"] = json.loads(row.get("extra", "{}"))
    if edited is not None:
        said.pop("text", None)
        more = json.loads(edited.get("extra", "{}"))
        said |= {name: value for name, value in edited.items() if name != "extra"}
        said["extra"] |= more
    return said


def _revoked(row: Row) -> Revocation | None:
    if "revoke" not in row:
        return None
    at, _, by = row["revoke"].partition("#")
    return Revocation(int(at), Side(by))


def _reactions(row: Row) -> tuple[Reaction, ...]:
    """What either side has left on it, the customer's first; not what was taken back."""
    return tuple(
        Reaction(side, row[f"{EMOJI}{side}"], keys.moment_at(row[f"{REACTION}{side}"]))
        for side in Side
        if f"{EMOJI}{side}" in row
    )


def _statuses(row: Row) -> tuple[Status, ...]:
    found = []
    for name, value in row.items():
        if name.startswith(STATUS):
            state = name.removeprefix(STATUS)
            detail: dict[str, Any] = row.get(f"{state}_detail", NOTHING)
            errors: list[JsonObject] = json.loads(detail.get("errors", "[]"))
            pricing: JsonObject | None = json.loads(detail.get("pricing", "null"))
            found.append(Status(state, keys.moment_at(value), pricing, tuple(errors)))
    return tuple(sorted(found, key=lambda status: (status.at, status.state)))


def _state(row: Row, origin: Origin | None, statuses: tuple[Status, ...]) -> MessageState:
    if origin is None:
        return MessageState.WAITING
    known = {status.state for status in statuses}
    for state in _LATEST_FIRST:
        if state.value in known:
            return state
    if origin is Origin.CUSTOMER:
        return MessageState.RECEIVED
    history = str(row.get("history_status", "")).upper()
    return _HISTORY_STATES.get(history, MessageState.ACCEPTED)


def _wait(row: Row, statuses: tuple[Status, ...]) -> Wait:
    waiting = {
        Awaited.STATUSES: bool(statuses),
        Awaited.EDIT: "edit" in row,
        Awaited.REVOKE: "revoke" in row,
        Awaited.REACTION: any(f"{REACTION}{side}" in row for side in Side),
        Awaited.MEDIA: any(name == "content" or name.startswith(FILE) for name in row),
    }
    live = [status.at for status in statuses]
    if "waits_live" in row:
        live.append(row["waits_live"])
    return Wait(
        waits_for=tuple(what for what, waits in waiting.items() if waits),
        live_at=min(live, default=None),
        imported_at=row.get("waits_imported"),
    )
