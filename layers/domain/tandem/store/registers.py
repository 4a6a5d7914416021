"""State that does not depend on order: registers that only ever move one way.

Deliveries repeat, overtake each other and race. So a row is made of three kinds of attribute, each
of which gives the same value whatever the order, number and batching of what is merged into it:

    register   keeps the earliest or the latest value; attributes it carries are set along with it
    first      written once, never replaced (only for values that are the same whoever writes them)
    member     an element of a set
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Row = Mapping[str, Any]
Towards = Literal["earliest", "latest"]


@dataclass(frozen=True, slots=True)
class Register:
    """The attribute `name` moves to `value` if that is earlier (or later) than what is there.

    `carry` is written exactly when the register moves. Two writers with equal values must carry
    equal attributes: where that is not certain, put a digest of what is carried into the value.
    """

    name: str
    value: int | str
    towards: Towards
    carry: Row = field(default_factory=dict)

    def moves(self, row: Row) -> bool:
        """Whether merging into `row` would change it."""
        there = row.get(self.name)
        if there is None:
            return True
        return bool(self.value < there if self.towards == "earliest" else self.value > there)


@dataclass(frozen=True, slots=True)
class Merge:
    """What one fact contributes to one row."""

    registers: tuple[Register, ...] = ()
    firsts: Row = field(default_factory=dict)
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)

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

    def fresh_row(self) -> dict[str, Any]:
        """The attributes of a row that holds nothing but this."""
        row: dict[str, Any] = dict(self.firsts)
        for register in self.registers:
            row.update(register.carry)
            row[register.name] = register.value
        row.update(self.members)
        return row
