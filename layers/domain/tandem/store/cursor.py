"""Cursors: where a page ended, in a form that opens nothing else."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from tandem.model.errors import Invalid


def closed_cursor(last: Mapping[str, Any]) -> str:
    """A cursor: the last key, without the group, which the caller must know to use it."""
    plain = [last[name]["S"] for name in ("pk", "sk", "moment")]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def opened_cursor(cursor: str, group: str) -> dict[str, Any]:
    """The last key in a cursor. What a key cannot hold is Invalid here, not a fault in DynamoDB."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        plain = json.loads(base64.urlsafe_b64decode(padded))
        fits = isinstance(plain, list) and all(0 < len(text.encode()) <= 1024 for text in plain)
    except (ValueError, AttributeError, RecursionError):
        fits, plain = False, []
    if not fits or len(plain) != 3:
        raise Invalid("this cursor is not one of ours: start again without it")
    key = {"group": group, **dict(zip(("pk", "sk", "moment"), plain, strict=True))}
    return {name: {"S": text} for name, text in key.items()}
