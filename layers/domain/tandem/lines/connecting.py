"""From a stored token to a connected line: prove the number, write it, begin its steps.

Everything here may be repeated, by whoever holds the token or can open it: the callback while the
owner waits, and the steps worker when a passing fault or a death has come between.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tandem.lines.graph_calls import SignupGraphOf
from tandem.lines.proof import NotReady, Proven, WhichNumber, prove, rate_of
from tandem.lines.waiting import taken_again
from tandem.meta.errors import NotSent, Passing, Throttled, Unanswered
from tandem.model.errors import Refusal, TryAgain
from tandem.model.happening import Happening, Told
from tandem.model.line import Line, LineState, Mode
from tandem.model.onboarding import Choice, Onboarding, OnboardingState, StepName
from tandem.model.standing import Standing
from tandem.store.lines import Lines
from tandem.store.onboardings import Onboardings
from tandem.store.syncs import Syncs
from tandem.store.tokens import Tokens

REQUESTS_ALLOWED = 24 * 3600
"""Seconds after the sign-up in which Meta takes the one-shot requests. wire: "smb_app_data"."""

PATIENCE = 3600
"""Seconds after which an onboarding that could not be proven is given up."""

PASSING = (Passing, Throttled, Unanswered, NotSent, TryAgain)
"""What may come right by itself, in calls that may be repeated."""

STEPS = {
    Mode.COEXISTENCE: tuple(StepName),
    Mode.CLOUD: (StepName.SUBSCRIBE, StepName.READ_LINE),
}


@dataclass(frozen=True, slots=True)
class App:
    """The Meta app that owners connect to."""

    id: str
    secret: str


class Connecting:
    """`enqueue` wakes the steps worker; `app` is asked for when it is needed."""

    def __init__(
        self,
        *,
        onboardings: Onboardings,
        lines: Lines,
        tokens: Tokens,
        syncs: Syncs,
        graph_of: SignupGraphOf,
        app: Callable[[], App],
        enqueue: Callable[[str, str], None],
        clock: Callable[[], int],
    ) -> None:
        self._onboardings = onboardings
        self._lines = lines
        self._tokens = tokens
        self._syncs = syncs
        self._graph_of = graph_of
        self._app = app
        self._enqueue = enqueue
        self._clock = clock

    def keep(self, onboarding: Onboarding, token: str) -> Onboarding:
        """Store a token, sealed, before anything else can fail; the onboarding as it is then."""
        sealed = self._tokens.sealed(token, context=_context(onboarding))
        self._onboardings.keep_token(onboarding.tenant, onboarding.onboarding, sealed)
        return self._known(onboarding)

    def connect(self, onboarding: Onboarding, token: str) -> Onboarding:
        """Make a line of the number that the token proves; the onboarding as it is then.

        Raises NotAllowed and ends it when nothing is proven; WhichNumber when the owner has to
        choose; passing faults of Meta, NotReady among them, after which it is to be repeated.
        """
        try:
            proven = self._prove(onboarding, token)
            self._lines.claim(onboarding.tenant, waba=proven.waba, line=proven.number.id)
        except WhichNumber as question:
            self._note(onboarding, question.code, str(question), question.choices)
            raise
        except Refusal as refusal:
            self._onboardings.refuse(onboarding, code=refusal.code, why=str(refusal))
            raise
        except NotReady as delay:
            self._note(onboarding, "not_ready", str(delay))
            raise
        return self._write(onboarding, proven, token)

    def resume(self, onboarding: Onboarding) -> None:
        """Go on with a token that was stored and not used.

        What only the owner can change is noted on the onboarding; passing faults are raised.
        """
        sealed = self._onboardings.sealed_token(onboarding.tenant, onboarding.onboarding)
        if sealed is None or onboarding.state is not OnboardingState.EXCHANGED:
            return
        token = self._tokens.opened(sealed, context=_context(onboarding))
        try:
            self.connect(onboarding, token)
        except Refusal:
            return  # It is noted on the onboarding, where the owner reads it.

    def give_up(self, onboarding: Onboarding) -> bool:
        """End an onboarding that has waited too long to become a line; False if it may still."""
        if self._clock() - onboarding.created_at < PATIENCE:
            return False
        return self._onboardings.refuse(
            onboarding,
            code="gave_up",
            why="the number could not be connected within an hour: begin again",
        )

    def _prove(self, onboarding: Onboarding, token: str) -> Proven:
        app, graph = self._app(), self._graph_of(token)
        facts = graph.debug(token, app.id, app.secret)
        return prove(
            graph,
            facts,
            app_id=app.id,
            waba=onboarding.claimed_waba,
            line=onboarding.claimed_line,
        )

    def _write(self, onboarding: Onboarding, proven: Proven, token: str) -> Onboarding:
        tenant, number, at = onboarding.tenant, proven.number, onboarding.created_at
        again_from = self._again_from(tenant, number.id)
        self._tokens.keep(
            tenant,
            number.id,
            token,
            waba=proven.waba,
            granted_at=at,
            granted_by=onboarding.onboarding,
            expires_at=proven.token_expires_at,
        )
        self._lines.save_connected(
            Line(
                tenant=tenant,
                line=number.id,
                waba=proven.waba,
                display_number=number.display_number,
                mode=proven.mode,
                state=LineState.CONNECTING,
                onboarded_at=at,
                sync=onboarding.onboarding,
                rate=rate_of(number, proven.mode),
                verified_name=number.verified_name,
                quality=number.quality,
                standing=Standing(token_expires_at=proven.token_expires_at),
            )
        )
        text = f"The owner connected the number in mode {proven.mode}."
        connected = Happening(at, "connected", Told.TANDEM, text, onboarding.onboarding)
        self._lines.note_happening(tenant, number.id, connected)
        self._syncs.open(tenant, number.id, onboarding.onboarding, at)
        self._onboardings.connect(
            onboarding,
            waba=proven.waba,
            line=number.id,
            display_number=number.display_number,
            at=self._clock(),
            deadline_at=at + REQUESTS_ALLOWED,
            steps=STEPS[proven.mode],
            once_from=again_from or 0,
            why=f"The number was disconnected. {taken_again(again_from)}" if again_from else None,
        )
        self._enqueue(tenant, onboarding.onboarding)
        return self._known(onboarding)

    def _again_from(self, tenant: str, number: str) -> int | None:
        """When the number's last disconnection is old enough; None when it is, or there was none.

        That Meta shows the number as connected changes nothing: it is, since its owner is back.
        """
        before = self._lines.get(tenant, number)
        again_from = before.standing.again_from if before else None
        return again_from if again_from and again_from > self._clock() else None

    def _note(
        self, onboarding: Onboarding, code: str, why: str, choices: tuple[Choice, ...] = ()
    ) -> None:
        self._onboardings.note_obstacle(
            onboarding.tenant, onboarding.onboarding, code=code, why=why, choices=choices
        )

    def _known(self, onboarding: Onboarding) -> Onboarding:
        return self._onboardings.get(onboarding.tenant, onboarding.onboarding) or onboarding


def _context(onboarding: Onboarding) -> dict[str, str]:
    """What a token is bound to until its WABA is proven."""
    return {"onboarding": onboarding.onboarding}
