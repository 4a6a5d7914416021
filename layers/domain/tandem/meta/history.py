"""Items of `history`: a chunk of the import, or word that the owner does not share it."""

from collections.abc import Iterator
from dataclasses import replace

from tandem.meta.history_rows import Thread, read
from tandem.meta.people import RECEIVER, SENDER, Contacts, merged, named
from tandem.meta.wire import (
    Change,
    Json,
    mapping,
    take,
    username,
    whole,
    words,
)
from tandem.model.events import (
    Event,
    HistoryChunk,
    HistoryDeclined,
    Kept,
    Sighting,
    digest,
)
from tandem.model.identity import Person
from tandem.model.numbers import same_number

DECLINED = 2593109
"""The owner chose not to share the chat history. wire: Meta, "history"."""


def item(change: Change, said: Json, _contacts: Contacts) -> Iterator[Event]:
    """One item: its messages as a chunk, its errors as a refusal to share, the rest kept."""
    rest = dict(said)
    threads = rest.pop("threads", None)
    errors = rest.pop("errors", None)
    place = dict(mapping(rest.get("metadata")))
    phase = take(place, "phase", _phase)
    order = take(place, "chunk_order", _order)
    progress = take(place, "progress", _percent)
    for error in errors if isinstance(errors, list) else () if errors is None else [errors]:
        yield reason(change, error)
    if isinstance(rest.get("metadata"), dict):
        rest.pop("metadata")
        if place:
            rest["metadata"] = place
    if threads is None and errors is not None:
        if rest:
            yield change.kept("unknown_field", "history.item", rest)
        return

    if threads is not None and not isinstance(threads, list):
        rest["threads"] = threads
    found = threads if isinstance(threads, list) else []
    sightings: list[Sighting] = []
    kept: list[Kept] = []
    if rest:
        kept.append(change.kept("unknown_field", f"history.{','.join(sorted(rest))}", rest))
    for thread in found:
        _read(change, thread, sightings, kept)
    if phase is None or order is None:
        # Without its place a chunk proves nothing, but its messages are messages all the same.
        yield from sightings
        yield from kept
        yield change.kept(
            "malformed", "history.metadata", said.get("metadata"), detail="chunk without its place"
        )
        return
    yield HistoryChunk(
        line=change.line or "",
        phase=phase,
        chunk_order=order,
        progress=progress or 0,
        threads=len(found),
        digest=digest(said),
        sightings=tuple(sightings),
        kept=tuple(kept),
    )


def reason(change: Change, error: object) -> HistoryDeclined | Kept:
    """Why there is no history, in Meta's words: the owner's no, or trouble that is only kept."""
    said = mapping(error)
    code = whole(said.get("code"), most=999_999_999)
    if code is None:
        return change.kept("malformed", f"{change.field}.errors", error)
    title = words(said.get("title")) or words(said.get("message")) or str(code)
    if code != DECLINED:
        return change.kept("account", f"{change.field}.errors", error, detail=title)
    return HistoryDeclined(
        line=change.line or "",
        code=code,
        title=title,
        detail=words(mapping(said.get("error_data")).get("details")) or words(said.get("message")),
    )


def _read(change: Change, said: object, sightings: list[Sighting], kept: list[Kept]) -> None:
    """Read one thread's rows; a row that cannot be read is kept alone."""
    rows = said.get("messages") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(rows, list):
        kept.append(change.kept("malformed", "history.thread", said))
        return
    rest = {key: value for key, value in said.items() if key != "messages"}
    thread = _thread(change, rest, rows)
    if rest:
        kept.append(change.kept("unknown_field", "history.thread", rest))
    for row in rows:
        found = read(thread, row)
        if isinstance(found, Sighting):
            sightings.append(found)
        else:
            kept.append(found)


def _thread(change: Change, rest: Json, rows: list[object]) -> Thread:
    """Whose thread it is: by its id and its context, else by the first row that names somebody.

    What is read is removed from `rest`.
    """
    them = rest.get("id")
    by_id = named(rest, ("id", "user_id", "parent_user_id"))
    context = dict(mapping(rest.get("context")))
    by_context = named(context, ("wa_id", "user_id", "parent_user_id"))
    by_context = replace(by_context, username=take(context, "username", username))
    if isinstance(rest.pop("context", None), dict) and context:
        rest["context"] = context
    peer = merged(by_id, by_context)
    if not peer.aliases:
        named_by = (_other_end(change, row) for row in rows if isinstance(row, dict))
        peer = next((found for found in named_by if found.aliases), peer)
    return Thread(change, peer, them if isinstance(them, str) and peer.phone else None)


def _other_end(change: Change, row: Json) -> Person:
    """Whoever of a row's two ends is not the business."""
    sender, receiver = named(dict(row), SENDER), named(dict(row), RECEIVER)
    ours = receiver.aliases or same_number(sender.phone, change.number)
    return receiver if ours else sender


def _phase(value: object) -> int | None:
    return whole(value, most=99)


def _order(value: object) -> int | None:
    return whole(value, most=999_999)


def _percent(value: object) -> int | None:
    return whole(value, most=100)
