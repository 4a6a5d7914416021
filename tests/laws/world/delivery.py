"""How Meta delivers what it has to say: in any order, again, split and merged over POSTs."""

import json
from dataclasses import dataclass
from enum import IntEnum
from random import Random
from typing import Any

from tests.laws.world.pieces import Json, Piece, value_of


class Cut(IntEnum):
    """What lies between two pieces that follow each other."""

    POST = 0
    ENTRY = 1
    CHANGE = 2
    NOTHING = 3


CUTS = (*Cut, Cut.NOTHING, Cut.NOTHING)
"""Most that can be of one change is of one."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The bodies in their order. With a `narrow` queue most of them take the way over S3."""

    bodies: tuple[bytes, ...]
    narrow: bool = False


def one_by_one(pieces: list[Piece]) -> Delivery:
    """Each piece in a POST of its own, as things happened."""
    return Delivery(tuple(body_of([[[piece]]]) for piece in pieces))


def delivery_of(pieces: list[Piece], chance: Random) -> Delivery:
    """Any delivery of the same pieces, each at least once."""
    numbers = list(range(len(pieces)))
    order = numbers + chance.choices(numbers, k=chance.randint(0, 4) if numbers else 0)
    chance.shuffle(order)
    if chance.choice((True, False)):
        # What is of one line and one field stands together, so that much of it shares a change.
        order.sort(key=lambda number: _kind(pieces[number]))
    cuts = [chance.choice(CUTS) for _ in order]
    bodies = _bodies([pieces[number] for number in order], cuts)
    return Delivery(tuple(bodies), chance.choice((True, False)))


def _kind(piece: Piece) -> tuple[str, int, str, str]:
    return piece.waba, piece.at, piece.place.line if piece.place else "", piece.field


def _bodies(pieces: list[Piece], cuts: list[Cut]) -> list[bytes]:
    """POSTs of entries of changes of pieces; a cut that cannot be is the next one that can."""
    posts: list[list[list[list[Piece]]]] = []
    last: Piece | None = None
    for piece, cut in zip(pieces, cuts, strict=True):
        if last is None or cut is Cut.POST or piece.raw is not None or last.raw is not None:
            posts.append([[[piece]]])
        elif cut is Cut.ENTRY or (last.waba, last.at) != (piece.waba, piece.at):
            posts[-1].append([[piece]])
        elif cut is Cut.NOTHING and all(other.joins(piece) for other in posts[-1][-1][-1]):
            posts[-1][-1][-1].append(piece)
        else:
            posts[-1][-1].append([piece])
        last = piece
    return [body_of(entries) for entries in posts]


def body_of(entries: list[list[list[Piece]]]) -> bytes:
    """One POST, written as Meta writes: compact, and everything above U+007F escaped."""
    first = entries[0][0][0]
    if first.raw is not None:
        return first.raw
    told = [_entry(changes) for changes in entries]
    body = {"object": "whatsapp_business_account", "entry": told}
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode()


def _entry(changes: list[list[Piece]]) -> Json:
    first = changes[0][0]
    entry: dict[str, Any] = {"id": first.waba}
    if first.at:
        entry["time"] = first.at
    told = [{"field": pieces[0].field, "value": value_of(pieces)} for pieces in changes]
    return entry | {"changes": told}
