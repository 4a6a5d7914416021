"""What Meta knows, told as JSON: the truth that a receiver can be held to."""

from collections import Counter
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from simulator.pricing import CURRENCY, FREE_ANSWERS, REGULAR, Card, Charge, Rates, day_of
from simulator.world import Line, Message, World

ARRIVED = ("delivered", "read", "played")


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


def bill(line: Line, rates: Rates) -> dict[str, Any]:
    """What Meta charges for a line at list price: each message of the API that has arrived.

    `charged` by market and category, `free` by why; `unpriced` counts what the rates have no price
    for. Raises ValueError for a price that is none.
    """
    card = Card(rates)
    charged, free = Counter[tuple[str, str, Decimal]](), Counter[str]()
    answers, unpriced = Counter[date](), 0
    for at, person, charge in _arrived(line):
        month = day_of(at).replace(day=1)
        if charge.type != REGULAR:
            free[charge.type] += 1
        elif charge.category == "service" and answers[month] < FREE_ANSWERS:
            answers[month] += 1
            free["first_1000_answers"] += 1
        elif (priced := card.price(person, charge)) is None:
            unpriced += 1
        else:
            market, each = priced
            charged[market, charge.category, each] += 1
    rows = [
        {
            "market": market,
            "category": category,
            "messages": count,
            "each": str(each),
            "amount": str(each * count),
        }
        for (market, category, each), count in sorted(charged.items())
    ]
    total = sum((each * count for (_, _, each), count in charged.items()), Decimal(0))
    return {
        "charged": rows,
        "free": dict(sorted(free.items())),
        "unpriced": unpriced,
        "currency": CURRENCY,
        "total": str(total),
    }


def _arrived(line: Line) -> list[tuple[int, str, Charge]]:
    """When, to whom, and how it is charged, in the order of arrival; who has read it has it."""
    arrived = []
    for message in line.messages.values():
        moments = [at for state, at in message.statuses.items() if state in ARRIVED]
        if message.charge is not None and moments:
            arrived.append((min(moments), message.person, message.charge))
    return sorted(arrived, key=lambda each: each[0])


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
        "charge": asdict(message.charge) if message.charge else None,
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
