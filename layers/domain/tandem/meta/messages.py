"""Rows of messages: what the customer wrote, what the owner typed, and files of the import."""

from collections.abc import Iterator

from tandem.meta.content import content, shown_kind
from tandem.meta.people import RECEIVER, SENDER, Contacts, named
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
    words,
)
from tandem.model.events import AliasNote, Event, Kept, Sighting, Source
from tandem.model.identity import Person
from tandem.model.numbers import same_number

_MOVES = ("user_changed_number", "customer_changed_number", "user_changed_user_id")


def inbound(change: Change, row: Json, contacts: Contacts) -> Iterator[Event]:
    """A message of a customer; a system message may also tell that the customer's aliases moved."""
    ours = same_number(phone(row.get("from")), change.number)
    if ours and named(dict(row), RECEIVER).aliases:
        yield echo(change, row, contacts)
        return
    formerly, now = _moved(row) if row.get("type") == "system" else (None, None)
    found = _sighting(change, row, Source.INBOUND, contacts, fallback=now)
    yield found
    if formerly and now and isinstance(found, Sighting):
        yield AliasNote(found.line, found.at, person=now, formerly=formerly)


def echo(change: Change, row: Json, contacts: Contacts) -> Sighting | Kept:
    """A message the owner typed in the app or on a companion device."""
    return _sighting(change, row, Source.ECHO, contacts)


def follow_up(change: Change, row: Json, contacts: Contacts) -> Sighting | Kept:
    """The file of an imported message, under the wamid of its placeholder.

    The person may stay unknown and the direction too: the placeholder knows both.
    """
    return _sighting(change, row, Source.HISTORY_MEDIA, contacts)


def _sighting(
    change: Change,
    row: Json,
    source: Source,
    contacts: Contacts,
    *,
    fallback: Person | None = None,
) -> Sighting | Kept:
    if "group_id" in row:
        return change.kept("group", _what(change, row), row)
    rest = dict(row)
    wamid = take(rest, "id", identifier)
    at = take(rest, "timestamp", moment)
    kind = take(rest, "type", words) or (shown_kind(rest) if "type" not in rest else None)
    own = _person(change, rest, source)
    # A system message has no contact, so the only one of its change may be a neighbour's.
    person, entry = contacts.find(fallback if fallback and not own.aliases else own)
    known = person.alias or (source is Source.HISTORY_MEDIA or None)
    if wamid is None or at is None or known is None:
        # Told of the row alone, so that what is kept does not depend on its neighbours.
        named_by_row = own.alias or (source is Source.HISTORY_MEDIA or None)
        missing = lacking(id=wamid, timestamp=at, person=named_by_row)
        return change.kept("malformed", _what(change, row), row, detail=missing, at=at or 0)
    if kind is None:
        return change.kept("unknown_type", _what(change, row), row, detail="says no type", at=at)
    if too_deep(rest):
        return change.kept("malformed", _what(change, row), row, detail="nested too deep", at=at)
    if besides := contacts.claim(entry):
        rest.setdefault("contact", besides)
    return Sighting(
        line=change.line or "",
        wamid=wamid,
        source=source,
        at=at,
        person=person,
        content=content(kind, rest),
    )


def _person(change: Change, rest: Json, source: Source) -> Person:
    """The other end of the row. A follow-up keeps `from` and `to`: they prove no direction."""
    if source is Source.INBOUND:
        return named(rest, SENDER)
    if source is Source.HISTORY_MEDIA:
        rest = dict(rest)
        sender = named(rest, SENDER)
        ours = same_number(sender.phone, change.number)
        receiver = named(rest, RECEIVER)
        return receiver if ours or receiver.aliases else sender
    if same_number(phone(rest.get("from")), change.number):
        del rest["from"]
    return named(rest, RECEIVER)


def _moved(row: Json) -> tuple[Person | None, Person | None]:
    """Who a system message speaks about: the aliases they had, and the ones they have now.

    wire: Meta, "System messages": `user_changed_number` brings the new phone in `wa_id`,
    `user_changed_user_id` a new BSUID; the previous one is not always told.
    """
    system = mapping(row.get("system"))
    if system.get("type") not in _MOVES:
        return None, None
    now = Person(
        phone=phone(system.get("new_wa_id")) or phone(system.get("wa_id")),
        bsuid=identifier(system.get("user_id")),
        parent_bsuid=identifier(system.get("parent_user_id")),
    )
    sender = named(dict(row), SENDER)
    formerly = Person(
        phone=sender.phone,
        bsuid=identifier(system.get("previous_user_id")) or sender.bsuid,
        parent_bsuid=identifier(system.get("previous_parent_user_id")) or sender.parent_bsuid,
    )
    news = formerly.aliases and set(formerly.aliases) != set(now.aliases)
    return (formerly if news else None), (now if now.aliases else None)


def _what(change: Change, row: Json) -> str:
    kind = row.get("type")
    return f"{change.field}:{kind}" if isinstance(kind, str) and kind else change.field
