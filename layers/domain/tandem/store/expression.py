"""An update expression in the making."""

from typing import Any

from tandem.store.attribute_values import marshal
from tandem.store.registers import Merge, Row


class Expression:
    """An update expression in the making: names and values are numbered as they come."""

    def __init__(self) -> None:
        self.sets: list[str] = []
        self.adds: list[str] = []
        self.removes: list[str] = []
        self.conditions: list[str] = []
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def name(self, attribute: str) -> str:
        return self._names.setdefault(attribute, f"#n{len(self._names)}")

    def value(self, content: Any) -> str:
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = marshal(content)
        return placeholder

    def put(self, attribute: str, content: Any) -> None:
        """Set an attribute; None removes it: what a register carries replaces the old whole."""
        if content is None:
            self.removes.append(self.name(attribute))
        else:
            self.sets.append(f"{self.name(attribute)} = {self.value(content)}")

    def merge(self, merge: Merge) -> None:
        """Move every register, under the condition that each of them moves, and add the rest."""
        for register in merge.registers:
            name, value = self.name(register.name), self.value(register.value)
            sign = ">" if register.towards == "earliest" else "<"
            self.conditions.append(f"(attribute_not_exists({name}) OR {name} {sign} {value})")
            self.sets.append(f"{name} = {value}")
            for carried, content in register.carry.items():
                self.put(carried, content)
        for first, content in merge.firsts.items():
            name = self.name(first)
            self.sets.append(f"{name} = if_not_exists({name}, {self.value(content)})")
        for members, wanted in merge.members.items():
            self.adds.append(f"{self.name(members)} {self.value(wanted)}")

    def hold(self, equal: Row) -> None:
        """Have every attribute equal what is given; None has it absent."""
        for attribute, content in equal.items():
            spelled = self.name(attribute)
            self.conditions.append(
                f"attribute_not_exists({spelled})"
                if content is None
                else f"{spelled} = {self.value(content)}"
            )

    def arguments(self) -> dict[str, Any]:
        clauses = (
            ("SET", self.sets),
            ("REMOVE", self.removes),
            ("ADD", self.adds),
        )
        arguments: dict[str, Any] = {}
        if told := [f"{word} {', '.join(parts)}" for word, parts in clauses if parts]:
            arguments["UpdateExpression"] = " ".join(told)
        if self.conditions:
            arguments["ConditionExpression"] = " AND ".join(self.conditions)
        if self._names:
            arguments["ExpressionAttributeNames"] = {v: k for k, v in self._names.items()}
        if self._values:
            arguments["ExpressionAttributeValues"] = self._values
        return arguments
