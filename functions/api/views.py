"""What the API shows of each thing. Times are unix seconds; what is not known is null."""

from dataclasses import asdict
from typing import Any

from tandem.insights.account_zones import zone_of
from tandem.model.contact import Dealings, contact_id
from tandem.model.events import Kept
from tandem.model.happening import Happening
from tandem.model.line import Account, Line
from tandem.model.notice import UNLIMITED
from tandem.model.reading import Entry, KnownContact, Shelved, WholeConversation
from tandem.model.send import Send
from tandem.model.standing import Standing

Shown = dict[str, Any]

DAY = 24 * 3600


def line(line: Line, now: int) -> Shown:
    return {
        "id": line.line,
        "display_number": line.display_number,
        "verified_name": line.verified_name,
        "mode": line.mode,
        "state": line.state,
        "rate": line.rate,
        "quality": line.quality,
        "waba": line.waba,
        "account": _account(line.account),
        "onboarded_at": line.onboarded_at,
        "trouble": line.trouble,
        "advice": line.advice,
        "marketing_messages": line.marketing_messages,
        **_standing(line.standing, now),
    }


def _account(account: Account) -> Shown:
    zone = zone_of(account.timezone)
    return {
        "currency": account.currency,
        "time_zone": zone.key if zone else None,
        "marketing_messages": account.marketing,
    }


def _standing(standing: Standing, now: int) -> Shown:
    """How a line stands with Meta. A limit of `unlimited` is none; days are counted down, whole."""
    limit, ends_at = standing.messaging_limit, standing.token_expires_at
    days_left = max(ends_at - now, 0) // DAY if ends_at is not None else None
    return {
        "messaging_limit": "unlimited" if limit == UNLIMITED else limit,
        "name_review": asdict(standing.name_review) if standing.name_review else None,
        "username": asdict(standing.username) if standing.username else None,
        "account_review": standing.account_review,
        "restrictions": [asdict(restriction) for restriction in standing.restrictions],
        "ban": asdict(standing.ban) if standing.ban else None,
        "disconnected": _disconnected(standing),
        "phone_seen_at": standing.phone_seen_at,
        "token": {"expires_at": ends_at, "days_left": days_left},
    }


def _disconnected(standing: Standing) -> Shown | None:
    if standing.disconnected is None:
        return None
    return asdict(standing.disconnected) | {"again_from": standing.again_from}


def happening(happening: Happening) -> Shown:
    return {
        "at": happening.at,
        "kind": happening.kind,
        "told_by": happening.told_by,
        "text": happening.text,
    }


def conversation(whole: WholeConversation) -> Shown:
    talk, window = whole.conversation, whole.window
    return {
        "id": whole.id,
        "line": talk.line,
        "contact": {
            "id": contact_id(whole.contact.id),
            "name": talk.name,
            "username": talk.username,
            "phones": _of_kind("phone", whole.named),
            "bsuids": _of_kind("bsuid", whole.named),
            "ambiguous": whole.contact.ambiguous,
        },
        "unread": talk.unread,
        "last_activity_at": talk.last_activity_at or None,
        "last_inbound_at": talk.last_inbound_at,
        "last_read_at": talk.last_read_at,
        "window": {
            "open": window is not None,
            "closes_at": window.closes_at if window else whole.closed_at,
            "opened_by": window.opened_by if window else None,
            "entry_point": asdict(whole.entry_point) if whole.entry_point else None,
        },
    }


def contact(known: KnownContact) -> Shown:
    """A person: what they are called by whom, where they can be reached, what the team wrote."""
    contact, written = known.contact, known.contact.written
    return {
        "id": contact_id(contact.id),
        "name": known.name,
        "names": {
            "team": written.name,
            "book": contact.names.shown,
            "profile": known.profile_name,
        },
        "username": known.username,
        "phones": _of_kind("phone", known.aliases),
        "bsuids": _of_kind("bsuid", known.aliases),
        "marketing": contact.may_market,
        "wish": asdict(contact.wish) if contact.wish else None,
        "consent": _consent(contact.dealings),
        "ambiguous": contact.ambiguous,
        "last_activity_at": known.last_activity_at,
        "note": written.note,
        "tags": list(written.tags),
        "attributes": dict(written.attributes),
        "conversations": [
            {"id": whole.id, "line": whole.conversation.line} for whole in known.conversations
        ],
    }


def _consent(dealings: Dealings) -> Shown | None:
    if dealings.consent is None:
        return None
    source, at = dealings.consent_source, dealings.consent_at
    return {"state": dealings.consent, "source": source, "at": at}


def _of_kind(kind: str, aliases: tuple[str, ...]) -> list[str]:
    return [alias.partition(":")[2] for alias in aliases if alias.startswith(f"{kind}:")]


def message(entry: Entry) -> Shown:
    message = entry.message
    return {
        "id": message.wamid,
        "at": message.at or None,
        "origin": message.origin,
        "imported": message.imported,
        "type": message.kind,
        "state": message.state,
        "text": message.text,
        "media": asdict(message.media) if message.media else None,
        "file": _file(entry),
        "reply_to": message.reply_to,
        "target": message.target,
        "edited_at": message.edited_at,
        "revoked": asdict(message.revoked) if message.revoked else None,
        "reactions": [asdict(reaction) for reaction in message.reactions],
        "ghost": message.ghost,
        "statuses": [{"state": status.state, "at": status.at} for status in message.statuses],
        "charge": asdict(entry.charge) if entry.charge else None,
        "failures": [asdict(failure) for failure in entry.failures],
        "extra": message.extra,
    }


def shelved(shelved: Shelved) -> Shown:
    """A message that has not come, and what waits for it."""
    return message(shelved.entry) | {
        "waits_for": shelved.waits_for,
        "since": shelved.since,
        "orphan": shelved.orphan,
    }


def _file(entry: Entry) -> Shown | None:
    if entry.file is None:
        return None
    file, media = entry.message.file, entry.message.media
    told = media.mime_type if media else None
    return {
        "state": entry.file.state,
        "size": file.size if file else None,
        "mime_type": file.mime_type if file and file.mime_type else told,
        "why": entry.file.why,
    }


def send(send: Send) -> Shown:
    """A send just made. Until Meta has named the message, its id is the send's own."""
    return {
        "id": send.wamid or send.callback,
        "send": send.id,
        "state": "accepted" if send.wamid else "unknown",
    }


def kept(kept: Kept) -> Shown:
    return {"id": kept.id, **asdict(kept)}
