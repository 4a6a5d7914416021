"""What is known of people: rows of the contact sync, of preferences and of changed user ids."""

from dataclasses import replace

from tandem.meta.people import Contacts, named
from tandem.meta.wire import (
    Change,
    Json,
    identifier,
    mapping,
    moment,
    phone,
    take,
    too_deep,
    username,
    words,
)
from tandem.model.events import AliasNote, ContactNote, Kept, PreferenceNote
from tandem.model.identity import Person

CARD = ("phone_number", "user_id", "parent_user_id")
PERSON = ("wa_id", "user_id", "parent_user_id")

_REMOVED = {"add": False, "remove": True}
"""Meta says `add` for an edit too. wire: Meta, "smb_app_state_sync"."""


def contact(change: Change, row: Json, _contacts: Contacts) -> ContactNote | Kept:
    """An entry of the owner's address book was added, edited or removed."""
    kind, action = row.get("type", "contact"), row.get("action")
    if kind != "contact" or (isinstance(action, str) and action not in _REMOVED):
        return change.kept("unknown_type", f"{change.field}:{kind}:{action}", row)
    rest = dict(row)
    card = dict(mapping(rest.pop("contact", None)))
    about = dict(mapping(rest.pop("metadata", None)))
    at = take(about, "timestamp", moment)
    if at is None:
        at = take(rest, "timestamp", moment)
    person = replace(
        named(card, CARD),
        username=take(card, "username", username),
        name=take(card, "full_name", words),
    )
    if at is None or not isinstance(action, str) or not person.aliases or too_deep(row):
        return change.kept("malformed", f"{change.field}:contact", row, at=at or 0)
    del rest["action"]
    rest.pop("type", None)
    return ContactNote(
        line=change.line or "",
        person=person,
        at=at,
        removed=_REMOVED[action],
        first_name=take(card, "first_name", words),
        extra=rest | _unless_empty(contact=card, metadata=about),
    )


def preference(change: Change, row: Json, contacts: Contacts) -> PreferenceNote | Kept:
    """A person stops, resumes or signs up for marketing messages."""
    category = row.get("category", "marketing_messages")
    if category != "marketing_messages":
        return change.kept("unknown_type", f"{change.field}:{category}", row)
    rest = dict(row)
    rest.pop("category", None)
    at = take(rest, "timestamp", moment)
    value = take(rest, "value", words)
    person, entry = contacts.find(named(rest, PERSON))
    if at is None or value is None or not person.aliases or too_deep(rest):
        return change.kept("malformed", change.field, row, at=at or 0)
    if besides := contacts.claim(entry):
        rest.setdefault("contact", besides)
    return PreferenceNote(line=change.line or "", person=person, at=at, value=value, extra=rest)


def user_id_update(change: Change, row: Json, contacts: Contacts) -> AliasNote | Kept:
    """A person's BSUID was replaced. The field was documented and withdrawn; it is tolerated."""
    at = moment(row.get("timestamp"))
    own, parent = mapping(row.get("user_id")), mapping(row.get("parent_user_id"))
    formerly = Person(
        phone=phone(row.get("wa_id")),
        bsuid=identifier(own.get("previous")),
        parent_bsuid=identifier(parent.get("previous")),
    )
    now = Person(
        phone=phone(row.get("wa_id")),
        bsuid=identifier(own.get("current")),
        parent_bsuid=identifier(parent.get("current")),
    )
    if at is None or not now.aliases or not set(formerly.aliases) - set(now.aliases):
        return change.kept("malformed", change.field, row, at=at or 0)
    person, entry = contacts.find(now)
    contacts.claim(entry)
    return AliasNote(line=change.line or "", at=at, person=person, formerly=formerly)


def _unless_empty(**parts: Json) -> Json:
    return {name: part for name, part in parts.items() if part}
