"""What every key is made of: a tenant in front, a moment where order counts."""

import re
from typing import NamedTuple

SYSTEM = "~"
"""The owner of rows that are not a tenant's."""

_TENANT = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Key(NamedTuple):
    """The primary key of one row."""

    pk: str
    sk: str


def tenant_name(text: str) -> str:
    """`text` if it may name a tenant (1–40 lower-case letters, digits, dashes), else ValueError."""
    if not _TENANT.fullmatch(text):
        raise ValueError(
            f"{text!r} cannot name a tenant: use 1 to 40 lower-case letters, digits and dashes"
        )
    return text


def moment(at: int, tiebreak: str = "") -> str:
    """A point in time that sorts as text (unix seconds, 12 digits), with a tiebreak behind it."""
    return f"{max(at, 0):012d}#{tiebreak}"


def message_moment(at: int, wamid: str, *, by_customer: bool) -> str:
    """Where a message stands in its timeline.

    Meta's times are whole seconds. Within one, the customer goes before the business: an answer
    stands after what it answers. Then wamids decide, which are the same whatever came first.
    """
    return moment(at, f"{0 if by_customer else 1}#{wamid}")


def moment_at(moment: str) -> int:
    """The unix seconds in a `moment`."""
    return int(moment.split("#", 1)[0])
