"""An onboarding: one owner's way from a sign-up code to a connected line, and its steps."""

from dataclasses import dataclass, field
from enum import StrEnum

from tandem.model.events import JsonObject


class OnboardingState(StrEnum):
    EXCHANGING = "exchanging"
    """The code is on its way to Meta."""
    EXCHANGED = "exchanged"
    """The token is kept; which number it is for is being proven."""
    CONNECTED = "connected"
    """The line is written; its steps go on, then its import is watched."""
    FINISHED = "finished"
    """Nothing is left to ask for or to watch."""
    REFUSED = "refused"


class StepName(StrEnum):
    SUBSCRIBE = "subscribe"
    READ_LINE = "read_line"
    CONTACTS = "contacts"
    HISTORY = "history"


ONE_SHOT = frozenset({StepName.CONTACTS, StepName.HISTORY})
"""Requests that Meta takes once per onboarding. wire: "Onboard WhatsApp Business app users"."""


class StepState(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """Whether Meta accepted it is not known, and it is never asked again; what arrives tells."""


SETTLED = frozenset({StepState.DONE, StepState.REFUSED, StepState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Failure:
    """One try of a step that did not give what was asked for. `trace` is Meta's `fbtrace_id`.

    Without a `code` Meta did not answer, and `title` says how.
    """

    at: int
    title: str
    code: int | None = None
    subcode: int | None = None
    http: int | None = None
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an onboarding. `due_at` (unix seconds) is when it is to be tried again."""

    name: StepName
    state: StepState = StepState.PENDING
    attempts: int = 0
    due_at: int = 0
    started_at: int | None = None
    settled_at: int | None = None
    request_id: str | None = None
    """Meta's id of an accepted request, for its support."""
    why: str | None = None
    """What stands in the way, or what came of it, in a sentence for the owner."""
    failures: tuple[Failure, ...] = ()
    """The newest tries that failed, the last one last."""

    @property
    def settled(self) -> bool:
        return self.state in SETTLED


@dataclass(frozen=True, slots=True)
class Choice:
    """One number of several that an onboarding may be for."""

    line: str
    display_number: str


@dataclass(frozen=True, slots=True)
class Onboarding:
    """One onboarding. Its id is derived from the invitation and the code: a repeat is the same.

    `claimed_*` is what the sign-up window said; `waba` and `line` are what the token proved.
    `accepted` is what the owner confirmed before signing up, word for word.
    """

    tenant: str
    onboarding: str
    invitation: str
    state: OnboardingState
    created_at: int
    accepted: JsonObject = field(default_factory=dict)
    claimed_waba: str | None = None
    claimed_line: str | None = None
    waba: str | None = None
    line: str | None = None
    display_number: str | None = None
    connected_at: int | None = None
    deadline_at: int | None = None
    """Until when Meta takes the one-shot requests."""
    code: str | None = None
    """Why it was refused or waits, machine-readable; `why` says it to the owner."""
    why: str | None = None
    choices: tuple[Choice, ...] = ()
    """The numbers the owner has to choose from, when that is what it waits for."""
    steps: tuple[Step, ...] = ()
    due: str = ""
    """When the keeper looks next, as it stands in its list; empty when nobody needs to."""

    def step(self, name: StepName) -> Step | None:
        return next((step for step in self.steps if step.name is name), None)
