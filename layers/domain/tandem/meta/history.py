"""Items of `history`: a chunk of the import, or word that the owner does not share it.

Rows come by the thousand, so the usual row costs as little as it can: one copy, six reads.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tandem.meta.content import content, shown_kind
from tandem.meta.people import RECEIVER, SENDER, Contacts, agree, merged, named
from tandem.meta.wire import (
    Change,
    Json,
    identifier,
    lacking,
    mapping,
    moment,
    phone,
    take,
    too_deep,
    user_id,
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
    Source,
    digest,
)
from tandem.model.identity import Person

DECLINED = 2593109
"""The owner chose not to share the chat history. wire: Meta, "history"."""


def item(change: Change, said: Json, _contacts: Contacts) -> Iterator[Event]:
    """One item: its messages as a chunk, its errors as refusals to share, the rest kept."""
    rest = dict(said)
    threads = rest.pop("threads", None)
    errors = rest.pop("errors", None)
    place = dict(mapping(rest.get("metadata")))
    phase = take(place, "phase", _phase)
    order = take(place, "chunk_order", _order)
    progress = take(place, "progress", _percent)
    for error in errors if isinstance(errors, list) else () if errors is None else [errors]:
        yield declined(change, error)
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


def declined(change: Change, error: object) -> HistoryDeclined | Kept:
    """Why there is no history, in Meta's words."""
    said = mapping(error)
    code = whole(said.get("code"), most=999_999_999)
    if code is None:
        return change.kept("malformed", f"{change.field}.errors", error)
    return HistoryDeclined(
        line=change.line or "",
        code=code,
        title=words(said.get("title")) or words(said.get("message")) or str(code),
        detail=words(mapping(said.get("error_data")).get("details")) or words(said.get("message")),
    )


@dataclass(frozen=True, slots=True)
class _Thread:
    """The two ends of a thread: the person, and how `from` is written when they wrote."""

    change: Change
    peer: Person
    them: str | None


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
        found = _row(thread, row)
        if isinstance(found, Sighting):
            sightings.append(found)
        else:
            kept.append(found)


def _thread(change: Change, rest: Json, rows: list[object]) -> _Thread:
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
    return _Thread(change, peer, them if isinstance(them, str) and peer.phone else None)


def _other_end(change: Change, row: Json) -> Person:
    """Whoever of a row's two ends is not the business."""
    sender, receiver = named(dict(row), SENDER), named(dict(row), RECEIVER)
    ours = receiver.aliases or (sender.phone is not None and sender.phone == change.number)
    return receiver if ours else sender


def _row(thread: _Thread, row: object) -> Sighting | Kept:
    change = thread.change
    if not isinstance(row, dict):
        return change.kept("malformed", "history.message", row)
    rest = dict(row)
    wamid = take(rest, "id", identifier)
    at = take(rest, "timestamp", moment)
    kind = take(rest, "type", words) or (shown_kind(rest) if "type" not in rest else None)
    status = _status(rest)
    source, person = _ends(thread, rest)
    if "group_id" in row:
        return change.kept("group", "history.message", row, at=at or 0)
    if wamid is None or at is None or person.alias is None:
        missing = lacking(id=wamid, timestamp=at, person=person.alias)
        return change.kept("malformed", "history.message", row, detail=missing, at=at or 0)
    if kind is None:
        return change.kept("unknown_type", "history.message", row, detail="says no type", at=at)
    said = content(kind, rest)
    if rest and too_deep(rest):
        return change.kept("malformed", "history.message", row, detail="nested too deep", at=at)
    return Sighting(change.line or "", wamid, source, at, person, said, status)


def _status(rest: Json) -> str | None:
    """Meta's last word on the message before the import, as it stands in `history_context`."""
    context = rest.get("history_context")
    if not isinstance(context, dict):
        return None
    status = words(context.get("status"))
    if status is not None:
        if len(context) == 1:
            del rest["history_context"]
        else:
            rest["history_context"] = {k: v for k, v in context.items() if k != "status"}
    return status


def _ends(thread: _Thread, rest: Json) -> tuple[Source, Person]:
    """Which way a row went and with whom; the ends that are understood are removed from it."""
    sender = rest.get("from")
    if sender is not None and sender == thread.change.number:
        source = Source.HISTORY_OUT
    elif sender is not None and sender == thread.them:
        source = Source.HISTORY_IN
    else:
        source = _direction(thread, rest)
    if source is Source.HISTORY_OUT:
        if phone(sender) == thread.change.number and sender is not None:
            del rest["from"]
        names = RECEIVER
    else:
        if sender == thread.them and sender is not None:
            del rest["from"]
        names = SENDER
    if any(name in rest for name in names):
        named_too = dict(rest)
        own = named(named_too, names)
        if agree(thread.peer, own):
            rest.clear()
            rest.update(named_too)
            return source, merged(thread.peer, own)
    return source, thread.peer


def _direction(thread: _Thread, rest: Json) -> Source:
    """The direction of a row whose `from` is neither end as Meta usually writes it.

    Business rows always carry the business number, so a row without any sign is the customer's.
    """
    change, peer = thread.change, thread.peer
    from_me = mapping(rest.get("history_context")).get("from_me")
    sender, receiver = phone(rest.get("from")), phone(rest.get("to"))
    bsuid = identifier(rest.get("from_user_id")) or user_id(rest.get("from"))
    if sender is not None and sender in (change.number, peer.phone):
        ours = sender == change.number
    elif isinstance(from_me, bool):
        ours = from_me
    elif (bsuid or receiver) is not None and (bsuid == peer.bsuid or receiver == change.number):
        ours = False
    elif receiver is not None or "to_user_id" in rest:
        ours = True
    else:
        ours = change.number is None and sender is not None and peer.phone is not None
    return Source.HISTORY_OUT if ours else Source.HISTORY_IN


def _phase(value: object) -> int | None:
    return whole(value, most=99)


def _order(value: object) -> int | None:
    return whole(value, most=999_999)


def _percent(value: object) -> int | None:
    return whole(value, most=100)
