"""Rules of a conversation: what customers and the owner write, and what becomes of it."""

from random import Random
from typing import Any

from tests.laws.world.business import Business, Human, Seen, Written, aliases_of
from tests.laws.world.pieces import Json, Place, without_none

EMOJI = "\U0001f44d"
GHOST = {"code": 131060, "title": "This message is currently unavailable"}
REFERRAL = {"source_type": "ad", "source_id": "120", "ctwa_clid": "clid", "headline": "Cakes"}


def customer_writes(chance: Random, business: Business) -> None:
    place = business.place(chance)
    number, _ = business.somebody(chance, place.tenant)
    written = business.write(place, number, outbound=False, at=business.passes(chance))
    _inbound(chance, business, written, _content(chance, business, place))


def owner_writes(chance: Random, business: Business) -> None:
    place = business.place(chance)
    number, _ = business.somebody(chance, place.tenant)
    written = business.write(place, number, outbound=True, at=business.passes(chance))
    _echo(chance, business, written, _content(chance, business, place))


def ghost_becomes_real(chance: Random, business: Business) -> None:
    """`unsupported` first, the message itself under the same wamid at once; one may be all."""
    place = business.place(chance)
    number, _ = business.somebody(chance, place.tenant)
    written = business.write(place, number, outbound=False, at=business.passes(chance))
    ghost = {"type": "unsupported", "unsupported": {"type": "unknown"}, "errors": [GHOST]}
    _inbound(chance, business, written, ghost)
    if chance.choice((True, False)):
        _inbound(chance, business, written, _content(chance, business, place))


def told_again(chance: Random, business: Business) -> None:
    """A message that is known comes in other words, at the same second or the next."""
    place = business.place(chance)
    plain = (m for m in business.written(place) if not any(one.target for one in m.seen))
    known = [m for m in plain if all(one.kind != "system" for one in m.seen)]
    if not known:
        return
    written = chance.choice(known)
    tell = _echo if written.outbound else _inbound
    tell(chance, business, written, _content(chance, business, place), late=chance.randint(0, 1))


def somebody_acts(chance: Random, business: Business) -> None:
    """An edit, a revoke, a reaction or its removal, on a message that came or has yet to."""
    place = business.place(chance)
    known = business.written(place)
    target = chance.choice(known) if known else None
    number = target.human if target else business.somebody(chance, place.tenant)[0]
    outbound = chance.choice((True, False))
    wamid = target.wamid if target else f"wamid.{business.mark(place.tenant)}"
    act = business.write(place, number, outbound=outbound, at=business.passes(chance))
    content = _act(chance, business, place, wamid)
    (_echo if outbound else _inbound)(chance, business, act, content)


def status_comes(chance: Random, business: Business) -> None:
    """Meta's word on a message, or two of them; now and then on one that was never heard of."""
    place = business.place(chance)
    sent = [message for message in business.written(place) if message.outbound]
    orphan = not sent or chance.randint(0, 4) == 4
    wamid = f"wamid.{business.mark(place.tenant)}" if orphan else chance.choice(sent).wamid
    state = chance.choice(["sent", "delivered", "read", "played", "failed"])
    for _ in range(chance.choice((1, 2))):
        _status(chance, business, business.message(place, wamid), state)


def _status(chance: Random, business: Business, message: Written, state: str) -> None:
    human = business.person(message.place.tenant, message.human)
    at = business.passes(chance)
    shown: Json = human.shown(chance) if chance.choice((True, False)) else {}
    row = {
        "id": message.wamid,
        "status": state,
        "timestamp": str(at),
        **_named("recipient_id", "recipient_user_id", "recipient_parent_user_id", shown),
    }
    if state == "failed":
        code = chance.choice([131026, 131049])
        row["errors"] = [{"code": code, "title": "not delivered"}]
    elif chance.choice((True, False)):
        category = chance.choice(["service", "marketing", "utility"])
        row["pricing"] = {"billable": True, "type": "regular", "category": category}
    message.statuses.append((state, at))
    business.tell(message.place, "messages", "statuses", row, shown=shown, alone=not shown)


# ---- how it is told


def _inbound(
    chance: Random, business: Business, written: Written, content: Json, *, late: int = 0
) -> None:
    """A row of `messages`, with or without its contact; named by the contact alone, at times."""
    human = business.person(written.place.tenant, written.human)
    shown = human.shown(chance)
    row = {
        **_named("from", "from_user_id", "from_parent_user_id", shown),
        "id": written.wamid,
        "timestamp": str(written.at + late),
        **content,
    }
    contact = chance.choice(["none", "some", "only", "username"])
    entry: Json | None = None
    if contact != "none":
        entry, shown = _contact(chance, human, shown)
    if contact in ("only", "username"):
        for name in ("from", "from_user_id", "from_parent_user_id"):
            row.pop(name, None)
    if contact == "username":
        entry = {"profile": {"username": human.username}}
        shown = {"username": human.username}
    _seen(written, "inbound", shown, content, late)
    alone = contact in ("only", "username")
    business.tell(
        written.place, "messages", "messages", row, shown=shown, contact=entry, alone=alone
    )


def _echo(
    chance: Random, business: Business, written: Written, content: Json, *, late: int = 0
) -> None:
    """A row of `message_echoes`; without `to`, when the customer hides the number."""
    human = business.person(written.place.tenant, written.human)
    shown = human.shown(chance)
    row = {
        "from": written.place.number,
        **_named("to", "to_user_id", "to_parent_user_id", shown),
        "id": written.wamid,
        "timestamp": str(written.at + late),
        **content,
    }
    entry: Json | None = None
    if chance.choice((True, False)):
        entry, shown = _contact(chance, human, shown)
    _seen(written, "echo", shown, content, late)
    business.tell(
        written.place, "smb_message_echoes", "message_echoes", row, shown=shown, contact=entry
    )


def _contact(chance: Random, human: Human, shown: Json) -> tuple[Json, Json]:
    """An entry of `contacts[]` that says at least as much as its row, and all that both say."""
    whole = {**shown, **(human.shown(chance) if chance.choice((True, False)) else {})}
    profile: Json = {"name": human.name} if chance.choice((True, False)) else {}
    if chance.choice((True, False)):
        profile["username"] = human.username
    entry = _named("wa_id", "user_id", "parent_user_id", whole)
    return {**({"profile": profile} if profile else {}), **entry}, whole


def _named(phone: str, bsuid: str, parent: str, shown: Json) -> Json:
    named = {phone: shown.get("phone"), bsuid: shown.get("bsuid"), parent: shown.get("parent")}
    return without_none(named)


def _seen(written: Written, source: str, shown: Json, content: Json, late: int) -> None:
    kind = content["type"]
    said: Any = content.get(kind)
    target = None
    if kind in ("edit", "revoke", "reaction"):
        target = said.get("original_message_id") or said.get("message_id")
    written.seen.append(
        Seen(
            source=source,
            at=written.at + late,
            aliases=aliases_of(shown),
            kind=kind,
            text=said["body"] if kind == "text" else None,
            media=said["id"] if kind == "image" else None,
            target=target,
            does=_does(content),
            completeness=1 if "errors" in content else 3,
        )
    )


def _does(content: Json) -> str | None:
    said: Any = content.get(content["type"])
    if content["type"] == "edit":
        text: str = said["message"]["text"]["body"]
        return text
    return said.get("emoji") or None if content["type"] == "reaction" else None


# ---- what is said


def _content(chance: Random, business: Business, place: Place) -> Json:
    mark = business.mark(place.tenant)
    kind = chance.choice(["text", "image", "reply", "ad", "list", "new", "location"])
    if kind == "image":
        return {"type": "image", "image": {"id": f"m.{mark}", "mime_type": "image/jpeg"}}
    if kind == "list":
        reply = {"type": "list_reply", "list_reply": {"id": mark, "title": mark}}
        return {"type": "interactive", "interactive": reply}
    if kind == "new":
        return {"type": "a_new_type", "a_new_type": {"mark": mark}}
    if kind == "location":
        where = {"latitude": 1.5, "longitude": -7.25, "name": mark}
        return {"type": "location", "location": where}
    content: Json = {"type": "text", "text": {"body": chance.choice([mark, mark + " é☕"])}}
    known = business.written(place)
    if kind == "reply" and known:
        content["context"] = {"id": chance.choice(known).wamid}
    if kind == "ad":
        content["referral"] = REFERRAL
    return content


def _act(chance: Random, business: Business, place: Place, target: str) -> Json:
    kind = chance.choice(["edit", "revoke", "reaction", "gone", "empty"])
    if kind == "edit":
        message = {"type": "text", "text": {"body": business.mark(place.tenant)}}
        return {"type": "edit", "edit": {"original_message_id": target, "message": message}}
    if kind == "revoke":
        return {"type": "revoke", "revoke": {"original_message_id": target}}
    emoji = {"reaction": {"emoji": EMOJI}, "gone": {}, "empty": {"emoji": ""}}[kind]
    return {"type": "reaction", "reaction": {"message_id": target, **emoji}}
