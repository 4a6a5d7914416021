"""Running one law on many drawn cases: progress on stderr, the shrunk failure to be replayed."""

import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

SECONDS_BETWEEN_WORDS = 5.0


@dataclass(frozen=True, slots=True)
class Proof:
    """How many cases were tried, how many laws failed, and whatever else was measured."""

    cases: int
    failed: int
    measured: dict[str, Any] = field(default_factory=dict)


class Progress:
    """Says on stderr how far a proof is, every few seconds."""

    def __init__(self, suite: str, of: int) -> None:
        self._suite, self._of, self.done = suite, of, 0
        self._spoken_at = time.monotonic()

    def step(self) -> None:
        self.done += 1
        if time.monotonic() - self._spoken_at >= SECONDS_BETWEEN_WORDS:
            self._spoken_at = time.monotonic()
            say(f"{self._suite}: {self.done:,} of {self._of:,}")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def prove[Case](
    suite: str,
    wrong: Callable[[Case], list[str]],
    cases: st.SearchStrategy[Case],
    *,
    number: int,
    chance: int,
) -> Proof:
    """Try a law on `number` cases that the seed `chance` draws; what fails is shrunk and printed.

    `wrong` is what a case shows to be against the law: nothing, as long as it holds.
    The same suite, number and seed draw the same cases again.
    """
    progress = Progress(suite, number)

    @seed(chance)
    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(case=cases)
    def tried(case: Case) -> None:
        progress.step()
        if found := wrong(case):
            raise AssertionError("\n".join([*found, str(case)]))

    failed = _failures(tried)
    return Proof(progress.done, failed)


def _failures(tried: Callable[[], None]) -> int:
    """How many different failures there were; each is printed."""
    try:
        tried()
    except BaseExceptionGroup as several:
        traceback.print_exc()
        return len(several.exceptions)
    except Exception:  # noqa: BLE001 - it is told, and counted
        traceback.print_exc()
        return 1
    return 0
