"""How a line stands with Meta, beside its state: the newest of what was announced and read."""

from dataclasses import dataclass
from datetime import UTC, datetime

WAIT_AFTER_REMOVAL = 15 * 60
"""Seconds after a disconnection in which Meta takes the number for nothing new. wire: Meta, errors
2655094 and 3441049 of Embedded Signup."""


@dataclass(frozen=True, slots=True)
class NameReview:
    """Meta's word on the display name: `decision` as Meta writes it, `wanted` the name it is on."""

    decision: str
    wanted: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Username:
    """The business's username; `state` is approved, reserved or deleted."""

    name: str | None
    state: str


@dataclass(frozen=True, slots=True)
class Restriction:
    """Something Meta does not allow the account until a time, or until it says otherwise."""

    type: str
    until: int | None


@dataclass(frozen=True, slots=True)
class Ban:
    """DISABLE, SCHEDULE_FOR_DISABLE or REINSTATE, and the day in Meta's words."""

    state: str
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Disconnection:
    """The last announced removal: when, Meta's reason and who began it, and why in a sentence."""

    at: int
    reason: str | None = None
    initiated_by: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a line's standing; None where nothing was ever said. Times in seconds.

    `messaging_limit` is people a day whom the whole portfolio may write to first, -1 without limit.
    `phone_seen_at` is the last proven sign of life of the owner's phone, to the hour. `again_from`
    is from when Meta takes a number again whose removal was announced; `there_since` says that it
    has shown itself connected after that announcement, which may have meant another number.
    """

    messaging_limit: int | None = None
    name_review: NameReview | None = None
    username: Username | None = None
    account_review: str | None = None
    restrictions: tuple[Restriction, ...] = ()
    ban: Ban | None = None
    disconnected: Disconnection | None = None
    again_from: int | None = None
    there_since: bool = False
    phone_seen_at: int | None = None
    token_expires_at: int | None = None


UNKNOWN_STANDING = Standing()


_FIRST = "RESTRICTED_BIZ_INITIATED_MESSAGING"
_ANSWERS = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING"
_UTILITY = frozenset({"RESTRICTED_UTILITY_TEMPLATES", "RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES"})


def forbidden(
    standing: Standing, *, first: bool, now: int, category: str | None = None
) -> str | None:
    """Why Meta's restrictions forbid a message, in a sentence; None when none does.

    `first`: the customer has not written within a day. `category` is a template's, if it is known.
    A restriction whose end Meta did not tell forbids nothing here: nobody would tell that it ended,
    and Meta refuses what it still forbids.
    """
    for restriction in standing.restrictions:
        kind, until = restriction.type, restriction.until
        if until is None or until <= now:
            continue
        meant = kind == (_FIRST if first else _ANSWERS) or (
            kind in _UTILITY and category == "utility"
        )
        if meant:
            ends = datetime.fromtimestamp(until, UTC)
            return f"Meta does not allow this until {ends:%Y-%m-%d %H:%M} UTC ({kind})."
    return None
