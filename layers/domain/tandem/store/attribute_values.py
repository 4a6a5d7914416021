"""Rows as DynamoDB's attribute values, and back.

boto3's own serialiser refuses int-like floats, returns Decimal for every number and set for every
set, and costs several times this; rows here hold only the types below.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tandem.store.registers import Row

_NO_MEMBERS: frozenset[str] = frozenset()


def marshalled(row: Row) -> dict[str, Any]:
    """A row as DynamoDB's attribute values, without what is None or an empty set."""
    item = {}
    for name, value in row.items():
        if value.__class__ is str:
            item[name] = {"S": value}
        elif value is not None and value != _NO_MEMBERS:
            item[name] = marshal(value)
    return item


def marshal(value: Any) -> dict[str, Any]:
    """One value; TypeError for a type that rows do not hold."""
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    raise TypeError(f"a row cannot hold {type(value).__name__}: {value!r}")


# bool before int, because every bool is an int.
_WRITERS: tuple[tuple[Any, Callable[[Any], dict[str, Any]]], ...] = (
    (str, lambda text: {"S": text}),
    (frozenset, lambda members: {"SS": sorted(members)}),
    (bool, lambda flag: {"BOOL": flag}),
    (int, lambda number: {"N": str(number)}),
    (bytes, lambda content: {"B": content}),
    (Mapping, lambda inner: {"M": marshalled(inner)}),
    ((list, tuple), lambda values: {"L": [marshal(value) for value in values]}),
)

_READERS: dict[str, Any] = {
    "S": str,
    "N": int,
    "BOOL": bool,
    "B": bytes,
    "SS": frozenset,
    "L": lambda values: [_unmarshal(value) for value in values],
    "M": lambda values: {name: _unmarshal(value) for name, value in values.items()},
    "NULL": lambda _: None,
}


def unmarshalled(item: Mapping[str, Any]) -> dict[str, Any]:
    """A row from DynamoDB's attribute values."""
    return {name: _unmarshal(value) for name, value in item.items()}


def _unmarshal(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    return _READERS[kind](content)
