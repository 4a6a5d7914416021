"""What Meta announces beside messages: of an account, a number, a portfolio, a template, a flow."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

UNLIMITED = -1
"""The messaging limit of a portfolio without one."""

LONGEST_SUMMARY = 400
"""Characters of a summary; Meta's own words in it are cut before."""

ACCOUNT = "account_update"

TRAFFIC = frozenset(
    {
        "automatic_events",
        "calls",
        "consumer_profile",
        "group_participants_update",
        "messaging_handovers",
        "standby",
    }
)
"""Kinds that come as often as messages do: kept and shown, but no part of a line's timeline."""


class Topic(StrEnum):
    """What a notice may tell about a line. The newest word on each topic is the one that holds."""

    LIMIT = "limit"
    FLAG = "flag"
    NAME = "name"
    USERNAME = "username"
    REVIEW = "review"
    RESTRICTION = "restriction"
    BAN = "ban"
    REMOVAL = "removal"


NOTHING_TOLD: Mapping[Topic, Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Notice:
    """One announcement. `kind` is Meta's field, `event` its word in it, `at` 0 where untold.

    `summary` is a sentence for people, without anybody's number or words. `waba` is the account
    that the value names, else the id that its entry stands under; that one may as well be a
    portfolio's, and then it stands in `portfolio` too. `owner` is the portfolio that owns `waba`,
    where Meta says so. `subject` and `name` are of the template, flow, group or solution.
    """

    kind: str
    event: str
    at: int
    summary: str
    waba: str | None = None
    line: str | None = None
    display_number: str | None = None
    portfolio: str | None = None
    owner: str | None = None
    subject: str | None = None
    name: str | None = None
    tells: Mapping[Topic, Mapping[str, Any]] = NOTHING_TOLD
    raw: str = "{}"
