"""Cursors of a list that is numbered: opaque like any other, and the next number inside."""

import base64

from tandem.model.errors import Invalid


def cursor_at(number: int) -> str:
    return base64.urlsafe_b64encode(f"n{number}".encode()).decode().rstrip("=")


def number_of(cursor: str | None) -> int:
    """The number that a cursor stands at; 0 without one."""
    if cursor is None:
        return 0
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except ValueError:
        text = ""
    if not (text.startswith("n") and text[1:].isdecimal() and len(text) <= 10):
        raise Invalid("this cursor is not one of ours: start again without it")
    return int(text[1:])
