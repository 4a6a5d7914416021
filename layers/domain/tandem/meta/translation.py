"""From the bytes of a verified webhook to events. Nothing is dropped, and nothing raises.

One bad row never takes its neighbours with it: what cannot be read becomes a `Kept` of its own.
wire: Meta, "Webhooks" and the reference of each field.
"""

from collections.abc import Callable, Iterator

from tandem.meta import account, addressbook, history, messages, statuses
from tandem.meta.envelope import NOTICES, changes, parsed
from tandem.meta.notices import notices
from tandem.meta.people import Contacts
from tandem.meta.wire import Change, Json
from tandem.model.events import Event, Kept

type Reader = Callable[[Change, Json, Contacts], Event]
type Row = Callable[[Change, Json, Contacts], Iterator[Event]]


def translate(body: bytes) -> list[Event]:
    """Everything the body says: at least one event, for any bytes whatever.

    `body` is what Meta sent, already verified. Never raises: what is not JSON, or has a wrong
    shape, or nests too deep to be handled, is kept.
    """
    try:
        events = list(_events(parsed(body)))
    except ValueError as fault:
        return [_kept(body, "not_json", str(fault))]
    except RecursionError:
        return [_kept(body, "malformed", "nested too deep")]
    return events or [_kept(body, "malformed", "says nothing")]


def _events(said: object) -> Iterator[Event]:
    for change in changes(said):
        if isinstance(change, Kept):
            yield change
        elif change.field == "account_update":
            yield account.account_update(change)
        elif change.field in NOTICES:
            yield from notices(change, NOTICES)
        elif change.field not in ROWS:
            yield change.kept("unknown_field", change.field, change.value)
        elif change.line is None:
            yield change.kept("malformed", change.field, change.value, detail="names no line")
        else:
            yield from _rows(change)


def _rows(change: Change) -> Iterator[Event]:
    """The rows of a change, each by the key it stands under; what nobody reads is kept."""
    readers = ROWS[change.field]
    contacts = Contacts(change.value.get("contacts"))
    unread: Json = {}
    for key, rows in change.value.items():
        if key in _ENVELOPE:
            continue
        if key not in readers:
            unread[key] = rows
        elif not isinstance(rows, list):
            yield change.kept("malformed", f"{change.field}.{key}", rows)
        else:
            for row in rows:
                if isinstance(row, dict):
                    yield from readers[key](change, row, contacts)
                else:
                    yield change.kept("malformed", f"{change.field}.{key}", row)
    if unread:
        yield change.kept("unknown_field", f"{change.field}.{','.join(sorted(unread))}", unread)
    yield from contacts.kept(change)


def _kept(body: bytes, reason: str, detail: str) -> Kept:
    """A whole body, set aside; bytes that are not UTF-8 are written as backslash escapes."""
    return Kept(
        reason=reason, what="body", raw=body.decode("utf-8", "backslashreplace"), detail=detail
    )


def _one(read: Reader) -> Row:
    """A row that is one event."""

    def row(change: Change, said: Json, contacts: Contacts) -> Iterator[Event]:
        yield read(change, said, contacts)

    return row


_ENVELOPE = frozenset({"messaging_product", "metadata", "contacts", "field"})

_ERRORS: dict[str, Row] = {"errors": _one(account.error)}

ROWS: dict[str, dict[str, Row]] = {
    "messages": {
        "messages": messages.inbound,
        "message_echoes": _one(messages.echo),
        "statuses": _one(statuses.status),
    }
    | _ERRORS,
    "smb_message_echoes": {
        "message_echoes": _one(messages.echo),
        "statuses": _one(statuses.status),
    }
    | _ERRORS,
    "history": {
        "history": history.item,
        "messages": _one(messages.follow_up),
        "message_echoes": _one(messages.follow_up),
    }
    | _ERRORS,
    "smb_app_state_sync": {"state_sync": _one(addressbook.contact)} | _ERRORS,
    "user_preferences": {"user_preferences": _one(addressbook.preference)} | _ERRORS,
    "user_id_update": {"user_id_update": _one(addressbook.user_id_update)} | _ERRORS,
}
"""Who reads which rows of which field. Any other field, or key of a field, is kept and shown."""
