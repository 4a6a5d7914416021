"""One job of the steps queue: take an onboarding as far as it goes, and say when to come back."""

from collections.abc import Callable
from typing import Protocol

from tandem.lines.onboarding import PASSING, Connecting
from tandem.lines.steps import FIRST_PAUSE, Steps
from tandem.model.errors import NotFound
from tandem.model.onboarding import OnboardingState
from tandem.store.onboardings import Onboardings

LONGEST_DELAY = 900
"""Seconds for which a queue can hold a job back; the keeper sees to what waits longer."""


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
        enqueue: Enqueue,
        clock: Callable[[], int],
    ) -> None:
        self._onboardings = onboardings
        self._connecting = connecting
        self._steps = steps
        self._enqueue = enqueue
        self._clock = clock

    def work(self, tenant: str, onboarding: str) -> None:
        """Go on with an onboarding. Repeating it is harmless; NotFound when there is none."""
        known = self._onboardings.get(tenant, onboarding)
        if known is None:
            raise NotFound("there is no such onboarding")
        if known.state is OnboardingState.EXCHANGED:
            try:
                self._connecting.resume(known)
            except PASSING:
                self._enqueue(tenant, onboarding, delay=FIRST_PAUSE)
            # Once it is connected, a job of its own is on the queue.
            return
        if known.state is OnboardingState.CONNECTED:
            again_at = self._steps.advance(known)
            if again_at is not None:
                delay = min(max(again_at - self._clock(), 1), LONGEST_DELAY)
                self._enqueue(tenant, onboarding, delay=delay)
            else:
                self._onboardings.note_completed(known, at=self._clock())
