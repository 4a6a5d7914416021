"""What a table holds, in a form that two arrangements of the same webhooks share.

The only place that says what may differ: Tandem was told at another moment, in other bodies.
"""

import hashlib
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
