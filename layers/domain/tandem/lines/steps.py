"""The steps of a connected line: subscribe, read it, ask for contacts, ask for the history.

A worker may die after any call. What may be repeated is repeated. The one-shot requests are written
down before they are made: found so again without an answer, they are `unknown`, and what arrives
tells. Only what Meta surely did not take is asked again.
wire: Meta, "Onboard WhatsApp Business app users" (steps 2 to 5), "smb_app_data".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tandem.lines.graph_calls import LineGraph, LineGraphOf
from tandem.lines.proof import mode_of, rate_of
from tandem.meta.callback import Override
from tandem.meta.errors import GraphError, GraphFailure, OnceOnly, Refused, TooLate, Unanswered
from tandem.meta.graph import SyncKind
from tandem.model.happening import Happening, Told
from tandem.model.line import LineState
from tandem.model.onboarding import ONE_SHOT, Failure, Onboarding, Step, StepName, StepState
from tandem.store.lines import Lines, Reading
from tandem.store.onboardings import Onboardings
from tandem.store.steps import StepRows

LEASE = 120
"""Seconds after which a step that is still running has lost its worker."""

PATIENCE = 1800
"""Seconds for which a step that waits holds back the requests behind it."""

FIRST_PAUSE, LONGEST_PAUSE = 30, 1800
"""Seconds between two tries of a step; the pause doubles."""

SYNC_KINDS: Mapping[StepName, SyncKind] = {
    StepName.CONTACTS: "smb_app_state_sync",
    StepName.HISTORY: "history",
}

SAID: Mapping[StepName, str] = {
    StepName.SUBSCRIBE: "Having the account's webhooks sent here",
    StepName.READ_LINE: "Reading the number",
    StepName.CONTACTS: "Asking for the contacts",
    StepName.HISTORY: "Asking for the chats",
}

USED_BEFORE = "Meta had taken this request before."
TOO_LATE = (
    "Meta takes this request only within 24 hours of connecting. To ask again, disconnect in the "
    "app (Settings, Account, Business Platform), wait 15 minutes and connect once more."
)
UNANSWERED = "Meta did not answer. What arrives will show whether it took the request."
NO_CONNECTION = "Meta could not be reached."
NOT_CONNECTED_YET = "Meta does not show the number as connected yet."
SUPERSEDED = "A newer connection of this number has taken its place."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one try came to. PENDING means that Meta surely did not take it: try again."""

    state: StepState
    why: str | None = None
    request_id: str | None = None
    wait: int = 0
    failure: GraphFailure | None = None


class Steps:
    """Takes a connected onboarding as far as it goes now.

    `override` is asked for when webhooks are subscribed to: where they go, if not to the app's own
    callback.
    """

    def __init__(
        self,
        *,
        onboardings: Onboardings,
        rows: StepRows,
        lines: Lines,
        graph_of: LineGraphOf,
        clock: Callable[[], int],
        override: Callable[[], Override | None] = lambda: None,
    ) -> None:
        self._override = override
        self._onboardings = onboardings
        self._rows = rows
        self._lines = lines
        self._graph_of = graph_of
        self._clock = clock

    def advance(self, onboarding: Onboarding) -> int | None:
        """Try every step whose time has come; the unix second of the next try, None at the end.

        A fault that is not Meta's goes through: what was written stands, call again.
        """
        tenant, number, waba = onboarding.tenant, onboarding.line, onboarding.waba
        line = self._lines.get(tenant, number) if number else None
        if line is None or waba is None or line.sync != onboarding.onboarding:
            self._onboardings.finish(onboarding, code="superseded", why=SUPERSEDED)
            return None
        graph = self._graph_of(tenant, line.line)
        calls: Mapping[StepName, Callable[[], Outcome]] = {
            StepName.SUBSCRIBE: lambda: _subscribe(graph, waba, line.line, self._override()),
            StepName.READ_LINE: lambda: self._read(onboarding, graph, line.line),
            StepName.CONTACTS: lambda: _request(graph, line.line, StepName.CONTACTS),
            StepName.HISTORY: lambda: _request(graph, line.line, StepName.HISTORY),
        }
        waits: dict[StepName, int] = {}
        for step in onboarding.steps:
            if step.settled:
                continue
            if self._held_back(onboarding, waits):
                break
            again_at = self._try(onboarding, step, calls[step.name])
            if again_at is not None:
                waits[step.name] = again_at
        self._tell(tenant, onboarding.onboarding)
        if not waits.keys() & {StepName.SUBSCRIBE, StepName.READ_LINE}:
            self._lines.set_state(tenant, line.line, LineState.ACTIVE, since=LineState.CONNECTING)
        return min(waits.values()) if waits else None

    def _tell(self, tenant: str, onboarding: str) -> None:
        """Put the settled steps on the line's timeline: each job does, in case one has died."""
        known = self._onboardings.get(tenant, onboarding)
        if known is None or known.line is None:
            return
        for step in known.steps:
            if step.settled:
                self._lines.note_happening(tenant, known.line, _happening(onboarding, step))

    def _held_back(self, onboarding: Onboarding, waits: Mapping[StepName, int]) -> bool:
        """Whether an earlier step that waits keeps the next from being tried.

        Without the subscription nothing would arrive, and Meta repeats nothing: that one always
        does. The others do for a while only, since the one-shot requests have a deadline.
        """
        if StepName.SUBSCRIBE in waits:
            return True
        return bool(waits) and self._clock() - (onboarding.connected_at or 0) < PATIENCE

    def _try(self, onboarding: Onboarding, step: Step, call: Callable[[], Outcome]) -> int | None:
        """Try one step; the unix second of its next try, None when it is settled."""
        now = self._clock()
        if step.state is StepState.RUNNING:
            lease_ends = (step.started_at or 0) + LEASE
            if now < lease_ends:
                return lease_ends
            if step.name in ONE_SHOT:
                self._settle(onboarding, step, Outcome(StepState.UNKNOWN, UNANSWERED))
                return None
        elif now < step.due_at:
            return step.due_at
        if onboarding.deadline_at is not None and now >= onboarding.deadline_at:
            why = f"{step.why} {TOO_LATE}" if step.why else TOO_LATE
            refused = Outcome(StepState.REFUSED, why)
            self._settle(onboarding, step, refused, since=step.state)
            return None
        if not self._rows.begin(onboarding, step, at=now):
            return now + LEASE
        outcome = call()
        failures = _failures(step, outcome.failure, at=self._clock())
        if outcome.state is not StepState.PENDING:
            self._settle(onboarding, step, outcome, failures=failures)
            return None
        pause = min(FIRST_PAUSE << min(step.attempts, 10), LONGEST_PAUSE)
        due_at = self._clock() + max(pause, outcome.wait)
        why = outcome.why or NO_CONNECTION
        self._rows.put_back(onboarding, step.name, due_at=due_at, why=why, failures=failures)
        return due_at

    def _settle(
        self,
        onboarding: Onboarding,
        step: Step,
        outcome: Outcome,
        *,
        since: StepState = StepState.RUNNING,
        failures: Sequence[Failure] = (),
    ) -> None:
        self._rows.settle(
            onboarding,
            step.name,
            outcome.state,
            since=since,
            at=self._clock(),
            why=outcome.why,
            request_id=outcome.request_id,
            failures=failures,
        )

    def _read(self, onboarding: Onboarding, graph: LineGraph, line: str) -> Outcome:
        try:
            number = graph.phone_number(line)
        except GraphFailure as failure:
            return _repeatable(failure)
        mode = mode_of(number)
        if mode is None:
            return Outcome(StepState.PENDING, NOT_CONNECTED_YET)
        reading = Reading(
            mode=mode,
            rate=rate_of(number, mode),
            display_number=number.display_number,
            verified_name=number.verified_name,
            quality=number.quality,
            messaging_limit=number.messaging_limit,
            name_status=number.name_status,
        )
        self._learn_owner(onboarding, graph)
        self._lines.note_reading(onboarding.tenant, line, reading, at=self._clock())
        return Outcome(StepState.DONE)

    def _learn_owner(self, onboarding: Onboarding, graph: LineGraph) -> None:
        """Which portfolio owns the account; without an answer Meta's announcements tell it."""
        waba = onboarding.waba or ""
        try:
            owner = graph.owner_of(waba)
        except GraphFailure:
            return
        if owner is not None:
            self._lines.learn_owner(waba=waba, portfolio=owner)


def _happening(onboarding: str, step: Step) -> Happening:
    said = f"{SAID[step.name]}: {step.state}." + (f" {step.why}" if step.why else "")
    identity = f"{onboarding}#{step.name}#{step.state}"
    return Happening(step.settled_at or 0, "step", Told.TANDEM, said, identity)


def _subscribe(graph: LineGraph, waba: str, line: str, override: Override | None) -> Outcome:
    try:
        graph.subscribe(waba, override if override and override.reach == "waba" else None)
        if override and override.reach == "number":
            graph.override(line, override)
    except GraphFailure as failure:
        return _repeatable(failure)
    return Outcome(StepState.DONE)


def _request(graph: LineGraph, line: str, name: StepName) -> Outcome:
    try:
        request_id = graph.request_sync(line, SYNC_KINDS[name])
    except GraphFailure as failure:
        return _one_shot(failure)
    return Outcome(StepState.DONE, request_id=request_id or None)


def _failures(step: Step, failure: GraphFailure | None, *, at: int) -> tuple[Failure, ...]:
    """The step's failures with this one; none when the try did not fail."""
    if failure is None:
        return ()
    if not isinstance(failure, GraphError):
        return (*step.failures, Failure(at, str(failure)))
    reason = failure.reason
    told = Failure(at, reason.title, reason.code, reason.subcode, reason.http, reason.trace)
    return (*step.failures, told)


def _repeatable(failure: GraphFailure) -> Outcome:
    """A call that may be repeated is, whatever stands in its way, until the deadline."""
    if isinstance(failure, GraphError):
        why = failure.advice or failure.title
        return Outcome(StepState.PENDING, why, wait=failure.wait, failure=failure)
    return Outcome(StepState.PENDING, NO_CONNECTION, failure=failure)


def _one_shot(failure: GraphFailure) -> Outcome:
    """A one-shot request is asked again only when Meta surely did not take it."""
    match failure:
        case Unanswered():
            return Outcome(StepState.UNKNOWN, UNANSWERED, failure=failure)
        case OnceOnly():
            return Outcome(StepState.DONE, USED_BEFORE, failure=failure)
        case TooLate():
            return Outcome(StepState.REFUSED, TOO_LATE, failure=failure)
        case Refused():
            why = failure.detail or failure.title
            return Outcome(StepState.REFUSED, why, failure=failure)
        case _:
            return _repeatable(failure)
