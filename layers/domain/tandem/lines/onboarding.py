"""From a sign-up code to a connected line. Whatever was reached is stored before what may fail.

A code lives 30 seconds and works once. So the onboarding is written, the code exchanged, the token
sealed and stored; only then is anything asked that could fail. Where a passing fault stops the
rest, the steps worker goes on with the stored token.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from tandem.lines import invitation as invitations
from tandem.lines.graph_calls import SignupGraphOf
from tandem.lines.invitation import Invitation
from tandem.lines.proof import NotReady, Proven, WhichNumber, prove, rate_of
from tandem.lines.signup import SignUp, onboarding_id
from tandem.meta.errors import (
    GraphError,
    NotSent,
    Passing,
    Throttled,
    Unanswered,
)
from tandem.model.errors import Expired, NotAllowed, Refusal, TryAgain
from tandem.model.line import Line, LineState, Mode
from tandem.model.onboarding import Onboarding, OnboardingState, StepName
from tandem.store.lines import Lines
from tandem.store.onboardings import Onboardings
from tandem.store.syncs import Syncs
from tandem.store.tokens import Tokens

REQUESTS_ALLOWED = 24 * 3600
"""Seconds after the sign-up in which Meta takes the one-shot requests. wire: "smb_app_data"."""

PATIENCE = 3600
"""Seconds after which an onboarding that could not be proven is given up."""

TWIN_LIVES = 60
"""Seconds for which another request with the same code may still be storing what it got."""

WAITS_FOR_A_TWIN = (0.5, 0.5, 1.0, 1.0, 2.0)
"""Seconds between looks for the token of another request with the same code."""

UNREACHABLE = "unreachable"
"""The code of an onboarding whose sign-up code Meta has not taken."""

PASSING = (Passing, Throttled, Unanswered, NotSent, TryAgain)

STEPS = {
    Mode.COEXISTENCE: tuple(StepName),
    Mode.CLOUD: (StepName.SUBSCRIBE, StepName.READ_LINE),
}

_ENDINGS: dict[str, type[Refusal]] = {
    "code_expired": Expired,
    "gave_up": Expired,
}


@dataclass(frozen=True, slots=True)
class App:
    """The Meta app that owners connect to."""

    id: str
    secret: str


class Connecting:
    """The verbs of an onboarding, up to the connected line. `enqueue` wakes the steps worker."""

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
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._onboardings = onboardings
        self._lines = lines
        self._tokens = tokens
        self._syncs = syncs
        self._graph_of = graph_of
        self._app = app
        self._enqueue = enqueue
        self._clock = clock
        self._sleep = sleep

    def begin(self, sign_up: SignUp, *, key: str) -> Onboarding:
        """Take an owner's code; the same code again is the same onboarding, however far it is.

        The answer has no line yet when a passing fault stands in the way: the steps worker goes on.
        Raises NotAllowed (a forged invitation, a number that was not granted or is another
        tenant's), Expired (an old or used invitation, a late or used code), WhichNumber.
        """
        now = self._clock()
        invitation = invitations.current(sign_up.invitation, key, now=now)
        fresh = _fresh(sign_up, invitation, now)
        if self._onboardings.invitation_used_by(invitation.id) not in (None, fresh.onboarding):
            raise invitations.used()
        if self._onboardings.start(fresh):
            return self._exchange(fresh, sign_up.code)
        return self._again(fresh, sign_up.code)

    def resume(self, onboarding: Onboarding) -> None:
        """Go on with a token that was stored and not used; called by the steps worker.

        What only the owner can change is noted on the onboarding; passing faults are raised.
        """
        sealed = self._onboardings.sealed_token(onboarding.tenant, onboarding.onboarding)
        if sealed is None or onboarding.state is not OnboardingState.EXCHANGED:
            return
        token = self._tokens.opened(sealed, context=_context(onboarding))
        try:
            self._connect(onboarding, token)
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

    # ---- the code

    def _again(self, fresh: Onboarding, code: str) -> Onboarding:
        """The same code once more: wait for its twin, or take over where that one died."""
        known = self._known(fresh)
        for seconds in WAITS_FOR_A_TWIN:
            if known.state is not OnboardingState.EXCHANGING or known.code == UNREACHABLE:
                break
            self._sleep(seconds)
            known = self._known(fresh)
        match known.state:
            case OnboardingState.EXCHANGING:
                return self._exchange(known, code)
            case OnboardingState.REFUSED:
                raise _ending(known)
            case OnboardingState.EXCHANGED:
                self._onboardings.claim(
                    fresh.tenant,
                    fresh.onboarding,
                    waba=fresh.claimed_waba,
                    line=fresh.claimed_line,
                )
        self._enqueue(fresh.tenant, fresh.onboarding)
        return known

    def _exchange(self, onboarding: Onboarding, code: str) -> Onboarding:
        app = self._app()
        try:
            token = self._graph_of("").exchange(app.id, app.secret, code).value
        except PASSING as error:
            raise self._unreached(onboarding) from error
        except GraphError as error:
            raise self._spent(onboarding) from error
        sealed = self._tokens.sealed(token, context=_context(onboarding))
        self._onboardings.keep_token(onboarding.tenant, onboarding.onboarding, sealed)
        exchanged = self._known(onboarding)
        if exchanged.state is not OnboardingState.EXCHANGED:
            return exchanged
        try:
            return self._connect(exchanged, token)
        except PASSING:
            self._enqueue(onboarding.tenant, onboarding.onboarding)
            return self._known(onboarding)

    def _unreached(self, onboarding: Onboarding) -> TryAgain:
        """Meta did not take the code: whoever sends it again need not wait for a twin."""
        why = "Meta could not be reached: send the same code again"
        self._onboardings.note_obstacle(
            onboarding.tenant,
            onboarding.onboarding,
            code=UNREACHABLE,
            why=why,
            since=OnboardingState.EXCHANGING,
        )
        return TryAgain(why)

    def _spent(self, onboarding: Onboarding) -> Expired:
        """The code was late or used before. A twin that may still be storing its token can."""
        why = "Meta's code was used before or is older than 30 seconds: begin again"
        if self._clock() - onboarding.created_at >= TWIN_LIVES:
            self._onboardings.refuse(onboarding, code="code_expired", why=why)
        return Expired(why, code="code_expired")

    # ---- the line

    def _connect(self, onboarding: Onboarding, token: str) -> Onboarding:
        try:
            proven = self._prove(onboarding, token)
            self._lines.claim(onboarding.tenant, waba=proven.waba, line=proven.number.id)
        except WhichNumber as question:
            self._note(onboarding, question)
            raise
        except Refusal as refusal:
            self._onboardings.refuse(onboarding, code=refusal.code, why=str(refusal))
            raise
        except NotReady as delay:
            self._onboardings.note_obstacle(
                onboarding.tenant, onboarding.onboarding, code="not_ready", why=str(delay)
            )
            raise
        return self._write(onboarding, proven, token)

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
            )
        )
        self._syncs.open(tenant, number.id, onboarding.onboarding, at)
        self._onboardings.connect(
            onboarding,
            waba=proven.waba,
            line=number.id,
            display_number=number.display_number,
            at=self._clock(),
            deadline_at=at + REQUESTS_ALLOWED,
            steps=STEPS[proven.mode],
        )
        self._enqueue(tenant, onboarding.onboarding)
        return self._known(onboarding)

    def _note(self, onboarding: Onboarding, question: WhichNumber) -> None:
        self._onboardings.note_obstacle(
            onboarding.tenant,
            onboarding.onboarding,
            code=question.code,
            why=str(question),
            choices=question.choices,
        )

    def _known(self, onboarding: Onboarding) -> Onboarding:
        return self._onboardings.get(onboarding.tenant, onboarding.onboarding) or onboarding


def _fresh(sign_up: SignUp, invitation: Invitation, now: int) -> Onboarding:
    return Onboarding(
        tenant=invitation.tenant,
        onboarding=onboarding_id(invitation, sign_up.code),
        invitation=invitation.id,
        state=OnboardingState.EXCHANGING,
        created_at=now,
        accepted=sign_up.accepted,
        claimed_waba=sign_up.waba,
        claimed_line=sign_up.line,
    )


def _context(onboarding: Onboarding) -> dict[str, str]:
    """What a token is bound to until its WABA is proven."""
    return {"onboarding": onboarding.onboarding}


def _ending(onboarding: Onboarding) -> Refusal:
    """The refusal that ended an onboarding, for whoever sends its code again."""
    code = onboarding.code or "refused"
    return _ENDINGS.get(code, NotAllowed)(onboarding.why or "begin again", code=code)
