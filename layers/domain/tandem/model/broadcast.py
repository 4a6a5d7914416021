"""A broadcast: one template to many people, from a frozen list, each of them at most once.

planning ─▶ planned ─(its plan is approved)─▶ scheduled ─▶ sending ⇄ paused ─▶ finished
    any of them ─▶ cancelled; before the start an edit leads back to planning
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from enum import StrEnum

from tandem.model.events import digest
from tandem.model.forecast import Forecast
from tandem.model.template import Filling, KnownTemplate, Values

GIVEN_LIMIT = 10_000
"""People that can be given one by one in a request."""

PLAN_LIMIT = 1_000_000
"""People in one broadcast."""


class Category(StrEnum):
    """Meta's template categories. Only `marketing` needs a person's consent at send time."""

    MARKETING = "marketing"
    UTILITY = "utility"
    AUTHENTICATION = "authentication"


@dataclass(frozen=True, slots=True)
class Addressee:
    """One entry of an audience, as it was given: a phone in any spelling, or a BSUID.

    `values` fill blanks of the template for this one; `attributes` are what a list's columns say.
    """

    phone: str | None = None
    bsuid: str | None = None
    values: Values = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a broadcast is meant for: people given one by one, those on lists, those in a segment
    (its text); none of those on the lists in `leave_out`. Each person counts once.
    """

    people: tuple[Addressee, ...] = ()
    lists: tuple[str, ...] = ()
    segment: str | None = None
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nobody is written to, by the clocks of their own country."""

    since: time
    until: time


@dataclass(frozen=True, slots=True)
class Timing:
    """When a broadcast goes out. `at` in unix seconds, None for at once.

    With `by_their_clock`, everybody is sent to when their own country's clock shows what the clock
    of `zone` (an IANA name) shows at `at`.
    """

    at: int | None = None
    zone: str = "UTC"
    by_their_clock: bool = False
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Whom a marketing broadcast spares. `spare_hours`: who was sent marketing since then.

    `at_most` (count, days): who was sent as many in as many days.
    """

    require_consent: bool = False
    spare_hours: int | None = None
    at_most: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """What somebody has approved beforehand: a plan of no more people, that costs no more than
    `at_most_cost` of `currency` if everybody is reached. Both None: whatever it costs.
    """

    at_most_people: int
    at_most_cost: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class BroadcastRequest:
    """What somebody asks for; `key` makes a repeated request one. With `approve`, whatever the
    plan turns out to be is approved, with `bounds` one within them; otherwise somebody approves it
    by its hash. `series` is the one that it is an occurrence of.
    """

    line: str
    name: str
    template: str
    language: str
    audience: Audience
    by: str
    filling: Filling = field(default_factory=dict)
    timing: Timing = Timing()
    rules: Rules = Rules()
    approve: bool = False
    key: str | None = None
    bounds: Bounds | None = None
    series: str | None = None


def id_under(tenant: str, key: str) -> str:
    """The id of the broadcast that is asked for under a key."""
    return digest([tenant, key])


@dataclass(frozen=True, slots=True)
class Plan:
    """The frozen list. `hash` (sha256) covers every person, what fills in their template, when
    they may be sent to, and the template itself.

    `size` counts everybody who was considered, `excluded` those left out, by `Excluded`.
    """

    hash: str
    size: int
    excluded: Mapping[str, int]
    planned_at: int
    forecast: Forecast

    @property
    def included(self) -> int:
        return self.size - sum(self.excluded.values())


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody has said yes to a plan, by its hash."""

    plan: str
    by: str
    at: int


class PausedFor(StrEnum):
    """What a paused broadcast waits for."""

    LINE = "line"
    """The line's trouble is over, or somebody resumes it."""
    TEMPLATE = "template"
    """Somebody resumes it, once the template or the account's limits allow."""
    FAILURES = "failures"
    """Too many failed: somebody has looked into it and resumes it."""
    PERSON = "person"
    """Somebody resumes it, as somebody paused it."""


@dataclass(frozen=True, slots=True)
class Pause:
    cause: PausedFor
    reason: str
    code: int | None
    at: int


class BroadcastState(StrEnum):
    PLANNING = "planning"
    UNPLANNABLE = "unplannable"
    """The plan cannot be made; `trouble` says why. An edit begins again."""
    PLANNED = "planned"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A broadcast as it stands. `given` is where the people of its request are kept.

    `start_at` is when it begins (unix seconds). Each edit before the start is a `revision` with a
    plan of its own; `edition` names the one that counts.
    """

    id: str
    tenant: str
    line: str
    name: str
    template: KnownTemplate
    filling: Filling
    audience: Audience
    timing: Timing
    rules: Rules
    start_at: int
    created_at: int
    by: str
    given: str
    fingerprint: str
    """What was asked for, as a digest: a repeated key with another one is a conflict."""
    revision: int = 1
    approves: bool = False
    bounds: Bounds | None = None
    series: str | None = None
    plan: Plan | None = None
    trouble: str | None = None
    approval: Approval | None = None
    begun_at: int | None = None
    pause: Pause | None = None
    resumed_at: int | None = None
    again_at: int | None = None
    """When somebody last resumed it: whoever was refused until then is tried once more."""
    insisted_at: int | None = None
    """When somebody last resumed it although too many had failed."""
    finished_at: int | None = None
    cancelled_at: int | None = None

    @property
    def edition(self) -> str:
        """The name under which the recipients of this revision are kept."""
        return f"{self.id}.{self.revision}"

    @property
    def size(self) -> int:
        """How many recipient rows the plan has; 0 before there is one."""
        return self.plan.size if self.plan else 0

    @property
    def category(self) -> Category:
        """The template's category; one that Meta has not told us of is taken for marketing."""
        known = self.template.category.lower()
        return Category(known) if known in Category else Category.MARKETING

    @property
    def over(self) -> bool:
        """Whether nothing more is sent."""
        return self.finished_at is not None or self.cancelled_at is not None

    @property
    def state(self) -> BroadcastState:
        if self.cancelled_at is not None:
            return BroadcastState.CANCELLED
        if self.finished_at is not None:
            return BroadcastState.FINISHED
        if self.pause is not None:
            return BroadcastState.PAUSED
        if self.plan is None:
            return BroadcastState.UNPLANNABLE if self.trouble else BroadcastState.PLANNING
        if self.approval is None:
            return BroadcastState.PLANNED
        return BroadcastState.SENDING if self.begun_at else BroadcastState.SCHEDULED
