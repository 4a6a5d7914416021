"""A line: one connected phone number, and how far its onboarding has come."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from tandem.model.standing import UNKNOWN_STANDING, Standing

COEXISTENCE_RATE = 20
"""Messages per second of a coexistence line, fixed by Meta. wire: Meta, "Throughput"."""


class Mode(StrEnum):
    COEXISTENCE = "coexistence"
    CLOUD = "cloud"


class LineState(StrEnum):
    CONNECTING = "connecting"
    ACTIVE = "active"
    OFFBOARDED = "offboarded"
    REMOVED = "removed"


class MarketingWay(StrEnum):
    """Whether marketing templates go through Meta's marketing messages API, as the tenant chose."""

    AUTO = "auto"
    """They do where Meta says that the account is set up for it."""

    ON = "on"
    OFF = "off"


MARKETING_READY = "ONBOARDED"
"""The one status of an account that can use the marketing messages API. wire: Meta, "Marketing
Messages API onboarding" (`marketing_messages_onboarding_status`).
"""


@dataclass(frozen=True, slots=True)
class Account:
    """What Graph says of a line's account: the currency it is charged in, Meta's own number of its
    time zone, how it stands with the marketing messages API, and when that was read (unix seconds,
    0 for never).
    """

    currency: str | None = None
    timezone: str | None = None
    read_at: int = 0
    marketing: str | None = None


UNREAD = Account()


@dataclass(frozen=True, slots=True)
class Line:
    """One connected number. `line` is Meta's phone_number_id, `rate` its messages per second.

    `sync` names the onboarding whose import is the current one. `onboarded_at` (unix seconds) is
    the moment from which inbound messages open windows.
    """

    tenant: str
    line: str
    waba: str
    display_number: str
    mode: Mode
    state: LineState
    onboarded_at: int
    sync: str
    rate: int = COEXISTENCE_RATE
    verified_name: str | None = None
    quality: str | None = None
    trouble: str | None = None
    """Why sends are paused, in sentences; None when nothing stands in their way."""
    advice: str | None = None
    """What the owner should do meanwhile, in sentences; sends go on."""
    standing: Standing = UNKNOWN_STANDING
    account: Account = UNREAD
    marketing_messages: MarketingWay = MarketingWay.AUTO

    @property
    def uses_marketing_api(self) -> bool:
        """Whether marketing templates go through Meta's marketing messages API."""
        if self.marketing_messages is MarketingWay.AUTO:
            return self.account.marketing == MARKETING_READY
        return self.marketing_messages is MarketingWay.ON


@dataclass(frozen=True, slots=True)
class Route:
    """Which tenant a phone_number_id or WABA id belongs to."""

    tenant: str
    waba: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """Whom a webhook is for, as Meta names it: a line (phone_number_id), a WABA, or a phone number.

    A portfolio stands where a WABA stands.
    """

    kind: Literal["line", "waba", "number"]
    id: str
