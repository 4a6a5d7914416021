"""`POST /<phone>/messages`: what is wrong with a message, or the message accepted (wire §6.1)."""

import re
from typing import Any

from simulator.errors import MetaError
from simulator.graph.call import Call
from simulator.graph.contents import CHECKS
from simulator.ids import looks_like_bsuid
from simulator.platform import Platform
from simulator.templates import sendable
from simulator.traffic import Outgoing
from simulator.world import Line

PUNCTUATION = re.compile(r"[\s+().-]")
LONGEST_NOTE = 512


def send_marketing(platform: Platform, line: Line, call: Call) -> dict[str, Any]:
    """`POST /<phone>/marketing_messages`: the same, for marketing templates."""
    if call.params.get("type") != "template":
        raise MetaError(131055)
    return send(platform, line, call, own_api=True)


def send(platform: Platform, line: Line, call: Call, *, own_api: bool = False) -> dict[str, Any]:
    params = call.params
    if params.get("messaging_product") != "whatsapp":
        raise MetaError(100, "messaging_product must be whatsapp")
    if not line.connected:
        raise MetaError(133010)
    if "status" in params:
        return _mark_read(platform, line, call)
    if params.get("recipient_type", "individual") != "individual":
        raise MetaError(131009, "recipient_type must be individual on this number")
    outgoing, contact = _read(platform, line, call)
    platform.world.account_of(line).marketing.check_way(
        category=outgoing.category, own_api=own_api, policy=params.get("product_policy")
    )
    message = platform.traffic.api_sends(line, outgoing)
    row: dict[str, Any] = {"id": message.wamid}
    if outgoing.template:
        row["message_status"] = "accepted"
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [row]}


def _mark_read(platform: Platform, line: Line, call: Call) -> dict[str, Any]:
    if call.params["status"] != "read":
        raise MetaError(131009, "status can only be read")
    message = line.messages.get(call.text("message_id"))
    if message is None or message.origin != "customer":
        raise MetaError(131009, "message_id names no message from a customer")
    message.statuses.setdefault("read", platform.world.clock.seconds())
    return {"success": True}


def _read(platform: Platform, line: Line, call: Call) -> tuple[Outgoing, dict[str, Any]]:
    params = call.params
    kind = str(params.get("type", "text"))
    body = params.get(kind)
    person, contact, dropped = _recipient(platform, line, call)
    category, template = "service", kind == "template"
    if template:
        if not isinstance(body, dict):
            raise MetaError(131008, "template is required")
        found = sendable(platform.world.account_of(line), body)
        category = found.category.lower()
        if category == "authentication" and "wa_id" not in contact and not dropped:
            raise MetaError(131062)
    elif kind not in CHECKS:
        raise MetaError(100, f"type must be one of {', '.join(sorted([*CHECKS, 'template']))}")
    else:
        CHECKS[kind](body)
        _check_media(platform, line, kind, body)
    note = params.get("biz_opaque_callback_data")
    if note is not None and not (isinstance(note, str) and len(note) <= LONGEST_NOTE):
        raise MetaError(131009, f"biz_opaque_callback_data is at most {LONGEST_NOTE} characters")
    quoted = (params.get("context") or {}).get("message_id")
    outgoing = Outgoing(
        person=person,
        type=kind,
        body=body,
        context={"id": quoted} if quoted else None,
        note=note,
        category=category,
        template=template,
        by_phone="wa_id" in contact,
        dropped=dropped,
    )
    return outgoing, contact


def _recipient(platform: Platform, line: Line, call: Call) -> tuple[str, dict[str, Any], bool]:
    """Who is meant, how the answer calls them, and whether the message will vanish.

    `to` wins over `recipient`. A BSUID in `to` is accepted and never delivered (wire §4.1).
    """
    world, to, recipient = platform.world, call.params.get("to"), call.params.get("recipient")
    if to:
        given = str(to)
        if looks_like_bsuid(given):
            return world.phone_behind(line, given) or given, {"input": given}, True
        phone = PUNCTUATION.sub("", given)
        if not (phone.isascii() and phone.isdigit() and 7 <= len(phone) <= 15):
            raise MetaError(131009, "to is not a phone number")
        if phone == line.phone:
            raise MetaError(131021)
        return phone, {"input": given, "wa_id": phone, "user_id": world.bsuid(line, phone)}, False
    if recipient:
        known = world.phone_behind(line, str(recipient))
        if known is None:
            raise MetaError(131026, "this portfolio knows nobody by that id")
        return known, {"input": recipient, "user_id": recipient}, False
    raise MetaError(100, "the parameter to is required")


def _check_media(platform: Platform, line: Line, kind: str, body: Any) -> None:
    """Media sent by id must have been uploaded to this account and still be there."""
    media_id = body.get("id") if isinstance(body, dict) and kind != "reaction" else None
    if media_id is None:
        return
    media = platform.world.records.media.get(str(media_id))
    lives = media is not None and media.expires_at > platform.world.clock.now()
    if media is None or not lives or media.waba_id != line.waba_id:
        raise MetaError(131009, f"{kind}.id names no media of this account")
