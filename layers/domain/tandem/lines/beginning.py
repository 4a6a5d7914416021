"""Taking an owner's sign-up code: it lives 30 seconds, works once, and must not be lost.

So the onboarding is written, the code exchanged, the token stored; only then is anything asked that
could fail. Where a passing fault stops the rest, the steps worker goes on with the stored token.
"""

import time
from collections.abc import Callable

from tandem.lines import invitation as invitations
from tandem.lines.connecting import PASSING, App, Connecting
from tandem.lines.graph_calls import SignupGraphOf
from tandem.lines.invitation import Invitation
from tandem.lines.signup import SignUp, onboarding_id
from tandem.lines.waiting import TooSoon, waiting
from tandem.meta.errors import GraphError
from tandem.model.errors import Expired, NotAllowed, Refusal, TryAgain
from tandem.model.onboarding import Onboarding, OnboardingState
from tandem.store.lines import Lines
from tandem.store.onboardings import Onboardings

TWIN_LIVES = 60
"""Seconds for which another request with the same code may still be storing what it got."""

WAITS_FOR_A_TWIN = (0.5, 0.5, 1.0, 1.0, 2.0)
"""Seconds between looks for the token of another request with the same code."""

UNREACHABLE = "unreachable"
"""The code of an onboarding whose sign-up code Meta has not taken."""

_ENDED_BY_TIME = frozenset({"code_expired", "gave_up"})


class Beginning:
    """`enqueue` wakes the steps worker."""

    def __init__(
        self,
        *,
        onboardings: Onboardings,
        lines: Lines,
        connecting: Connecting,
        graph_of: SignupGraphOf,
        app: Callable[[], App],
        enqueue: Callable[[str, str], None],
        clock: Callable[[], int],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._onboardings = onboardings
        self._lines = lines
        self._connecting = connecting
        self._graph_of = graph_of
        self._app = app
        self._enqueue = enqueue
        self._clock = clock
        self._sleep = sleep

    def may_begin(self, invitation: str, *, key: str) -> Invitation:
        """The invitation of an owner who may go to Meta's window now.

        Raises NotAllowed (a forged one), Expired (an old or used one), TooSoon where Meta would
        refuse a number that the tenant had.
        """
        now = self._clock()
        held = invitations.current(invitation, key, now=now)
        if self._onboardings.invitation_used_by(held.id) is not None:
            raise invitations.used()
        if early := waiting(self._lines.all(held.tenant), now=now):
            raise TooSoon(early, now=now)
        return held

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
        exchanged = self._connecting.keep(onboarding, token)
        if exchanged.state is not OnboardingState.EXCHANGED:
            return exchanged
        try:
            return self._connecting.connect(exchanged, token)
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


def _ending(onboarding: Onboarding) -> Refusal:
    """The refusal that ended an onboarding, for whoever sends its code again."""
    kind = Expired if onboarding.code in _ENDED_BY_TIME else NotAllowed
    return kind(onboarding.why or "begin again", code=onboarding.code)
