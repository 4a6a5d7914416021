"""What a fact contributes to the row of a message: a sighting, an act, a status, a file."""

import json
from dataclasses import asdict
from typing import Any

from tandem.model.acts import BY_CUSTOMER, side_of, target_of
from tandem.model.events import Completeness, Content, Media, Sighting, Source, StatusNote
from tandem.model.message import StoredFile
from tandem.store import keys
from tandem.store.registers import BARE, Merge, Register, Row, fingerprint

STATUS = "status_"
FILE = "file_"
STORED = "stored_"
REACTION = "reaction_"
EMOJI = "emoji_"

# Where two sightings of one message disagree, the one nearer to the event is believed.
_RANK = {
    Source.API: 4,
    Source.ECHO: 3,
    Source.INBOUND: 3,
    Source.HISTORY_MEDIA: 2,
    Source.HISTORY_IN: 1,
    Source.HISTORY_OUT: 1,
}

# But first, a message of its own is believed before an act, and either before a ghost: an act
# leaves the timeline that its ghost stood in. Above every rank, which is what version 0.1.0 began
# a place with, so that a replay takes its acts out of the timelines.
_GHOST, _ACT, _MESSAGE = 5, 6, 7

_SEEN = {source: {"sources": frozenset({source.value})} for source in Source}


def sighting_merge(tenant: str, sighting: Sighting) -> Merge:
    """All that one sighting says of its own message."""
    place, content = _place(tenant, sighting), _content(sighting)
    if place is None:
        return Merge(
            (_waiting(sighting), content),
            firsts=_shelved(tenant, sighting.line, sighting.wamid),
            members=_SEEN[sighting.source],
        )
    return Merge((place, content), members=_SEEN[sighting.source])


def act_merge(tenant: str, sighting: Sighting, target: str) -> Merge:
    """What an act does to the message it acts on."""
    return Merge(
        (_ACTS[sighting.content.kind](sighting), _waiting(sighting)),
        firsts=_shelved(tenant, sighting.line, target),
    )


def status_merge(tenant: str, note: StatusNote) -> Merge:
    """The earliest time of one state."""
    detail = {"pricing": note.pricing, "errors": note.errors, "extra": note.extra}
    carried = {name: _json(value) for name, value in detail.items() if value}
    register = Register(
        f"{STATUS}{note.state}",
        keys.moment(note.at, fingerprint(carried) if carried else BARE),
        "earliest",
        carry={f"{note.state}_detail": carried or None},
    )
    return Merge((register,), firsts=_shelved(tenant, note.line, note.wamid))


def file_merge(tenant: str, line: str, wamid: str, file: StoredFile) -> Merge:
    """Where a file is kept that this message named, or that it is lost.

    One message may name several (a webhook, its follow-up, an edit): each is noted by itself.
    """
    carried = {f"{STORED}{file.media_id}": _as_row(file)}
    # A file that one worker found and another did not is there.
    value = f"{file.lost is None:d}#{fingerprint(carried)}"
    register = Register(f"{FILE}{file.media_id}", value, "latest", carry=carried)
    return Merge((register,), firsts=_shelved(tenant, line, wamid))


# ---- a message of its own


def _place(tenant: str, sighting: Sighting) -> Register | None:
    alias = sighting.person.alias
    if alias is None or sighting.source is Source.HISTORY_MEDIA:
        return None
    by_customer, status = sighting.source in BY_CUSTOMER, sighting.history_status
    standing, group = _MESSAGE, keys.timeline
    if sighting.content.target is not None and target_of(sighting):
        standing, group = _ACT, keys.acts
    elif sighting.content.completeness is Completeness.GHOST:
        standing = _GHOST
    carried = {
        "group": group(tenant, sighting.line, alias),
        "moment": keys.message_moment(sighting.at, sighting.wamid, by_customer=by_customer),
        "history_status": status,
    }
    # All that is carried follows from these, so equal values carry equal attributes.
    rank = f"{standing}{_RANK[sighting.source]}{by_customer:d}"
    value = f"{rank}#{sighting.at}#{status or ''}#{alias}"
    return Register("place", value, "latest", carry=carried)


def _content(sighting: Sighting) -> Register:
    content = sighting.content
    carried = _said(content)
    rank = f"{content.completeness:d}{_RANK[sighting.source]}"
    return Register("content", f"{rank}#{fingerprint(carried)}", "latest", carry=carried)


def _said(content: Content) -> dict[str, Any]:
    return {
        "kind": content.kind,
        "text": content.text,
        "media": _as_row(content.media),
        "reply_to": content.reply_to,
        "target": content.target,
        "extra": _json(content.extra) if content.extra else None,
    }


# ---- acts


def _edit(sighting: Sighting) -> Register:
    instead = sighting.content.instead
    edited = _said(instead) if instead else {}
    tiebreak = f"{sighting.wamid}#{_RANK[sighting.source]}#{fingerprint(edited)}"
    moment = keys.moment(sighting.at, tiebreak)
    return Register("edit", moment, "latest", carry={"edited": edited})


def _revoke(sighting: Sighting) -> Register:
    return Register("revoke", keys.moment(sighting.at, side_of(sighting)), "earliest")


def _reaction(sighting: Sighting) -> Register:
    """The latest of one side; without an emoji it is taken back."""
    side = side_of(sighting)
    carried = {f"{EMOJI}{side}": sighting.content.text}
    moment = keys.moment(sighting.at, f"{sighting.wamid}#{fingerprint(carried)}")
    return Register(f"{REACTION}{side}", moment, "latest", carry=carried)


_ACTS = {"edit": _edit, "revoke": _revoke, "reaction": _reaction}


# ---- the shelf


def _shelved(tenant: str, line: str, wamid: str) -> Row:
    return {"group": keys.shelf(tenant, line), "moment": wamid}


def _waiting(sighting: Sighting) -> Register:
    """Since when, should it have to wait. It carries nothing: where a row stands, `place` says."""
    imported = sighting.source.name.startswith("HISTORY")
    return Register("waits_imported" if imported else "waits_live", sighting.at, "earliest")


def _json(value: object) -> str:
    """JSON that is the same text for the same value, whoever writes it."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _as_row(value: Media | StoredFile | None) -> dict[str, Any] | None:
    return None if value is None else asdict(value)
