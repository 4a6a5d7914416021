"""The pieces that Meta's webhooks are made of: rows, and what stands around them."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a business, as Meta names it."""

    tenant: str
    line: str
    waba: str
    number: str

    @property
    def metadata(self) -> Json:
        return {"display_phone_number": self.number, "phone_number_id": self.line}


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A row of the array `key` of a field's value; without a `key`, the whole value.

    `at` is the time of its entry, which management fields have. `contact` is the entry of
    `contacts[]` that belongs to it, `aliases` is everybody whom row and contact name. A piece that
    stands `alone` shares its change with no other. `raw` is a whole body that is no envelope.
    """

    waba: str
    field: str
    row: Any = None
    key: str = ""
    at: int = 0
    place: Place | None = None
    contact: Json | None = None
    aliases: frozenset[str] = frozenset()
    alone: bool = False
    raw: bytes | None = None

    def joins(self, other: "Piece") -> bool:
        """Whether Meta may write both into one change.

        One person has one entry in the `contacts[]` of a change: who is described in two ways is
        described in two changes.
        """
        return (
            bool(self.key and other.key)
            and not (self.alone or other.alone)
            and (self.place, self.field) == (other.place, other.field)
            and (self.contact == other.contact or not self.aliases & other.aliases)
        )


def value_of(pieces: list[Piece]) -> Any:
    """The value of the change that these pieces share."""
    first = pieces[0]
    if not first.key:
        return first.row
    value: Json = {"messaging_product": "whatsapp"}
    if first.place is not None:
        value["metadata"] = first.place.metadata
    # Each row brings its contact along, even where two rows are of one person.
    if contacts := [piece.contact for piece in pieces if piece.contact is not None]:
        value["contacts"] = contacts
    for piece in pieces:
        value.setdefault(piece.key, []).append(piece.row)
    return value


def without_none(row: Json) -> Json:
    return {name: content for name, content in row.items() if content is not None}
