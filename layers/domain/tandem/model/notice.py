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


class TemplateTopic(StrEnum):
    """What a notice may tell about a template. The newest word on each topic is the one that holds.

    CONTENT tells nothing but that what is sent may be another since: it has to be read.
    """

    STATUS = "status"
    CATEGORY = "category"
    CORRECTION = "correction"
    QUALITY = "quality"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class TemplateNews:
    """What a notice tells of one template, each topic in the names of a KnownTemplate."""

    name: str
    language: str
    tells: Mapping[TemplateTopic, Mapping[str, str | None]]

    @property
    def asks_for_a_reading(self) -> bool:
        return TemplateTopic.CONTENT in self.tells


NOTHING_TOLD: Mapping[Topic, Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Notice:
    """One announcement. `kind` is Meta's field, `event` its word in it, `at` 0 where untold.

    `summary` is a sentence for people, without anybody's number or words. `waba` is the account
    that the value names, else the id that its entry stands under; that one may as well be a
    portfolio's, and then it stands in `portfolio` too. `owner` is the portfolio that owns `waba`,
    where Meta says so. `subject` and `name` are of the template, flow, group or solution;
    `template` is what is told of a template that is named in full.
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
    template: TemplateNews | None = None
    raw: str = "{}"
