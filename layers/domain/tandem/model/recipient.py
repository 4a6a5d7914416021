"""One person in a broadcast: what was planned for them, what was tried, what came of it.

What is known of one recipient is a set of facts written at different times by different writers
(the planner, a sender, a webhook); the state that is shown is derived from all of them. So a total
is a count of rows and is exact after any crash or repetition.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tandem.model.identity import Person
from tandem.model.template import Values

ATTEMPT_SECONDS = 900
"""An attempt open for longer than this outlived every sender that could have made it."""


class Excluded(StrEnum):
    """Why somebody in an audience is not sent to. Decided by the plan, and again before a send."""

    DUPLICATE = "duplicate"
    INVALID_NUMBER = "invalid_number"
    INVALID_USER_ID = "invalid_user_id"
    UNREACHABLE = "unreachable"
    ON_A_LIST = "on_a_list"
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    SENT_RECENTLY = "sent_recently"
    OFTEN_ENOUGH = "often_enough"
    US_MARKETING = "us_marketing"
    NOT_ON_WHATSAPP = "not_on_whatsapp"
    MISSING_VALUE = "missing_value"

    @property
    def words(self) -> str:
        """The reason as a person reads it."""
        return _WORDS[self]


_WORDS: Mapping[Excluded, str] = {
    Excluded.DUPLICATE: "the same person is in this audience already",
    Excluded.INVALID_NUMBER: "this is not a phone number that anybody can have",
    Excluded.INVALID_USER_ID: "this is not a business-scoped user id",
    Excluded.UNREACHABLE: "there is neither a phone number nor a user id",
    Excluded.ON_A_LIST: "the person is on a list that is left out",
    Excluded.OPTED_OUT: "the person has stopped marketing messages",
    Excluded.NO_CONSENT: "the person has not consented to marketing messages",
    Excluded.SENT_RECENTLY: "the person was sent marketing a short time ago",
    Excluded.OFTEN_ENOUGH: "the person was sent marketing often enough lately",
    Excluded.US_MARKETING: "Meta delivers no marketing to numbers of the United States",
    Excluded.NOT_ON_WHATSAPP: "Meta could not deliver to this number before",
    Excluded.MISSING_VALUE: "something that the template needs is not known of the person",
}


def edition_of(edition: str) -> tuple[str, int]:
    """The broadcast and the revision that an edition names."""
    broadcast, _, revision = edition.partition(".")
    return broadcast, int(revision or 1)


@dataclass(frozen=True, slots=True)
class Slice:
    """The recipients `first` to `last` (both included) of an edition: one piece of work. After the
    `closing` one of those that were queued together there is time to queue more.
    """

    tenant: str
    edition: str
    line: str
    first: int
    last: int
    closing: bool = False


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

    What the plan says and nobody changes: `values` fill the template in, `due_at` is when the
    person may first be sent to (None: when the broadcast begins), `excluded` why they are not at
    all. `reason` says the same of one who was skipped later, or why Meta refused.

    `attempt` names the latest call to Meta and is open until there is an `outcome`. `unsure`: a
    later sender found it open. `tries` counts the calls that Meta certainly did not take because of
    this person; `second` says that a refusal for a time was tried again. `told` holds the states
    that Meta's webhooks told, `told_at` when each of them came to be. Times in unix
    seconds, `accepted_ms` in milliseconds.
    """

    number: int
    person: Person
    values: Values = field(default_factory=dict)
    due_at: int | None = None
    excluded: Excluded | None = None
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
    told_at: Mapping[str, int] = field(default_factory=dict)

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

    @property
    def held_until(self) -> int:
        """The moment before which this person is not tried; 0 for none."""
        return max(self.due_at or 0, self.not_before or 0)

    def waits(self, now: int) -> bool:
        """Whether anything is still to be done for this person."""
        return self.state(now) in {RecipientState.PLANNED, RecipientState.ATTEMPTING}

    def may_go_again(self, wanted_at: int | None) -> bool:
        """Whether somebody who was refused for a time is to be tried once more, as was wanted at
        `wanted_at`.
        """
        refused = self.outcome is Outcome.REFUSED and not self.second
        return refused and wanted_at is not None and (self.not_before or 0) <= wanted_at

    def reopened(self) -> "Recipient":
        """Somebody who was refused for a time, and waits again."""
        plan = Recipient(self.number, self.person, self.values, self.due_at)
        return replace(plan, tries=self.tries, second=True)


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
