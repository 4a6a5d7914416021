"""Messages: one row each, keyed by line and wamid, whatever arrives first.

A row is three things that may come in any order, from different webhooks:

    place      where it belongs: conversation and time. Without it the row waits on the shelf.
    content    what it says; fuller content replaces poorer (ghost < placeholder < the message).
    statuses   what became of it: each state at its earliest known time.

`sources` is the set of ways in which it was seen; origin and `imported` are derived from it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import batched
from typing import Any

from tandem.model.errors import Unstorable
from tandem.model.events import (
    Completeness,
    JsonObject,
    Media,
    Origin,
    Sighting,
    Source,
    StatusNote,
)
from tandem.model.message import Message, MessageState, Status, StoredFile
from tandem.store import keys
from tandem.store.registers import BARE, Merge, Register, Row, fingerprint
from tandem.store.sends import send_as_message
from tandem.store.table import Table

_STATUS = "status_"
_FILE = "file_"
_STORED = "stored_"

# Where two sightings of one message disagree, the one nearer to the event is believed.
_RANK = {
    Source.API: 4,
    Source.ECHO: 3,
    Source.INBOUND: 3,
    Source.HISTORY_MEDIA: 2,
    Source.HISTORY_IN: 1,
    Source.HISTORY_OUT: 1,
}

_BY_CUSTOMER = frozenset({Source.INBOUND, Source.HISTORY_IN})

_SEEN = {source: {"sources": frozenset({source.value})} for source in Source}

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


SLAB = 500


class Messages:
    """The message rows of every tenant."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def record(self, tenant: str, sighting: Sighting) -> bool:
        """Merge one sighting into its row; True if the row changed. Idempotent on the wamid."""
        key = keys.message(tenant, sighting.line, sighting.wamid)
        return self._table.merge(key, _whole(tenant, sighting))

    def record_many(
        self, tenant: str, sightings: Sequence[Sighting]
    ) -> list[tuple[Sighting, Unstorable]]:
        """Record an import's sightings at one write each; those that no table would take.

        A row that exists already (a status came first, a chunk overlaps) is merged into instead.
        """
        refused: list[tuple[Sighting, Unstorable]] = []
        # In slabs, so that what is written is let go: thousands of rows at once keep the garbage
        # collector busier than the import itself.
        for slab in batched(sightings, SLAB, strict=False):
            told = self._table.merge_many(
                [
                    (keys.message(tenant, sighting.line, sighting.wamid), _whole(tenant, sighting))
                    for sighting in slab
                ]
            )
            refused += [(slab[place], reason) for place, reason in told.items()]
        return refused

    def note_status(self, tenant: str, note: StatusNote) -> bool:
        """Keep the earliest time of one state; a status without its message waits on the shelf."""
        detail = {"pricing": note.pricing, "errors": note.errors, "extra": note.extra}
        carried = {name: _json(value) for name, value in detail.items() if value}
        register = Register(
            f"{_STATUS}{note.state}",
            keys.moment(note.at, fingerprint(carried) if carried else BARE),
            "earliest",
            carry={f"{note.state}_detail": carried or None},
        )
        merge = Merge((register,), firsts=_shelved(tenant, note.line, note.wamid))
        return self._table.merge(keys.message(tenant, note.line, note.wamid), merge)

    def note_file(self, tenant: str, line: str, wamid: str, file: StoredFile) -> None:
        """Note where a file that this message named is kept, or that it is lost.

        One message may name several (a webhook, its follow-up, an edit): each is noted by itself.
        """
        carried = {f"{_STORED}{file.media_id}": _as_row(file)}
        # A file that one worker found and another did not is there.
        value = f"{file.lost is None:d}#{fingerprint(carried)}"
        register = Register(f"{_FILE}{file.media_id}", value, "latest", carry=carried)
        merge = Merge((register,), firsts=_shelved(tenant, line, wamid))
        self._table.merge(keys.message(tenant, line, wamid), merge)

    def file(self, tenant: str, line: str, wamid: str, media_id: str) -> StoredFile | None:
        """What became of a file that this message named; None until that is known."""
        row = self._table.get(keys.message(tenant, line, wamid))
        return _file(row, media_id) if row else None

    def get(self, tenant: str, line: str, wamid: str) -> Message | None:
        row = self._table.get(keys.message(tenant, line, wamid))
        return _read(row) if row else None

    def filled(self, tenant: str, line: str, wamids: Iterable[str]) -> int:
        """How many of these messages are there with all they say, and not as a placeholder."""
        rows = self._table.get_many(keys.message(tenant, line, wamid) for wamid in wamids)
        full = str(Completeness.FULL.value)
        return sum(row.get("content", "").startswith(full) for row in rows.values())

    def timeline(
        self,
        tenant: str,
        line: str,
        alias: str,
        *,
        limit: int,
        cursor: str | None = None,
        before: str | None = None,
    ) -> tuple[tuple[Message, ...], str | None]:
        """The messages filed under one alias, newest first. `before` is a `keys.moment`.

        Sends of which it is not known whether they became a message stand among them.
        """
        page = self._table.page(
            keys.timeline(tenant, line, alias), limit=limit, cursor=cursor, before=before
        )
        return tuple(_placed(row) for row in page.rows), page.cursor

    def shelf(
        self, tenant: str, line: str, *, limit: int, cursor: str | None = None
    ) -> tuple[tuple[Message, ...], str | None]:
        """What waits for its message: media, statuses that came first and nothing has followed."""
        page = self._table.page(keys.shelf(tenant, line), limit=limit, cursor=cursor)
        return tuple(_read(row) for row in page.rows), page.cursor


def _whole(tenant: str, sighting: Sighting) -> Merge:
    """All that one sighting says of a message."""
    place, content = _place(tenant, sighting), _content(sighting)
    return Merge(
        (*place, content),
        firsts={} if place else _shelved(tenant, sighting.line, sighting.wamid),
        members=_SEEN[sighting.source],
    )


def _place(tenant: str, sighting: Sighting) -> tuple[Register, ...]:
    alias = sighting.person.alias
    if alias is None or sighting.source is Source.HISTORY_MEDIA:
        return ()
    by_customer, status = sighting.source in _BY_CUSTOMER, sighting.history_status
    carried = {
        "group": keys.timeline(tenant, sighting.line, alias),
        "moment": keys.message_moment(sighting.at, sighting.wamid, by_customer=by_customer),
        "history_status": status,
    }
    # All that is carried follows from these, so equal values carry equal attributes.
    value = f"{_RANK[sighting.source]}{by_customer:d}#{sighting.at}#{status or ''}#{alias}"
    return (Register("place", value, "latest", carry=carried),)


def _content(sighting: Sighting) -> Register:
    content = sighting.content
    carried = {
        "kind": content.kind,
        "text": content.text,
        "media": _as_row(content.media),
        "reply_to": content.reply_to,
        "target": content.target,
        "extra": _json(content.extra) if content.extra else None,
    }
    rank = f"{content.completeness:d}{_RANK[sighting.source]}"
    return Register("content", f"{rank}#{fingerprint(carried)}", "latest", carry=carried)


def _json(value: object) -> str:
    """JSON that is the same text for the same value, whoever writes it."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _as_row(value: Media | StoredFile | None) -> dict[str, Any] | None:
    return None if value is None else asdict(value)


def _shelved(tenant: str, line: str, wamid: str) -> Row:
    return {"group": keys.shelf(tenant, line), "moment": wamid}


def _placed(row: Row) -> Message:
    return send_as_message(row) if row["sk"] == keys.SEND else _read(row)


def _read(row: Row) -> Message:
    line, wamid = keys.message_of(row["pk"])
    sources = {Source(source) for source in row.get("sources", ())}
    placed = "place" in row
    origin = next((origin for origin, seen in _ORIGINS if seen & sources), None)
    statuses = tuple(_statuses(row))
    return Message(
        line=line,
        wamid=wamid,
        at=keys.moment_at(row["moment"]) if placed else 0,
        origin=origin if placed else None,
        imported=bool(sources) and all(source.name.startswith("HISTORY") for source in sources),
        kind=row.get("kind", "unknown"),
        state=_state(row, origin if placed else None, statuses),
        text=row.get("text"),
        media=Media(**row["media"]) if "media" in row else None,
        file=_file(row, row["media"]["media_id"]) if "media" in row else None,
        reply_to=row.get("reply_to"),
        target=row.get("target"),
        extra=json.loads(row["extra"]) if "extra" in row else {},
        statuses=statuses,
        contact=keys.conversation_of(row["group"])[1] if placed else None,
        moment=row["moment"] if placed else "",
    )


def _file(row: Row, media_id: str) -> StoredFile | None:
    # Version 0.1.0 noted one file a message, whichever of its media that was.
    stored = row.get(f"{_STORED}{media_id}") or row.get("stored")
    return StoredFile(**stored) if stored and stored["media_id"] == media_id else None


def _statuses(row: Row) -> list[Status]:
    found = []
    for name, value in row.items():
        if name.startswith(_STATUS):
            state = name.removeprefix(_STATUS)
            detail: dict[str, Any] = row.get(f"{state}_detail", {})
            errors: list[JsonObject] = json.loads(detail.get("errors", "[]"))
            pricing: JsonObject | None = json.loads(detail.get("pricing", "null"))
            found.append(Status(state, keys.moment_at(value), pricing, tuple(errors)))
    return sorted(found, key=lambda status: (status.at, status.state))


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
