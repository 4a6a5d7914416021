"""Sends: written before Meta is called, so that whatever happens then leaves a trace.

    begun       the row stands in its conversation's timeline: a message of state unknown
    accepted    Meta named it: it is shown under its wamid, until
    filed       the message's own row is written; the send leaves the timeline
    closed      Meta surely did not take it; the send leaves the timeline

A row that is filed or closed only serves repeated requests, and expires.
"""

import json

from tandem.model.events import Content, Media, Origin
from tandem.model.identity import Person
from tandem.model.message import Message, MessageState
from tandem.model.send import Outcome, Send
from tandem.store import keys
from tandem.store.registers import Row
from tandem.store.table import Table

REMEMBERED_SECONDS = 30 * 24 * 3600
"""How long a repeated request is still recognised."""

_PLACE = ("group", "moment")


class Sends:
    """The send rows of every tenant."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, tenant: str, send: str) -> Send | None:
        row = self._table.get(keys.send(tenant, send))
        return _read(send, row) if row else None

    def begin(self, tenant: str, send: Send) -> bool:
        """Write a send that is about to be made; False when one of this id is there already."""
        key = keys.send(tenant, send.id)
        return self._table.insert(key, _begun(tenant, send)) or self._is_ours(key, send)

    def begin_again(self, tenant: str, send: Send) -> bool:
        """Take up a send that was released; False when somebody else took it up."""
        key = keys.send(tenant, send.id)
        taken_up = self._table.update(
            key,
            put=_begun(tenant, send),
            remove=("outcome", "code", "reason", "expires_at"),
            if_equal={"outcome": Outcome.RELEASED.value, "fingerprint": send.fingerprint},
        )
        return taken_up or self._is_ours(key, send)

    def _is_ours(self, key: keys.Key, send: Send) -> bool:
        # A write whose answer was lost is repeated by the client, and then refuses itself.
        there = self._table.get(key) or {}
        return there.get("attempt") == send.attempt and "outcome" not in there

    def accept(self, tenant: str, send: Send, wamid: str) -> None:
        """Meta took it and calls it `wamid`. Whatever was believed before, this is so."""
        self._table.update(
            keys.send(tenant, send.id),
            put={
                "outcome": Outcome.ACCEPTED.value,
                "wamid": wamid,
                **_place(tenant, send, wamid),
            },
            remove=("code", "reason", "expires_at"),
            if_present=("fingerprint",),
        )

    def file(self, tenant: str, send: Send) -> None:
        """The message's own row is written: the send leaves the timeline."""
        self._table.update(
            keys.send(tenant, send.id),
            put={"expires_at": send.at + REMEMBERED_SECONDS},
            remove=_PLACE,
            if_equal={"outcome": Outcome.ACCEPTED.value},
        )

    def close(
        self, tenant: str, send: Send, outcome: Outcome, *, code: int | None, reason: str
    ) -> None:
        """Meta surely did not take it. A status that says otherwise came first and stands."""
        self._table.update(
            keys.send(tenant, send.id),
            put={
                "outcome": outcome.value,
                "code": code,
                "reason": reason,
                "expires_at": send.at + REMEMBERED_SECONDS,
            },
            remove=_PLACE,
            if_equal={"outcome": None},
            if_present=("fingerprint",),
        )


def send_as_message(row: Row) -> Message:
    """A send that stands in a timeline, as a message: by its wamid if that is known."""
    send = _read(keys.send_of(row["pk"]), row)
    return Message(
        line=send.line,
        wamid=send.wamid or send.callback,
        at=send.at,
        origin=Origin.API,
        imported=False,
        kind=send.content.kind,
        state=MessageState.ACCEPTED if send.wamid else MessageState.UNKNOWN,
        text=send.content.text,
        media=send.content.media,
        reply_to=send.content.reply_to,
        extra=send.content.extra,
        contact=send.person.alias,
        moment=row["moment"],
    )


def _begun(tenant: str, send: Send) -> Row:
    return {**_row(send), **_place(tenant, send)}


def _place(tenant: str, send: Send, wamid: str | None = None) -> Row:
    # A send and the message it became share one moment: no page of a timeline shows both.
    alias = send.person.alias or ""
    return {
        "group": keys.timeline(tenant, send.line, alias),
        "moment": keys.message_moment(send.at, wamid or send.callback, by_customer=False),
    }


def _row(send: Send) -> Row:
    person, content, media = send.person, send.content, send.content.media
    return {
        "line": send.line,
        "at": send.at,
        "by": send.by,
        "fingerprint": send.fingerprint,
        "attempt": send.attempt,
        "person": {
            "phone": person.phone,
            "bsuid": person.bsuid,
            "parent_bsuid": person.parent_bsuid,
        },
        "kind": content.kind,
        "text": content.text,
        "media": {"media_id": media.media_id, "filename": media.filename} if media else None,
        "reply_to": content.reply_to,
        "extra": json.dumps(content.extra) if content.extra else None,
    }


def _read(send: str, row: Row) -> Send:
    return Send(
        id=send,
        line=row["line"],
        person=Person(**row["person"]),
        content=Content(
            kind=row["kind"],
            text=row.get("text"),
            media=Media(**row["media"]) if "media" in row else None,
            reply_to=row.get("reply_to"),
            extra=json.loads(row["extra"]) if "extra" in row else {},
        ),
        at=row["at"],
        by=row["by"],
        fingerprint=row["fingerprint"],
        attempt=row["attempt"],
        outcome=Outcome(row["outcome"]) if "outcome" in row else None,
        wamid=row.get("wamid"),
        code=row.get("code"),
        reason=row.get("reason"),
        filed=row.get("outcome") == Outcome.ACCEPTED.value and "group" not in row,
    )
