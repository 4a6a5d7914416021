"""A broadcast: one template to many people, from a frozen list, each of them exactly once.

What is known of one recipient is a set of facts written at different times by different writers
(the planner, a sender, a webhook); the state that is shown is derived from all of them. So a total
is a count of rows and is exact after any crash or repetition.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tandem.model.identity import Person

AUDIENCE_LIMIT = 10_000
"""People in one broadcast."""

ATTEMPT_SECONDS = 900
"""An attempt open for longer than this outlived every sender that could have made it."""

Parameters = tuple[str, ...] | Mapping[str, str]
"""What fills a template's body for one person: by position, or by name."""


class Category(StrEnum):
    """Meta's template categories. Only `marketing` needs a person's consent at send time."""

    MARKETING = "marketing"
    UTILITY = "utility"
    AUTHENTICATION = "authentication"


@dataclass(frozen=True, slots=True)
class Template:
    """An approved template and the components that are the same for everybody."""

    name: str
    language: str
    category: Category
    components: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Addressee:
    """One entry of an audience, as it was given: a phone in any spelling, or a BSUID."""

    phone: str | None = None
    bsuid: str | None = None
    parameters: Parameters = ()


@dataclass(frozen=True, slots=True)
class BroadcastRequest:
    """What somebody asks for. `schedule_at` None means now; `key` makes a repeated request one."""

    line: str
    name: str
    template: Template
    audience: tuple[Addressee, ...]
    by: str
    schedule_at: int | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The frozen list. `hash` (sha256) covers every recipient with parameters, and the template.

    `size` counts every entry of the audience; `duplicates` and `invalid` of them are skipped.
    """

    hash: str
    size: int
    duplicates: int
    invalid: int
    planned_at: int


class PausedFor(StrEnum):
    """What a paused broadcast waits for."""

    LINE = "line"
    """The line's trouble is over, or somebody resumes it."""
    TEMPLATE = "template"
    """Somebody resumes it, once the template or the account's limits allow."""
    PERSON = "person"
    """Somebody resumes it, as somebody paused it."""


@dataclass(frozen=True, slots=True)
class Pause:
    cause: PausedFor
    reason: str
    code: int | None
    at: int


class BroadcastState(StrEnum):
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """`listed` is the audience's length as given, `audience` where it is kept until planned."""

    id: str
    tenant: str
    line: str
    name: str
    template: Template
    schedule_at: int
    created_at: int
    by: str
    listed: int
    audience: str
    fingerprint: str
    """What was asked for, as a digest: a repeated key with another one is a conflict."""
    plan: Plan | None = None
    pause: Pause | None = None
    resumed_at: int | None = None
    finished_at: int | None = None

    @property
    def state(self) -> BroadcastState:
        if self.finished_at is not None:
            return BroadcastState.FINISHED
        if self.pause is not None:
            return BroadcastState.PAUSED
        return BroadcastState.SENDING if self.plan else BroadcastState.SCHEDULED


@dataclass(frozen=True, slots=True)
class Slice:
    """The recipients `first` to `last` (both included) of a broadcast: one piece of work."""

    tenant: str
    broadcast: str
    line: str
    first: int
    last: int


class Outcome(StrEnum):
    """How the sending of one recipient ended; written once. What came of it, statuses tell."""

    ACCEPTED = "accepted"
    FAILED = "failed"
    REFUSED = "refused"
    """Not now: Meta names a time before which it is not to be tried again (`not_before`)."""
    SKIPPED = "skipped"


class RecipientState(StrEnum):
    PLANNED = "planned"
    ATTEMPTING = "attempting"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """Meta was called and its answer is not known. Never repeated; a status settles it."""
    SKIPPED = "skipped"


_BY_OUTCOME = {
    Outcome.ACCEPTED: RecipientState.SENT,
    Outcome.FAILED: RecipientState.FAILED,
    Outcome.REFUSED: RecipientState.REFUSED,
    Outcome.SKIPPED: RecipientState.SKIPPED,
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Everything known of one person in a broadcast.

    `attempt` names the latest call to Meta and is open until there is an `outcome`. `unsure`: a
    later sender found it open. `tries` counts the calls that Meta certainly did not take because of
    this person; `second` says that a refusal for a time was tried again. `told` holds the states
    that Meta's webhooks told. Times in unix seconds, `accepted_ms` in milliseconds.
    """

    number: int
    person: Person
    parameters: Parameters = ()
    attempt: str | None = None
    attempt_at: int | None = None
    unsure: bool = False
    outcome: Outcome | None = None
    wamid: str | None = None
    accepted_ms: int | None = None
    code: int | None = None
    reason: str | None = None
    tries: int = 0
    not_before: int | None = None
    second: bool = False
    told: frozenset[str] = frozenset()

    def state(self, now: int) -> RecipientState:
        """What is shown: the furthest that is proven. `failed` ends unless delivery is known."""
        if self.told & {"read", "played"}:
            return RecipientState.READ
        if "delivered" in self.told:
            return RecipientState.DELIVERED
        if "failed" in self.told:
            return RecipientState.FAILED
        if "sent" in self.told:
            return RecipientState.SENT
        if self.outcome is not None:
            return _BY_OUTCOME[self.outcome]
        if self.attempt is None:
            return RecipientState.PLANNED
        lost = self.unsure or (self.attempt_at or 0) + ATTEMPT_SECONDS < now
        return RecipientState.UNKNOWN if lost else RecipientState.ATTEMPTING

    def waits(self, now: int) -> bool:
        """Whether anything is still to be done for this person."""
        return self.state(now) in {RecipientState.PLANNED, RecipientState.ATTEMPTING}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a broadcast is: a count of its recipient rows at one moment, never a stored number.

    `states` holds every state, `reasons` why people were skipped, refused or failed. `accepted`
    counts the messages that Meta took, `timed` those of them whose moment is known: all but the
    ones that only a status told.
    """

    total: int
    states: Mapping[RecipientState, int]
    reasons: Mapping[str, int] = field(default_factory=dict)
    accepted: int = 0
    timed: int = 0
    first_accepted_ms: int | None = None
    last_accepted_ms: int | None = None

    @property
    def waiting(self) -> int:
        return self.states[RecipientState.PLANNED] + self.states[RecipientState.ATTEMPTING]

    @property
    def rate(self) -> float | None:
        """Accepted messages per second, pauses included; None when there is nothing to measure."""
        first, last = self.first_accepted_ms, self.last_accepted_ms
        if first is None or last is None or last <= first:
            return None
        return (self.timed - 1) * 1000 / (last - first)
