"""What a table holds, in a form that two arrangements of the same webhooks share.

The only place that says what may differ: Tandem was told at another moment, in other bodies.
"""

from collections.abc import Mapping
from typing import Any

from tandem.store.keys import Key

OF_RECEIPT = frozenset({"received_at", "contacts_from", "declined_at"})
"""Attributes that say when we were told. An arrangement tells at moments of its own."""

ARCHIVED = "archived"
"""The keys of the bodies in which something came. An arrangement has bodies of its own."""

UNCLAIMED = "~#UNCLAIMED#"
"""Rows of whole bodies: webhooks for lines that nobody has connected wait as they came."""

Contents = dict[str, dict[str, Any]]


def contents(rows: Mapping[Key, Mapping[str, Any]]) -> Contents:
    """Every row by its key, without what depends on the moment of receipt or on the bodies."""
    left_out = OF_RECEIPT | {ARCHIVED}
    return {
        f"{key.pk} {key.sk}": {name: row[name] for name in row if name not in left_out}
        for key, row in rows.items()
        if not key.pk.startswith(UNCLAIMED)
    }


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
