"""How far an onboarding has come, for the Connect page and whoever else follows it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tandem.history.certificate import certify
from tandem.lines import invitation as invitations
from tandem.lines.watching import View, heard, view
from tandem.model.errors import NotFound
from tandem.model.onboarding import Onboarding, OnboardingState
from tandem.model.sync import Certificate, SyncFacts
from tandem.store.onboardings import Onboardings
from tandem.store.syncs import Syncs

LIVE = (OnboardingState.CONNECTED, OnboardingState.FINISHED)


@dataclass(frozen=True, slots=True)
class Progress:
    """An onboarding, and of a connected one what is known of its import."""

    onboarding: Onboarding
    facts: SyncFacts | None = None
    certificate: Certificate | None = None
    view: View | None = None


class Following:
    def __init__(self, *, onboardings: Onboardings, syncs: Syncs, clock: Callable[[], int]) -> None:
        self._onboardings = onboardings
        self._syncs = syncs
        self._clock = clock

    def invited(self, invitation: str, onboarding: str, *, key: str) -> Progress:
        """The progress of an onboarding for whoever holds the invitation it began with.

        An expired invitation still shows what it began. Raises NotAllowed when it is forged,
        NotFound for any onboarding but its own.
        """
        held = invitations.opened(invitation, key)
        known = self._onboardings.get(held.tenant, onboarding)
        if known is None or known.invitation != held.id:
            raise NotFound("this invitation has begun no such onboarding")
        return self.of(known)

    def of(self, onboarding: Onboarding) -> Progress:
        """The progress of an onboarding, its unknown steps settled by what has arrived."""
        if onboarding.state not in LIVE or onboarding.line is None:
            return Progress(onboarding)
        facts, receipts = self._syncs.read(
            onboarding.tenant, onboarding.line, onboarding.onboarding
        )
        certificate = certify(facts, receipts)
        steps = tuple(heard(step, facts) for step in onboarding.steps)
        settled = replace(onboarding, steps=steps)
        seen = view(settled, facts, certificate, now=self._clock())
        return Progress(settled, facts, certificate, seen)
