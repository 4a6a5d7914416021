"""What Meta knows, told as JSON: the truth that a receiver can be held to."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
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


def bill(line: Line, prices: Mapping[str, str | float]) -> dict[str, Any]:
    """What Meta charges for a line: each message of the API that was delivered, by its category.

    `prices` are those of a card; a category that it has no price for is `unpriced`.
    """
    delivered = Counter(
        message.category
        for message in line.messages.values()
        if message.origin == "api" and "delivered" in message.statuses
    )
    amounts = {
        category: Decimal(str(prices[category])) * count
        for category, count in sorted(delivered.items())
        if category in prices
    }
    return {
        "delivered": dict(sorted(delivered.items())),
        "amounts": {category: str(amount) for category, amount in amounts.items()},
        "total": str(sum(amounts.values(), Decimal(0))),
        "unpriced": sum(n for category, n in delivered.items() if category not in prices),
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
