"""State that does not depend on order: registers that only ever move one way.

Deliveries repeat, overtake each other and race. So a row is made of three kinds of attribute, each
of which gives the same value whatever the order, number and batching of what is merged into it:

    register   keeps the earliest or the latest value; attributes it carries are set along with it
    first      written once, never replaced (only for values that are the same whoever writes them)
    member     an element of a set
"""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

Row = Mapping[str, Any]
Towards = Literal["earliest", "latest"]

NOTHING: Row = MappingProxyType({})

BARE = "~"
"""In the place of a fingerprint, for what carries nothing: it sorts behind every one of them, so an
earliest register keeps, of two words for one second, the one that says more."""


def fingerprint(carried: Row) -> str:
    """Tells apart what registers of one name carry (20 hex digits).

    It follows the order in which attributes were put in, which is the same wherever one place in
    the code builds them.
    """
    told = "".join(map(repr, carried.values()))
    return hashlib.blake2b(told.encode("utf-8", "replace"), digest_size=10).hexdigest()


# Named tuples: an import makes several of these for each message, and they are made in half the
# time of a frozen dataclass.


class Register(NamedTuple):
    """The attribute `name` moves to `value` if that is earlier (or later) than what is there.

    `carry` is written exactly when the register moves. Two writers with equal values must carry
    equal attributes: where that is not certain, put their `fingerprint` into the value.
    """

    name: str
    value: int | str
    towards: Towards
    carry: Row = NOTHING

    def moves(self, row: Row) -> bool:
        """Whether merging into `row` would change it."""
        there = row.get(self.name)
        if there is None:
            return True
        return bool(self.value < there if self.towards == "earliest" else self.value > there)


class Merge(NamedTuple):
    """What one fact contributes to one row."""

    registers: tuple[Register, ...] = ()
    firsts: Row = NOTHING
    members: Mapping[str, frozenset[str]] = NOTHING

    def changes(self, row: Row) -> bool:
        """Whether anything of this is new to `row`."""
        return (
            any(register.moves(row) for register in self.registers)
            or any(name not in row for name in self.firsts)
            or any(
                not wanted <= row.get(name, frozenset()) for name, wanted in self.members.items()
            )
        )

    def narrowed(self, row: Row) -> "Merge":
        """Only the registers that still move `row`; firsts and members are harmless to repeat."""
        moving = tuple(register for register in self.registers if register.moves(row))
        return Merge(moving, self.firsts, self.members)

    def into(self, row: Row) -> dict[str, Any]:
        """What `row` is once this is merged into it; `row` itself is left as it is."""
        made = dict(row)
        for register in self.narrowed(row).registers:
            made.update(register.carry)
            made[register.name] = register.value
        for name, content in self.firsts.items():
            made.setdefault(name, content)
        for name, wanted in self.members.items():
            made[name] = made.get(name, frozenset()) | wanted
        return {name: content for name, content in made.items() if content is not None}

    def fresh_row(self) -> dict[str, Any]:
        """The attributes of a row that holds nothing but this."""
        row: dict[str, Any] = {}
        for register in self.registers:
            row.update(register.carry)
            row[register.name] = register.value
        row.update(self.firsts)
        row.update(self.members)
        return row
