"""What a table holds, in a form that two arrangements of the same webhooks share.

The only place that says what may differ: Tandem was told at another moment, in other bodies.
"""

import hashlib
from typing import Any

from tests.fakes.memory_table import MemoryTable

OF_RECEIPT = frozenset({"received_at", "contacts_from"})
"""Attributes that say when we were told. An arrangement tells at moments of its own."""

OF_BODIES = "~#UNCLAIMED#"
"""Rows that name whole bodies: webhooks for lines that nobody has connected wait as they came."""

Contents = dict[str, dict[str, Any]]


def contents(table: MemoryTable) -> Contents:
    """Every row by its key, without what depends on the moment of receipt or on the bodies."""
    return {
        f"{key.pk} {key.sk}": {name: row[name] for name in row if name not in OF_RECEIPT}
        for key, row in table.contents().items()
        if not key.pk.startswith(OF_BODIES)
    }


def digest(found: Contents) -> str:
    """The contents as one word: equal for equal contents (64 hex digits)."""
    return hashlib.sha256(repr(_plain(found)).encode("utf-8", "replace")).hexdigest()


def differences(one: Contents, other: Contents) -> Contents:
    """What two tables do not share: under each key, an attribute's two values."""
    return {
        key: {
            name: (here.get(name), there.get(name))
            for name in here.keys() | there.keys()
            if here.get(name) != there.get(name)
        }
        for key in sorted(one.keys() | other.keys())
        if (here := one.get(key, {})) != (there := other.get(key, {}))
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((name, _plain(inner)) for name, inner in value.items())
    return sorted(value) if isinstance(value, frozenset) else value
