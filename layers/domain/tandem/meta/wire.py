"""Reading values nobody promised: each reader gives a clean value or None, and never raises."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tandem.model.events import Kept

Json = dict[str, Any]

MAX_DEPTH = 32
"""Nesting we carry on. Meta's deepest documented row has nine levels; beyond this a row is kept."""

_LATEST = 100_000_000_000
"""Seconds of the year 5138: a larger timestamp must be milliseconds."""
_PHONE = re.compile(r"\+?[\d\s().-]{3,30}")
_BSUID = re.compile(r"[A-Za-z]{2}\..+")
_NOT_DIGIT = re.compile(r"\D")


def mapping(value: object) -> Json:
    """The object itself, or an empty one where something else stands."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[Json]:
    """The objects of an array; what is not an object is left to the caller's leftovers."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def words(value: object) -> str | None:
    """A string with something in it."""
    return value if isinstance(value, str) and value.strip() else None


def identifier(value: object) -> str | None:
    """A wamid, a media id, a BSUID: opaque, 1 to 256 characters, taken exactly as it is."""
    if not isinstance(value, str) or value != value.strip():
        return None
    return value if 0 < len(value) <= 256 else None


def object_id(value: object) -> str | None:
    """The id of an account or a number, which Graph and some providers also write as a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 < value < 10**20 else None
    return identifier(value)


def phone(value: object) -> str | None:
    """The digits of a phone number however it is written; None for a BSUID or any other text."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if 0 < value < 10**20 else None
    if not isinstance(value, str):
        return None
    if value.isascii() and value.isdecimal() and len(value) <= 20:
        return value
    digits = _NOT_DIGIT.sub("", value) if _PHONE.fullmatch(value.strip()) else ""
    return digits if digits.isascii() and 0 < len(digits) <= 20 else None


def user_id(value: object) -> str | None:
    """A BSUID that stands where a phone number belongs, as some providers send it."""
    return identifier(value) if isinstance(value, str) and _BSUID.match(value) else None


def username(value: object) -> str | None:
    """What a person calls themselves; older samples write an @ before it."""
    name = identifier(value) if isinstance(value, str) else None
    return name.removeprefix("@") or None if name else None


def moment(value: object) -> int | None:
    """Unix seconds from a string or a number, in seconds or milliseconds."""
    if isinstance(value, str):
        if not (value.isascii() and value.isdecimal() and len(value) <= 14):
            return None
        value = int(value)
        if value < _LATEST:
            return value or None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 1 <= value < _LATEST * 1000:
        return None
    return int(value) if value < _LATEST else int(value) // 1000


def whole(value: object, *, most: int) -> int | None:
    """A whole number from 0 to `most`, written as a number or as a string."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 9:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= most else None


def take[T](row: Json, key: str, read: Callable[[object], T | None]) -> T | None:
    """Read a field and remove it from the row; what cannot be read stays where it is."""
    value = read(row.get(key))
    if value is not None:
        del row[key]
    return value


def lacking(**parts: object) -> str | None:
    """Which of the parts are missing, in a few words; None when none is."""
    missing = [name for name, part in parts.items() if part is None]
    return f"without {', '.join(missing)}" if missing else None


def too_deep(value: object, depth: int = MAX_DEPTH) -> bool:
    """Whether a JSON value nests deeper than we carry on."""
    if isinstance(value, dict):
        return depth == 0 or any(too_deep(item, depth - 1) for item in value.values())
    if isinstance(value, list):
        return depth == 0 or any(too_deep(item, depth - 1) for item in value)
    return False


def json_text(value: object) -> str:
    """JSON text of a part of a body."""
    return json.dumps(value, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a webhook body: a field and its value, and where it was said.

    `at` is the entry's time (0 when it has none). `number` is the line's own phone in digits.
    """

    field: str
    value: Json
    waba: str | None = None
    at: int = 0
    line: str | None = None
    number: str | None = None

    def kept(
        self, reason: str, what: str, value: object, *, detail: str | None = None, at: int = 0
    ) -> Kept:
        """This part of the change, set aside word for word."""
        return Kept(
            reason=reason,
            what=what[:200],
            raw=json_text(value),
            at=at or self.at,
            line=self.line,
            waba=self.waba,
            detail=detail,
        )
