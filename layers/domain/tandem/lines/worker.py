"""One job of the steps queue: take an onboarding as far as it goes, and say when to come back."""

from collections.abc import Callable
from typing import Protocol

from tandem.lines.connecting import PASSING, Connecting
from tandem.lines.returning import Returning
from tandem.lines.steps import FIRST_PAUSE, Steps
from tandem.model.errors import NotFound
from tandem.model.onboarding import Onboarding, OnboardingState
from tandem.store import keys
from tandem.store.onboardings import Look, Onboardings

LONGEST_DELAY = 240
"""Seconds for which a job is held back; what waits longer is left to the keeper, every 300."""

GRACE = 300
"""Seconds after which a job that was to come has been lost, and the keeper puts another."""


class Enqueue(Protocol):
    """Puts an onboarding on the steps queue, after `delay` seconds."""

    def __call__(self, tenant: str, onboarding: str, *, delay: int = 0) -> None: ...


class StepsWorker:
    def __init__(
        self,
        *,
        onboardings: Onboardings,
        connecting: Connecting,
        steps: Steps,
        returning: Returning,
        enqueue: Enqueue,
        clock: Callable[[], int],
    ) -> None:
        self._onboardings = onboardings
        self._connecting = connecting
        self._steps = steps
        self._returning = returning
        self._enqueue = enqueue
        self._clock = clock

    def work(self, tenant: str, onboarding: str) -> None:
        """Go on with an onboarding. Repeating it is harmless; NotFound when there is none."""
        known = self._onboardings.get(tenant, onboarding)
        if known is None:
            raise NotFound("there is no such onboarding")
        if known.state is OnboardingState.EXCHANGED:
            try:
                # Once it is connected, a job of its own is on the queue.
                self._connecting.resume(known)
            except PASSING:
                if not self._connecting.give_up(known):
                    self._come_back(known, self._clock() + FIRST_PAUSE)
        elif known.state is OnboardingState.CONNECTED:
            again_at = self._steps.advance(known)
            if again_at is not None:
                self._come_back(known, again_at)
            else:
                self._onboardings.note_completed(known, at=self._clock())
            if known.line is not None and known.waba is not None:
                self._returning.give(line=known.line, waba=known.waba)

    def _come_back(self, known: Onboarding, again_at: int) -> None:
        """Arrange one job more, and the keeper's look behind it in case that job is lost.

        Queues repeat and the keeper adds: a job that finds another one arranged arranges nothing,
        or they would all go on side by side.
        """
        now = self._clock()
        if known.due and keys.moment_at(known.due) - GRACE > now:
            return
        look = Look(known.tenant, known.onboarding, known.due)
        delay = max(again_at - now, 1)
        if delay > LONGEST_DELAY:
            self._onboardings.take(look, next_at=again_at)
        elif self._onboardings.take(look, next_at=again_at + GRACE):
            self._enqueue(known.tenant, known.onboarding, delay=delay)
