"""A broadcast to 500 people, disturbed in every way at every call of its planner and its senders.

The story is told once. At each of its calls the process forks, and the child is the world in which
that call was disturbed: it goes on to the end and holds the law.
"""

import gc
import os
import traceback
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

from tests.fakes.broadcast_stage import Stage
from tests.fakes.crashing import Died, Fuse
from tests.laws.broadcasting.disturbing import DISTURBANCES, Disturbance, struck
from tests.laws.broadcasting.keeping import Undisturbed, undisturbed
from tests.laws.broadcasting.story import arranged, small_pieces, tell
from tests.prove.proof import Progress, Proof, say

SIZE = 500

type Case = tuple[int, int]
"""A call, and which of the disturbances strikes there."""


def broadcasts(number: int, chance: int) -> Proof:
    """Try `number` of the cases, evenly spread from where `chance` says; 0 for every one."""
    with small_pieces(SIZE):
        wanted = undisturbed(SIZE)
        cases = [(call, kind) for call in range(1, wanted.calls + 1) for kind in _KINDS]
        if number:
            step = max(1, len(cases) // number)
            step += step % len(_KINDS) == 0
            cases = cases[chance % step :: step]
        failed = _forked(wanted, frozenset(cases))
    return Proof(len(cases), failed, {"people": SIZE, "calls": wanted.calls})


_KINDS = range(len(DISTURBANCES))


def _forked(wanted: Undisturbed, cases: Collection[Case]) -> int:
    """How many of the cases break the law."""
    stage = arranged(wanted.size)
    forks = Forks(stage, cases)
    stage.light(forks)
    gc.freeze()
    with suppress(Died):
        tell(stage, wanted.size)
    if forks.case is None:
        return forks.broken()
    call, disturbance = forks.case
    try:
        disturbance.judge(stage, wanted)
    except BaseException:  # noqa: BLE001 - it is told, and counted by the parent
        say(f"{disturbance.name} {call}: {traceback.format_exc()}")
        os._exit(1)
    os._exit(0)


class Forks(Fuse):
    """Forks a child for each case of a call; in a child, `case` says which it is."""

    def __init__(self, stage: Stage, cases: Collection[Case]) -> None:
        super().__init__(0, after_effect=False)
        self.case: tuple[int, Disturbance] | None = None
        self._stage, self._cases = stage, cases
        self._progress = Progress("broadcasts", len(cases))
        self._running = self._failed = 0

    def burn(self, call: Callable[[], Any]) -> Any:
        self.steps += 1
        for kind in _KINDS if self.case is None else ():
            if (self.steps, kind) in self._cases and self._forks():
                self.case = self.steps, DISTURBANCES[kind]
                return struck(self._stage, self.case[1], call)
        return call()

    def broken(self) -> int:
        """How many cases failed, once all of them are over."""
        while self._running:
            self._await_one()
        return self._failed

    def _forks(self) -> bool:
        """Whether this is the child."""
        if self._running == (os.cpu_count() or 1):
            self._await_one()
        self._running += 1
        return os.fork() == 0

    def _await_one(self) -> None:
        _, status = os.wait()
        self._running -= 1
        self._failed += status != 0
        self._progress.step()
