"""Rows of `statuses`: Meta's word on what became of a message."""

from tandem.meta.people import Contacts, named
from tandem.meta.wire import Change, Json, identifier, mapping, moment, take, too_deep, words
from tandem.model.events import Kept, StatusNote

RECIPIENT = ("recipient_id", "recipient_user_id", "recipient_parent_user_id")


def status(change: Change, row: Json, contacts: Contacts) -> StatusNote | Kept:
    """One status. It is filed by its wamid, so the recipient may stay unknown.

    wire: Meta, "statuses"; unknown states are passed on as they are.
    """
    if row.get("recipient_type") == "group":
        return change.kept("group", f"{change.field}:status", row)
    rest = dict(row)
    wamid = take(rest, "id", identifier)
    at = take(rest, "timestamp", moment)
    state = take(rest, "status", words)
    if wamid is None or at is None or state is None or too_deep(rest):
        return change.kept("malformed", f"{change.field}:status", row, at=at or 0)
    person, entry = contacts.find(named(rest, RECIPIENT))
    callback = take(rest, "biz_opaque_callback_data", words)
    pricing = take(rest, "pricing", _object)
    errors = take(rest, "errors", _only_objects)
    if besides := contacts.claim(entry):
        rest.setdefault("contact", besides)
    return StatusNote(
        line=change.line or "",
        wamid=wamid,
        state=state,
        at=at,
        person=person,
        callback=callback,
        pricing=pricing,
        errors=errors or (),
        extra=rest,
        free_until=_free_until(rest, pricing),
    )


def _free_until(rest: Json, pricing: Json | None) -> int | None:
    """The end of the entry-point window that the message was sent in; None for any other.

    wire: Meta, "statuses": `conversation` with its `expiration_timestamp` and the origin
    `referral_conversion`, and the pricing type `free_entry_point`.
    """
    conversation = mapping(rest.get("conversation"))
    referred = mapping(conversation.get("origin")).get("type") == "referral_conversion"
    free = mapping(pricing).get("type") == "free_entry_point"
    return moment(conversation.get("expiration_timestamp")) if referred or free else None


def _object(value: object) -> Json | None:
    return value if isinstance(value, dict) else None


def _only_objects(value: object) -> tuple[Json, ...] | None:
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return tuple(value)
    return None
