"""Acts: an edit, a revoke, a reaction. They happen to a message and are none of their own."""

from dataclasses import dataclass
from enum import StrEnum

from tandem.model.events import Sighting, Source

ACTS = frozenset({"edit", "revoke", "reaction"})

BY_CUSTOMER = frozenset({Source.INBOUND, Source.HISTORY_IN})
"""The sources of what the customer did; of the others, the business did it."""


class Side(StrEnum):
    """Who did it: the customer, or the business on its phone or through the API."""

    CUSTOMER = "customer"
    BUSINESS = "business"


@dataclass(frozen=True, slots=True)
class Reaction:
    """What one side has left on a message, since `at` (unix seconds)."""

    by: Side
    emoji: str
    at: int


@dataclass(frozen=True, slots=True)
class Revocation:
    """A message was taken back: its words and its file are stored, and shown to nobody."""

    at: int
    by: Side


def side_of(sighting: Sighting) -> Side:
    return Side.CUSTOMER if sighting.source in BY_CUSTOMER else Side.BUSINESS


def target_of(sighting: Sighting) -> str | None:
    """The message that a sighting acts on; None when it is, or must pass for, one of its own.

    An act that does not say on what it acts stays a message, so that it is seen. So does a file of
    the import, whatever it says: it does not tell whose it is.
    """
    kind, target = sighting.content.kind, sighting.content.target
    if target is None or kind not in ACTS or sighting.source is Source.HISTORY_MEDIA:
        return None
    return target if target != sighting.wamid else None
