"""What can be done to a broadcast at any call of its way: its worker is killed, or somebody pauses,
cancels or offboards meanwhile.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tandem.broadcasts.sending.sender import LOOK_SECONDS
from tandem.model.errors import Refusal
from tandem.model.line import LineState
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, TENANT
from tests.fakes.crashing import Died, Fuse
from tests.laws.broadcasting.keeping import Undisturbed, hold, hold_cancelled
from tests.laws.broadcasting.story import NAME, arranged, go_on, tell


@dataclass(frozen=True, slots=True)
class Disturbance:
    """`strikes` at a call, before it has its effect unless `late`; `judge` goes on from there to
    the end, and holds the law.
    """

    name: str
    strike: Callable[[Stage], None]
    judge: Callable[[Stage, Undisturbed], None]
    late: bool = False


class Strike(Fuse):
    """Disturbs one call of a stage."""

    def __init__(self, at: int, disturbance: Disturbance, stage: Stage) -> None:
        super().__init__(at, after_effect=disturbance.late)
        self._disturbance, self._stage = disturbance, stage

    def burn(self, call: Callable[[], Any]) -> Any:
        self.steps += 1
        return struck(self._stage, self._disturbance, call) if self.steps == self.at else call()


def struck(stage: Stage, disturbance: Disturbance, call: Callable[[], Any]) -> Any:
    """Make the call that is disturbed, on a stage whose fuse is out while somebody else acts."""
    fuse = stage.table.fuse
    stage.light(None)
    try:
        if not disturbance.late:
            disturbance.strike(stage)
        return call()
    finally:
        if disturbance.late:
            disturbance.strike(stage)
        stage.light(fuse)


def disturb(call: int, disturbance: Disturbance, wanted: Undisturbed) -> None:
    """Tell the story, disturb that call of it, and hold the law."""
    stage = arranged(wanted.size)
    stage.light(Strike(call, disturbance, stage))
    with suppress(Died):
        tell(stage, wanted.size)
    disturbance.judge(stage, wanted)


# ---- the worker is killed


def _die(_stage: Stage) -> None:
    raise Died


def _after_a_death(stage: Stage, wanted: Undisturbed) -> None:
    hold(stage, go_on(stage, wanted.size), wanted, unknown=1)


# ---- somebody holds it, and lets it go


def _pause(stage: Stage) -> None:
    with suppress(Refusal):
        stage.holding.pause(TENANT, NAME, by="Kim")


def _after_a_pause(stage: Stage, wanted: Undisturbed) -> None:
    go_on(stage, wanted.size)
    with suppress(Refusal):
        stage.holding.resume(TENANT, NAME)
    hold(stage, go_on(stage, wanted.size), wanted)


# ---- somebody ends it


def _cancel(stage: Stage) -> None:
    with suppress(Refusal):
        stage.holding.cancel(TENANT, NAME)


def _after_the_end(stage: Stage, wanted: Undisturbed) -> None:
    broadcast = go_on(stage, wanted.size)
    if broadcast.cancelled_at is None:
        return hold(stage, broadcast, wanted)
    last = broadcast.cancelled_at + LOOK_SECONDS + 1
    late = [each for each in stage.meta.calls if each.at > last]
    assert not late, f"sent long after the end: {late}"
    return hold_cancelled(stage, broadcast, wanted)


# ---- the line leaves, and comes back


def _leave(stage: Stage) -> None:
    stage.lines.set_state(TENANT, LINE, LineState.OFFBOARDED, since=LineState.ACTIVE)
    stage.meta.gone = True


def _after_the_line_is_back(stage: Stage, wanted: Undisturbed) -> None:
    go_on(stage, wanted.size)
    stage.meta.gone = False
    stage.lines.set_state(TENANT, LINE, LineState.ACTIVE, since=LineState.OFFBOARDED)
    stage.lines.note_trouble(TENANT, LINE, None)
    hold(stage, go_on(stage, wanted.size), wanted)


# What a death before a call leaves is what one after the call before it has left.
DISTURBANCES = (
    Disturbance("death after the call", _die, _after_a_death, late=True),
    Disturbance("pause", _pause, _after_a_pause),
    Disturbance("cancel", _cancel, _after_the_end),
    Disturbance("offboarding", _leave, _after_the_line_is_back),
)
