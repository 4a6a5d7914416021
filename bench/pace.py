"""How near a broadcast comes to the line's rate, and how long a reply waits beside it.

At 20 and 80 messages a second: the real sender with its threads, and beside it the real verb of
whoever replies, in real time, against a Meta that takes 50 ms a call and counts every sliding
second; where asked for, the process is stopped now and then, as on a busy machine. At 1,000, where
a line has as many lanes as no one machine runs: the real budget shared by 13 lanes in simulated
time, over a network that jitters. The table is in memory: what is measured is our pacing, not an
engine.
"""

import heapq
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from bench.measure import Result
from bench.real_time import LATENCY_SECONDS, LimitedMeta, RealTime, SharedTable, stopped
from simulator.limits import Throughput
from tandem.broadcasts.sending.attempts import Attempts
from tandem.broadcasts.sending.sender import Crew, Sender
from tandem.broadcasts.sending.slices import lanes_of, slice_size
from tandem.conversations.recording import Recording
from tandem.model.broadcast import Audience, Broadcast, Rules, Timing
from tandem.model.identity import Person
from tandem.model.line import Line, LineState, Mode
from tandem.model.recipient import Recipient, Slice
from tandem.model.template import KnownTemplate
from tandem.store.broadcasts import BroadcastRows
from tandem.store.lines import Lines
from tandem.store.messages import Messages
from tandem.store.pace import Pace
from tandem.store.people import People
from tandem.store.recipients import RecipientRows
from tandem.store.talks import Talks
from tandem.store.templates import Templates
from tests.fakes.broadcast_world import LINE, NOW, TENANT
from tests.fakes.front_desk import FrontDesk
from tests.fakes.memory_table import MemoryTable

SECONDS = 10.0
JITTER_SECONDS = 0.01
REPLY_EVERY_SECONDS = 0.2
BUDGET = 0.97


def results() -> Iterator[Result]:
    """The figures of every rate beside their budgets."""
    for rate, measured in (
        (20, in_real_time(20)),
        (80, in_real_time(80)),
        (1000, in_simulated_time(1000)),
    ):
        yield Result(
            f"broadcast at {rate}/s: share of the rate that is used",
            measured.share,
            BUDGET,
            "",
            "Meta's limiter over a sliding second",
            at_least=True,
        )
        yield Result(f"broadcast at {rate}/s: throttled", measured.throttled, 0, "calls", "none")
        yield Result(
            f"broadcast at {rate}/s: longest wait of a reply", measured.longest_wait, 1, "s", "none"
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: the share of the rate that Meta saw used, and the longest wait of a reply (s)."""

    share: float
    throttled: int
    longest_wait: float


def in_real_time(rate: int, seconds: float = SECONDS, *, stops: int = 0) -> Measured:
    """A sender's threads at work while somebody replies five times a second, in a process that is
    stopped so many times on the way.
    """
    table, meta = SharedTable(), LimitedMeta(rate)
    replies = _Replies(table, meta)
    size = int(rate * seconds)
    _arrange(table, rate, size)
    piece = slice_size(rate)
    slices = [
        Slice(TENANT, "b.1", LINE, first, min(first + piece, size) - 1)
        for first in range(0, size, piece)
    ]
    sender = _sender(table, meta)
    with stopped(stops, every=seconds / (stops + 1)), replies.going_on():
        for one in slices:
            sender.send(one, lambda: 1000.0)
    achieved = (len(meta.taken) - 1) / (max(meta.taken) - min(meta.taken))
    return Measured(achieved / rate, meta.throttled, max(replies.waits))


def in_simulated_time(rate: int) -> Measured:
    """Lanes that always have work, replies in between; arrivals jitter by their own chance."""
    table, chance, now = MemoryTable(), random.Random(7), [0.0]
    lanes = lanes_of(rate)
    paces = [Pace(table, lambda: now[0], lambda _: None) for _ in range(lanes + 1)]
    events = [(0.0, lane) for lane in range(lanes + 1)]
    arrivals: list[float] = []
    waits: list[float] = []
    while events:
        now[0], lane = heapq.heappop(events)
        if now[0] > SECONDS:
            break
        if lane == 0:
            waits.append(paces[0].next_slot(TENANT, LINE, rate=rate) - now[0])
            slots, ask = [now[0] + waits[-1]], now[0] + REPLY_EVERY_SECONDS
        else:
            turn = paces[lane].reserve(TENANT, LINE, rate=rate, count=32, people=False)
            slots = [turn.at + place * turn.step for place in range(turn.count)]
            ask = max(turn.at, now[0] + LATENCY_SECONDS) if slots else turn.at
        heapq.heappush(events, (ask, lane))
        arrivals += [slot + chance.expovariate(1 / JITTER_SECONDS) for slot in slots]
    taken, throttled = _limited(sorted(arrivals), rate)
    return Measured((taken - 1) / (arrivals[-1] - arrivals[0]) / rate, throttled, max(waits))


def _limited(arrivals: list[float], rate: int) -> tuple[int, int]:
    """How many arrivals a limiter over a sliding second takes, and how many it throttles."""
    limit, taken = Throughput(), 0
    for at in arrivals:
        if limit.allows(rate, at):
            limit.take(at)
            taken += 1
    return taken, len(arrivals) - taken


def _arrange(table: MemoryTable, rate: int, size: int) -> None:
    line = Line(TENANT, LINE, "2", "15550100000", Mode.CLOUD, LineState.ACTIVE, NOW, "s", rate=rate)
    Lines(table).save_connected(line)
    template = KnownTemplate("2", "hello", "en_US", "APPROVED", "UTILITY", ())
    broadcast = Broadcast(
        id="b",
        tenant=TENANT,
        line=LINE,
        name="Bench",
        template=template,
        filling={},
        audience=Audience(),
        timing=Timing(),
        rules=Rules(),
        start_at=1,
        created_at=1,
        by="bench",
        given="",
        fingerprint="",
    )
    BroadcastRows(table).insert(broadcast)
    people = [Recipient(n, Person(phone=f"1555{n:07d}")) for n in range(size)]
    RecipientRows(table).insert_absent(TENANT, broadcast.edition, people)


def _sender(table: MemoryTable, meta: LimitedMeta) -> Sender:
    rows, recipients, lines = BroadcastRows(table), RecipientRows(table), Lines(table)
    people, pace = People(table), Pace(table, time.time, time.sleep)
    recording = Recording(messages=Messages(table), talks=Talks(table), people=people)
    attempts = Attempts(
        rows=rows,
        recipients=recipients,
        lines=lines,
        people=people,
        recording=recording,
        pace=pace,
        clock=time.time,
    )
    return Sender(
        rows=rows,
        recipients=recipients,
        lines=lines,
        templates=Templates(table),
        people=people,
        attempts=attempts,
        graph_of=lambda _tenant, _line: meta,
        pace=pace,
        plan_queue=None,  # type: ignore[arg-type] # nothing is closed, and nothing handed on
        send_queue=None,  # type: ignore[arg-type] # within the time given
        crew=Crew(executor=ThreadPoolExecutor(32), size=32),
        clock=time.time,
        sleep=time.sleep,
    )


class _Replies:
    """Somebody who replies to Ana through the API, over and over; how long each reply waited (s)
    until it was on its way.
    """

    def __init__(self, table: MemoryTable, meta: LimitedMeta) -> None:
        self.waits: list[float] = []
        self._desk = FrontDesk(table)
        self._desk.time, self._desk.meta = RealTime(), meta  # type: ignore[assignment]
        self._desk.revive()
        self._desk.sees("wamid.in", at=int(time.time()))
        self._over = threading.Event()

    @contextmanager
    def going_on(self) -> Iterator[None]:
        with ThreadPoolExecutor(1) as one:
            replying = one.submit(self._reply)
            try:
                yield
            finally:
                self._over.set()
        replying.result()

    def _reply(self) -> None:
        while not self._over.wait(REPLY_EVERY_SECONDS):
            asked_at = time.monotonic()
            self._desk.write("Yes")
            self.waits.append(time.monotonic() - asked_at - LATENCY_SECONDS)
