"""Rows of the import. They come by the thousand, so the usual row takes a short way."""

from dataclasses import dataclass

from tandem.meta.content import content, shown_kind
from tandem.meta.people import RECEIVER, SENDER, agree, merged, named
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
    words,
)
from tandem.model.events import Completeness, Content, Kept, Sighting, Source
from tandem.model.identity import Person
from tandem.model.numbers import same_number


@dataclass(frozen=True, slots=True)
class Thread:
    """The two ends of a thread: the person, and how `from` is written when they wrote."""

    change: Change
    peer: Person
    them: str | None


def read(thread: Thread, row: object) -> Sighting | Kept:
    """One row of a thread."""
    if not isinstance(row, dict):
        return thread.change.kept("malformed", "history.message", row)
    return _usual(thread, row) or _careful(thread, row)


_USUAL = frozenset({"from", "id", "timestamp", "type", "text", "history_context"})
_PLACEHOLDER = Content("media_placeholder", completeness=Completeness.PLACEHOLDER)


def _usual(thread: Thread, row: Json) -> Sighting | None:
    """A text or a placeholder just as Meta documents it; None for every other row.

    Most rows are like this. It gives what the careful way gives, at a third of the cost.
    """
    if not row.keys() <= _USUAL:
        return None
    wamid, sender = identifier(row.get("id")), row.get("from")
    if wamid is None or sender is None:
        return None
    at = moment(row.get("timestamp"))
    if at is None:
        return None
    if sender == thread.change.number:
        source = Source.HISTORY_OUT
    elif sender == thread.them:
        source = Source.HISTORY_IN
    else:
        return None
    context = row.get("history_context")
    if type(context) is not dict or len(context) != 1 or not words(context.get("status")):
        return None
    said = row.get("text")
    if row.get("type") == "text":
        if type(said) is not dict or len(said) != 1 or type(said.get("body")) is not str:
            return None
        content = Content("text", said["body"])
    elif row.get("type") == "media_placeholder" and "text" not in row:
        content = _PLACEHOLDER
    else:
        return None
    return Sighting(
        thread.change.line or "",
        wamid,
        source,
        at,
        thread.peer,
        content,
        context["status"],
    )


def _careful(thread: Thread, row: Json) -> Sighting | Kept:
    """Any row: whatever is not understood stays with it."""
    change = thread.change
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


def _ends(thread: Thread, rest: Json) -> tuple[Source, Person]:
    """Which way a row went and with whom; the ends that are understood are removed from it."""
    sender = rest.get("from")
    if sender is not None and sender == thread.change.number:
        source = Source.HISTORY_OUT
    elif sender is not None and sender == thread.them:
        source = Source.HISTORY_IN
    else:
        source = _direction(thread, rest)
    if source is Source.HISTORY_OUT:
        if same_number(phone(sender), thread.change.number):
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


def _direction(thread: Thread, rest: Json) -> Source:
    """The direction of a row whose `from` is neither end as Meta usually writes it.

    Business rows always carry the business number, so a row without any sign is the customer's.
    """
    change, peer = thread.change, thread.peer
    from_me = mapping(rest.get("history_context")).get("from_me")
    sender, receiver = phone(rest.get("from")), phone(rest.get("to"))
    bsuid = identifier(rest.get("from_user_id")) or user_id(rest.get("from"))
    if same_number(sender, change.number) or same_number(sender, peer.phone):
        ours = same_number(sender, change.number)
    elif isinstance(from_me, bool):
        ours = from_me
    elif (bsuid or receiver) is not None and (
        bsuid == peer.bsuid or same_number(receiver, change.number)
    ):
        ours = False
    elif receiver is not None or "to_user_id" in rest:
        ours = True
    else:
        ours = change.number is None and sender is not None and peer.phone is not None
    return Source.HISTORY_OUT if ours else Source.HISTORY_IN
