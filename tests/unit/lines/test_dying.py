"""A worker may die in any call, before or after its effect: what comes to rest is the same.

The one exception is the answer of a one-shot call that died with its worker: Meta has taken it, we
cannot know, and it stays `unknown` instead of being asked again.
"""

import itertools

import pytest

from tandem.model.errors import Expired, TryAgain
from tandem.model.line import LineState
from tandem.model.onboarding import ONE_SHOT, StepState
from tests.fakes.crashing import Died, Fuse
from tests.fakes.onboarding_desk import Desk

TRIES = 4

BETWEEN_EXCHANGE_AND_STORED_TOKEN = 4
"""Places to die: after the exchange, before and after the sealing, before the token is stored."""

BETWEEN_BEGUN_AND_SETTLED = 4
"""Places to die: after it is written down, before and after the call, before it is settled."""


def test_dying_anywhere_in_an_onboarding_loses_and_doubles_nothing() -> None:
    outcomes = []
    for after_effect in (False, True):
        for at in itertools.count(1):
            desk, fuse = Desk(), Fuse(at, after_effect=after_effect)

            outcome = _live(desk, fuse)

            outcomes.append(outcome)
            assert desk.failures == []
            if fuse.steps < at:
                break
    assert outcomes.count("spent") == BETWEEN_EXCHANGE_AND_STORED_TOKEN
    assert outcomes.count("unknown") == BETWEEN_BEGUN_AND_SETTLED * len(ONE_SHOT)
    assert outcomes.count("connected") > 100


def _live(desk: Desk, fuse: Fuse) -> str:
    """A whole onboarding with one death in it, checked; connected, unknown or spent."""
    desk.meta.code()
    desk.table.fuse = fuse
    spent = not _browser(desk)
    desk.wait(3600)
    desk.table.fuse = None
    assert all(count <= 1 for count in desk.meta.requests.values())
    if spent:
        assert desk.lines.all("acme") == ()
        assert "history" not in desk.meta.requests
        return "spent"
    line = desk.line()
    assert line.state is LineState.ACTIVE
    assert desk.tokens.read("acme", line.line) == "token of code-1"
    return _steps(desk, line.sync)


def _steps(desk: Desk, onboarding: str) -> str:
    known = desk.onboardings.get("acme", onboarding)
    assert known is not None
    assert desk.onboardings.invitation_used_by(known.invitation) == onboarding
    unknown = {step.name for step in known.steps if step.state is StepState.UNKNOWN}
    assert unknown <= ONE_SHOT
    assert all(step.state is StepState.DONE for step in known.steps if step.name not in unknown)
    return "unknown" if unknown else "connected"


def _browser(desk: Desk) -> bool:
    """The page sends its code until it is answered; False when it has to begin again."""
    for _ in range(TRIES):
        try:
            desk.post()
            return True
        except (Died, TryAgain):
            desk.clock.pass_(1)
        except Expired:
            return False
    pytest.fail("the page was never answered")
