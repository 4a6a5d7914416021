"""Measuring: medians of interleaved runs, so that a machine that slows down slows both sides."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Result:
    """One figure against its budget; both in `unit`. Lower is better unless `at_least`."""

    name: str
    figure: float
    budget: float
    unit: str
    floor: str
    at_least: bool = False

    @property
    def holds(self) -> bool:
        return self.figure >= self.budget if self.at_least else self.figure <= self.budget


def cpu_seconds(work: Callable[[], object], *, repeat: int) -> float:
    """The median CPU seconds of one call."""
    took = []
    for _ in range(repeat):
        begun = time.process_time()
        work()
        took.append(time.process_time() - begun)
    return statistics.median(took)


def side_by_side(
    ours: Callable[[], object], floor: Callable[[], object], *, repeat: int
) -> tuple[float, float]:
    """Median CPU seconds of both, run in turn."""
    pairs = [(cpu_seconds(ours, repeat=1), cpu_seconds(floor, repeat=1)) for _ in range(repeat)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def processes_side_by_side(ours: str, floor: str, *, repeat: int) -> tuple[float, float]:
    """Median wall seconds of two snippets, each in a Python process of its own, run in turn."""
    pairs = [(_process(ours), _process(floor)) for _ in range(repeat)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def _process(code: str) -> float:
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={
            "PYTHONPATH": f"{ROOT / 'layers' / 'domain'}:{ROOT}",
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "x",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
        },
        check=True,
    )
    return time.perf_counter() - begun
