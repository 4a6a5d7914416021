"""How a line stands with Meta, beside its state: the newest of what was announced and read."""

from dataclasses import dataclass


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
    `phone_seen_at` is the last proven sign of life of the owner's phone, to the hour.
    """

    messaging_limit: int | None = None
    name_review: NameReview | None = None
    username: Username | None = None
    account_review: str | None = None
    restrictions: tuple[Restriction, ...] = ()
    ban: Ban | None = None
    disconnected: Disconnection | None = None
    phone_seen_at: int | None = None
    token_expires_at: int | None = None


UNKNOWN_STANDING = Standing()
