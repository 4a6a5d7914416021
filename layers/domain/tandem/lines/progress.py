"""How far an onboarding has come, for the Connect page and whoever else follows it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tandem.history.certificate import certify
from tandem.lines import invitation as invitations
from tandem.lines.watching import View, heard, view
from tandem.model.errors import NotFound
from tandem.model.line import Line, LineState
from tandem.model.onboarding import Onboarding, OnboardingState
from tandem.model.sync import Certificate, Receipt, SyncFacts
from tandem.store.lines import Lines
from tandem.store.onboardings import Onboardings
from tandem.store.syncs import Syncs


@dataclass(frozen=True, slots=True)
class Progress:
    """An onboarding, and of a connected one what is known of its line and its import.

    `state` is the line's, or "connecting" before there is one, or "refused" if there will be none.
    """

    onboarding: Onboarding
    state: str
    line: Line | None = None
    facts: SyncFacts | None = None
    certificate: Certificate | None = None
    view: View | None = None
    receipts: tuple[Receipt, ...] = ()


class Following:
    def __init__(
        self, *, onboardings: Onboardings, lines: Lines, syncs: Syncs, clock: Callable[[], int]
    ) -> None:
        self._onboardings = onboardings
        self._lines = lines
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

    def current(self, line: Line) -> Progress | None:
        """The progress of the onboarding whose import is the line's own."""
        known = self._onboardings.get(line.tenant, line.sync)
        return self.of(known) if known else None

    def of(self, onboarding: Onboarding) -> Progress:
        """The progress of an onboarding, its unknown steps settled by what has arrived."""
        tenant, number = onboarding.tenant, onboarding.line
        line = self._lines.get(tenant, number) if number else None
        if line is None:
            refused = onboarding.state is OnboardingState.REFUSED
            return Progress(onboarding, "refused" if refused else LineState.CONNECTING)
        facts, receipts = self._syncs.read(tenant, line.line, onboarding.onboarding)
        certificate = certify(facts, receipts)
        settled = replace(onboarding, steps=tuple(heard(step, facts) for step in onboarding.steps))
        seen = view(settled, facts, certificate, now=self._clock())
        return Progress(settled, line.state, line, facts, certificate, seen, receipts)
