"""What Meta knows, told as JSON: the truth that a receiver can be held to."""

from dataclasses import asdict
from typing import Any

from simulator.world import Line, Message, World


def line_summary(line: Line) -> dict[str, Any]:
    return {
        "name": line.verified_name,
        "portfolio_id": line.portfolio_id,
        "waba_id": line.waba_id,
        "phone_number_id": line.phone_number_id,
        "phone_number": line.phone,
        "display_phone_number": line.display_phone_number,
        "mode": line.mode,
        "state": line.state,
        "messages_per_second": line.per_second,
    }


def truth(world: World, line: Line) -> dict[str, Any]:
    onboarding = asdict(line.onboarding) if line.onboarding else None
    return {
        **line_summary(line),
        "onboarding": onboarding,
        "messages": {m.wamid: _message(world, line, m) for m in line.messages.values()},
        "contacts": [_contact(world, line, phone) for phone in line.book],
        "totals": _totals(line),
        "accepted": line.accepted,
        "throttled": line.throttled,
        "per_second": {str(second): count for second, count in sorted(line.histogram.items())},
    }


def _message(world: World, line: Line, message: Message) -> dict[str, Any]:
    """`type` is what the receiver can know: a placeholder stays one unless its media followed."""
    unseen = message.history and message.media_id is not None and not message.media_follows
    return {
        "origin": message.origin,
        "history": message.history,
        "thread": message.person,
        "user_id": world.bsuid(line, message.person),
        "phone_visible": world.sees_phone(line, message.person),
        "timestamp": message.at,
        "type": "media_placeholder" if unseen else message.type,
        "dropped": message.dropped,
        "statuses": dict(message.statuses),
        "edited": message.edited,
        "revoked": message.revoked,
        "reactions": dict(message.reactions),
        "biz_opaque_callback_data": message.note,
    }


def _contact(world: World, line: Line, phone: str) -> dict[str, Any]:
    person = world.person(phone)
    return {
        "phone": phone,
        "phone_visible": world.sees_phone(line, phone),
        "full_name": line.book[phone].full_name,
        "user_id": world.bsuid(line, phone),
        "username": person.username,
    }


def _totals(line: Line) -> dict[str, int]:
    messages = line.messages.values()
    return {
        "messages": len(messages),
        "history": sum(message.history for message in messages),
        **{
            origin: sum(message.origin == origin for message in messages)
            for origin in ("customer", "app", "api")
        },
    }
