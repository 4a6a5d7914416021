"""An update expression in the making."""

from typing import Any

from tandem.store.attribute_values import marshal


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

    def arguments(self) -> dict[str, Any]:
        clauses = (
            ("SET", self.sets),
            ("REMOVE", self.removes),
            ("ADD", self.adds),
        )
        arguments: dict[str, Any] = {
            "UpdateExpression": " ".join(
                f"{word} {', '.join(parts)}" for word, parts in clauses if parts
            )
        }
        if self.conditions:
            arguments["ConditionExpression"] = " AND ".join(self.conditions)
        if self._names:
            arguments["ExpressionAttributeNames"] = {v: k for k, v in self._names.items()}
        if self._values:
            arguments["ExpressionAttributeValues"] = self._values
        return arguments
