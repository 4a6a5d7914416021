"""The keeper: every five minutes, what nobody else would come back to.

It wakes onboardings whose worker died, watches imports, reads lines and their templates again,
gives them what came before they were known, warns of tokens that end, and wakes broadcasts and
series that are due. One of them failing never stops the others.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from tandem.lines.connecting import Connecting
from tandem.lines.progress import Following
from tandem.lines.reading import LineReading
from tandem.lines.returning import Returning
from tandem.lines.steps import SUPERSEDED
from tandem.lines.watching import View
from tandem.lines.worker import Enqueue
from tandem.model.line import Line
from tandem.model.onboarding import Onboarding, OnboardingState, StepState
from tandem.store.due import ROUND_SECONDS
from tandem.store.lines import Lines, Watch
from tandem.store.onboardings import Look, Onboardings
from tandem.store.steps import StepRows
from tandem.store.troubles import Trouble

NEXT_LOOK = ROUND_SECONDS
"""Seconds until an onboarding is looked at again."""


class DueBroadcast(Protocol):
    """A broadcast that somebody must look at when `at` (unix seconds) has come."""

    @property
    def tenant(self) -> str: ...
    @property
    def broadcast(self) -> str: ...
    @property
    def at(self) -> int: ...


class Broadcasts(Protocol):
    """Knows which broadcasts are to be looked at by a time."""

    def due(self, by: int) -> Iterable[DueBroadcast]: ...


class OverdueSeries(Protocol):
    """A series of which something is due."""

    @property
    def tenant(self) -> str: ...
    @property
    def series(self) -> str: ...


class Recurring(Protocol):
    """Knows of which series something is due."""

    def overdue(self, now: int) -> Iterable[OverdueSeries]: ...


Plan = Callable[[str, str, int], None]
"""Has the planner look at a broadcast of a tenant at a moment, at most a round ahead."""

PlanSeries = Callable[[str, str], None]
"""Puts a series of a tenant on the plan queue."""

KeepTemplates = Callable[[Line], None]
"""Keeps what is known of the templates of a line's account true."""

Failed = Callable[[str, str, Exception], None]
"""Hears what failed: what kind of thing, its id, why."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round of the keeper: how much was looked at, how much of it failed."""

    onboardings: int
    lines: int
    broadcasts: int
    series: int
    failed: int


class Keeper:
    def __init__(
        self,
        *,
        onboardings: Onboardings,
        steps: StepRows,
        lines: Lines,
        connecting: Connecting,
        following: Following,
        reading: LineReading,
        returning: Returning,
        keep_templates: KeepTemplates,
        broadcasts: Broadcasts,
        plan: Plan,
        recurring: Recurring,
        plan_series: PlanSeries,
        enqueue: Enqueue,
        failed: Failed,
        clock: Callable[[], int],
    ) -> None:
        self._onboardings = onboardings
        self._steps = steps
        self._lines = lines
        self._connecting = connecting
        self._following = following
        self._reading = reading
        self._returning = returning
        self._keep_templates = keep_templates
        self._broadcasts = broadcasts
        self._plan = plan
        self._recurring = recurring
        self._plan_series = plan_series
        self._enqueue = enqueue
        self._failed = failed
        self._clock = clock

    def keep(self) -> Round:
        """One round over everything that is due. Two rounds at once do nothing twice."""
        now = self._clock()
        onboardings = self._each(
            "onboarding", self._onboardings.due(now), self._keep_onboarding, _onboarding
        )
        lines = self._each("line", self._lines.due(now), self._keep_line, _line)
        # Nobody is to wait for the next round: what is due before it is brought at its time.
        coming = self._broadcasts.due(now + ROUND_SECONDS)
        broadcasts = self._each("broadcast", coming, self._wake, _broadcast)
        series = self._each("series", self._recurring.overdue(now), self._wake_series, _series)
        looks = (onboardings, lines, broadcasts, series)
        return Round(
            onboardings=onboardings.looked,
            lines=lines.looked,
            broadcasts=broadcasts.looked,
            series=series.looked,
            failed=sum(each.failed for each in looks),
        )

    def _each[Due](
        self,
        kind: str,
        due: Iterable[Due],
        keep: Callable[[Due], None],
        name: Callable[[Due], str],
    ) -> "_Looks":
        """Keep each; none of them stops the others."""
        looked = failed = 0
        for one in due:
            looked += 1
            try:
                keep(one)
            except Exception as error:  # noqa: BLE001 - reported, counted, and due again
                failed += 1
                self._failed(kind, name(one), error)
        return _Looks(looked, failed)

    def _wake(self, due: DueBroadcast) -> None:
        self._plan(due.tenant, due.broadcast, due.at)

    def _wake_series(self, overdue: OverdueSeries) -> None:
        self._plan_series(overdue.tenant, overdue.series)

    def _keep_line(self, watch: Watch) -> None:
        line = watch.line
        besides = self._lines.led_here(
            line.tenant, waba=line.waba, display_number=line.display_number
        )
        self._returning.give(line=line.line, waba=line.waba, besides=besides)
        self._reading.read(watch)
        self._keep_templates(line)

    # ---- onboardings

    def _keep_onboarding(self, look: Look) -> None:
        if not self._onboardings.take(look, next_at=self._clock() + NEXT_LOOK):
            return
        known = self._onboardings.get(look.tenant, look.onboarding)
        if known is None:
            return
        if known.state is not OnboardingState.CONNECTED:
            if not self._connecting.give_up(known):
                self._enqueue(look.tenant, look.onboarding)
            return
        progress = self._following.of(known)
        if progress.view is not None:
            self._settle_what_was_heard(known, progress.onboarding)
            self._advise(known, progress.view)
        if any(not step.settled for step in known.steps):
            self._enqueue(look.tenant, look.onboarding)

    def _settle_what_was_heard(self, known: Onboarding, heard: Onboarding) -> None:
        for before, after in zip(known.steps, heard.steps, strict=True):
            if before.state is StepState.UNKNOWN and after.state is StepState.DONE:
                self._steps.settle(
                    known, after.name, after.state, since=before.state, at=self._clock()
                )

    def _advise(self, onboarding: Onboarding, view: View) -> None:
        """Tell the owner through the line, if this onboarding is still the line's own."""
        line = self._lines.get(onboarding.tenant, onboarding.line or "")
        if line is None or line.sync != onboarding.onboarding:
            self._onboardings.finish(onboarding, code="superseded", why=SUPERSEDED)
            return
        self._lines.note_trouble(
            line.tenant,
            line.line,
            view.todo if view.trouble else None,
            kind=Trouble.SYNC,
            at=self._clock(),
        )
        if view.over:
            self._onboardings.note_completed(onboarding, at=self._clock())
            self._onboardings.finish(onboarding, code=view.state, why=view.todo)


class _Looks(NamedTuple):
    looked: int
    failed: int


def _onboarding(look: Look) -> str:
    return f"{look.tenant}/{look.onboarding}"


def _line(watch: Watch) -> str:
    return f"{watch.line.tenant}/{watch.line.line}"


def _broadcast(due: DueBroadcast) -> str:
    return f"{due.tenant}/{due.broadcast}"


def _series(overdue: OverdueSeries) -> str:
    return f"{overdue.tenant}/{overdue.series}"
