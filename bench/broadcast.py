"""`python -m bench.broadcast [people]`: broadcasts as they are sent and planned, beside what they
promise. A table, and as the last line a JSON object. Exit code 0 only if every budget holds.

Sent in simulated time, and for a minute in real time.
"""

import json
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table as Shown

from bench.measure import Result
from bench.pace import BUDGET, in_real_time
from bench.real_time import STOP_SECONDS
from bench.sending import REPLY_EVERY_SECONDS, sent, sent_at_night, world
from tandem.model.broadcast import Audience, Broadcast
from tests.fakes.broadcast_world import TENANT

OFTEN_SECONDS = 0.5
STEP_SECONDS = 60.0
"""A planner that is stopped after so long, over and over."""

REAL_SECONDS = 60.0
STOPS = 8
BUDGET_WITH_STOPS = 0.95
"""What is not sent while a process stands still, nobody can make up for within the rate."""

OTHERS = 3
"""Messages a second that another system sends on the same line, without a word to us."""

FORECAST = 0.03
"""A forecast of the time may be off by this share of it."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan: seconds for 100,000 of its people, and the bytes that the planner needed above the
    table as it ended.
    """

    seconds: float
    peak_bytes: int


def planned(people: int) -> Planned:
    """Freeze a plan of everybody, by planners that are stopped every minute."""
    stage, _, lanes = world(80, people)
    broadcast = stage.create(audience=Audience(segment="phone is known"), approve=False)
    begun = time.monotonic()
    while stage.broadcasts.get(TENANT, broadcast.id).plan is None:
        until = time.monotonic() + STEP_SECONDS
        stage.revive()
        stage.plan_queue.jobs.clear()
        stage.planner.plan(TENANT, broadcast.id, lambda end=until: end - time.monotonic())
    lanes.sleep(0)
    took = time.monotonic() - begun
    known: Broadcast = stage.broadcasts.get(TENANT, broadcast.id)
    assert known.plan is not None
    assert known.plan.included == people, known.plan.excluded
    after = _resident()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Planned(took / people * 100_000, max(0, peak - after))


def _resident() -> int:
    """Bytes that this process holds now."""
    statm = Path("/proc/self/statm").read_text(encoding="ascii")
    return int(statm.split()[1]) * resource.getpagesize()


def results(people: int) -> Iterator[Result]:
    """Every figure beside its budget."""
    # First of all: collecting the garbage of a million people stops every thread for a while.
    for rate, stops, budget in ((20, 0, BUDGET), (20, STOPS, BUDGET_WITH_STOPS), (80, 0, BUDGET)):
        real = in_real_time(rate, seconds=REAL_SECONDS, stops=stops)
        stopped = f", stopped {stops} times for {STOP_SECONDS:g} s" if stops else ""
        name = f"a minute in real time at {rate}/s{stopped}"
        yield Result(f"{name}: share of the rate", real.share, budget, "", "limiter", at_least=True)
        yield Result(f"{name}: throttled", real.throttled, 0, "calls", "none")
        yield Result(f"{name}: longest wait of a reply", real.longest_wait, 1, "s", "none")
    plan = planned(people)
    yield Result(f"plan of {people:,}: seconds for 100,000 people", plan.seconds, 120, "s", "none")
    yield Result(
        f"plan of {people:,}: memory beside the table", plan.peak_bytes / 2**20, 256, "MiB", "none"
    )
    for rate, size, every in (
        (20, 10_000, REPLY_EVERY_SECONDS),
        (20, 10_000, OFTEN_SECONDS),
        (20, 40_000, REPLY_EVERY_SECONDS),
        (80, 10_000, REPLY_EVERY_SECONDS),
        (1_000, 100_000, REPLY_EVERY_SECONDS),
    ):
        one = sent(rate, size, every=every)
        often = f" with {1 / every:g} replies a second" if every < 1 else ""
        name = f"{size:,} people at {rate:,}/s{often}"
        yield Result(f"{name}: share of the rate", one.share, BUDGET, "", "limiter", at_least=True)
        yield Result(f"{name}: throttled", one.throttled, 0, "calls", "none")
        yield Result(f"{name}: longest wait of a reply", one.longest_wait, 1, "s", "none")
        off = abs(one.forecast_seconds / one.seconds - 1)
        yield Result(f"{name}: forecast of its time is off by", off, FORECAST, "", "as it was")
        wrong = abs(one.forecast_cost - one.bill)
        yield Result(f"{name}: forecast of its cost is off by", float(wrong), 0, "USD", "bill")
    one = sent(20, 10_000, others=OTHERS)
    left = one.share * 20 / (20 - OTHERS)
    name = f"10,000 people at 20/s of which others use {OTHERS}"
    yield Result(f"{name}: share of what they leave", left, 0.9, "", "limiter", at_least=True)
    yield Result(f"{name}: longest wait of a reply", one.longest_wait, 1, "s", "none")
    night = sent_at_night(20, 30_000)
    off = abs(night.forecast_seconds / night.seconds - 1)
    name = "30,000 people at 20/s whose countries fall asleep"
    yield Result(f"{name}: throttled", night.throttled, 0, "calls", "none")
    yield Result(f"{name}: forecast of its time is off by", off, FORECAST, "", "as it was")


def main(arguments: list[str]) -> int:
    people = int(arguments[0]) if arguments and arguments[0] else 1_000_000
    shown = Shown(box=None, pad_edge=False)
    for heading in ("", "measured", "budget", "unit"):
        shown.add_column(heading, justify="left" if heading in ("", "unit") else "right")
    told: dict[str, float] = {}
    whole = True
    for result in results(people):
        sign = "≥" if result.at_least else "≤"
        shown.add_row(result.name, f"{result.figure:.3g}", f"{sign} {result.budget:g}", result.unit)
        told[result.name] = round(result.figure, 4)
        whole = whole and result.holds
        print(f"{result.name}: {result.figure:.4g}", file=sys.stderr, flush=True)
    console = Console(width=120)
    console.print(shown)
    print(json.dumps({"holds": whole, "people": people, "measured": told}))
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
