"""`python -m bench.broadcast [people]`: broadcasts as they are sent and planned, beside what they
promise. A table, and as the last line a JSON object. Exit code 0 only if every budget holds.

Sent in simulated time by the real planner, senders, attempts and budget, through as many lanes as
the rate needs, while the team replies as it did before; and for a minute in real time.
"""

import json
import resource
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.table import Table as Shown

from bench.lanes import Lanes
from bench.measure import Result
from bench.pace import BUDGET, in_real_time
from simulator.limits import Throughput
from tandem.broadcasts.plans.traffic import STRETCH_SECONDS
from tandem.broadcasts.sending.slices import lanes_of
from tandem.conversations.recording import Recording
from tandem.meta.errors import Reason, Throttled, graph_error
from tandem.meta.graph import Accepted
from tandem.meta.outgoing import SendBody
from tandem.model.broadcast import Audience, Broadcast
from tandem.model.events import ContactNote, Content, Sighting, Source
from tandem.model.identity import Person
from tandem.model.line import Mode
from tandem.model.rates import Charged, RateCard
from tandem.model.recipient import Slice
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, NOW, TENANT

REPLY_EVERY_SECONDS = 3.0
OFTEN_SECONDS = 0.5
REPLIED_TO = 400
"""So many people are replied to by turns."""

SENDER_SECONDS = 120.0
STEP_SECONDS = 60.0
"""A planner that is stopped after so long, over and over."""

REAL_SECONDS = 60.0
FORECAST = 0.03
"""A forecast of the time may be off by this share of it."""

EACH = Decimal("0.0040")
BATCH = 5_000


@dataclass
class LimitedMeta:
    """Takes at most `rate` messages in any sliding second, and bills each of them."""

    time: Lanes
    rate: int
    taken: list[float] = field(default_factory=list)
    throttled: int = 0
    bill: Decimal = Decimal(0)
    _limit: Throughput = field(default_factory=Throughput)

    def send(self, _line: str, body: SendBody) -> Accepted:
        now = self.time.now
        if not self._limit.allows(self.rate, now):
            self.throttled += 1
            raise graph_error(Reason(code=130429, title="Rate limit hit", http=400))
        self._limit.take(now)
        self.taken.append(now)
        if body.kind == "template":
            self.bill += EACH
        return Accepted(f"wamid.{len(self.taken)}", wa_id=body.alias.removeprefix("phone:"))


@dataclass(frozen=True, slots=True)
class Sent:
    """One broadcast: the share of the rate that was used, the longest wait of a reply (s), its
    seconds as forecast and as they were, its cost as forecast and as billed.
    """

    people: int
    share: float
    throttled: int
    longest_wait: float
    forecast_seconds: int
    seconds: float
    forecast_cost: Decimal
    bill: Decimal


def phone(number: int) -> str:
    """A number of the United States that is nobody's: 555 in an area code."""
    area, rest = divmod(number, 10_000)
    return f"1{_AREAS[area]}555{rest:04d}"


_AREAS = [area for area in range(201, 990) if area % 100 != 11 and area // 10 % 10 != 9]


def world(rate: int, people: int) -> tuple[Stage, LimitedMeta, Lanes]:
    """A stage in simulated time with so many contacts and a card of one price."""
    stage, lanes = Stage(rate=rate), Lanes(NOW)
    line = stage.lines.get(TENANT, LINE)
    assert line is not None
    stage.lines.save_connected(replace(line, mode=Mode.CLOUD, onboarded_at=line.onboarded_at + 1))
    meta = LimitedMeta(lanes, rate)
    stage.time, stage.meta = lanes, meta  # type: ignore[assignment]
    for queue in (stage.plan_queue, stage.send_queue):
        queue._time = lanes  # type: ignore[assignment] # noqa: SLF001
    stage.revive()
    rates = {"North America": {Charged.UTILITY: EACH}}
    stage.cards.keep(TENANT, RateCard("bench", "USD", date(2026, 1, 1), "bench", rates), at=NOW)
    for first in range(0, people, BATCH):
        stage.people.note_contacts(
            TENANT,
            [
                ContactNote(LINE, Person(phone=phone(n), name=f"Ana {n}"), NOW - 10, removed=False)
                for n in range(first, min(first + BATCH, people))
            ],
        )
    return stage, meta, lanes


def replied(stage: Stage, every: float) -> None:
    """The team has replied to somebody every so many seconds for as long as anybody looks back."""
    recording = Recording(messages=stage.messages, talks=stage.talks, people=stage.people)
    for reply in range(int(STRETCH_SECONDS / every)):
        recording.record(
            TENANT,
            Sighting(
                line=LINE,
                wamid=f"wamid.before.{reply}",
                source=Source.API,
                at=int(NOW - reply * every),
                person=Person(phone=phone(reply % REPLIED_TO)),
                content=Content(kind="text", text="Yes"),
            ),
        )


def sent(rate: int, people: int, *, every: float = REPLY_EVERY_SECONDS) -> Sent:
    """A broadcast to everybody, from the request to its end, with a reply every so many seconds."""
    stage, meta, lanes = world(rate, people)
    replied(stage, every)
    broadcast = stage.create(audience=Audience(segment="phone is known"))
    stage.plan()
    known = stage.broadcasts.get(TENANT, broadcast.id)
    assert known.plan is not None
    assert known.plan.included == people
    waits: list[float] = []
    while not stage.broadcasts.get(TENANT, broadcast.id).over:
        _work(stage, lanes, meta, rate, every, waits)
        if not stage.broadcasts.get(TENANT, broadcast.id).over:
            watched = stage.rows.watched_at(TENANT, broadcast.id) or 0
            lanes.now = max(lanes.now, watched)
            stage.plan_queue.put({"tenant": TENANT, "broadcast": broadcast.id})
            stage.plan()
    took = meta.taken[-1] - meta.taken[0]
    forecast = known.plan.forecast
    return Sent(
        people,
        (len(meta.taken) - 1) / took / rate,
        meta.throttled,
        max(waits, default=0.0),
        forecast.seconds,
        meta.taken[-1] - NOW,
        forecast.total,
        meta.bill,
    )


def _work(
    stage: Stage, lanes: Lanes, meta: LimitedMeta, rate: int, every: float, waits: list[float]
) -> None:
    """As many senders as the rate needs empty the queue, each a process of its own."""
    jobs = deque(Slice(**job) for job in stage.send_queue.jobs)
    stage.send_queue.jobs.clear()
    working = [True]

    def sender() -> None:
        stage.revive()
        own = stage.sender
        while jobs or stage.send_queue.jobs:
            piece = jobs.popleft() if jobs else Slice(**stage.send_queue.jobs.pop(0))
            until = lanes.now + SENDER_SECONDS
            own.send(piece, lambda end=until: end - lanes.now)  # type: ignore[misc]
        working[0] = False

    def replier() -> None:
        stage.revive()
        pace, due = stage.pace, lanes.now
        while working[0]:
            wait = pace.take(TENANT, LINE, rate=rate, people=True)
            waits.append(wait)
            lanes.sleep(wait)
            with suppress(Throttled):  # counted by Meta
                meta.send(LINE, SendBody("phone:15550100001", "text", {"body": "Yes"}))
            due += every
            lanes.sleep(max(0.0, due - lanes.now))

    lanes.run([sender] * lanes_of(rate) + [replier])


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
    for rate in (20, 80):
        real = in_real_time(rate, seconds=REAL_SECONDS)
        name = f"a minute in real time at {rate}/s"
        yield Result(f"{name}: share of the rate", real.share, BUDGET, "", "limiter", at_least=True)
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
