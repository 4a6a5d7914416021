"""A broadcast as it is sent, in simulated time: by the real planner, senders, attempts and budget,
through as many lanes as the rate needs, while the team replies as it did before.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from datetime import time as clock_time
from decimal import Decimal

from bench.lanes import Lanes
from simulator.limits import Throughput
from tandem.broadcasts.plans.traffic import STRETCH_SECONDS
from tandem.broadcasts.sending.slices import lanes_of
from tandem.conversations.recording import Recording
from tandem.meta.errors import Reason, graph_error
from tandem.meta.graph import Accepted
from tandem.meta.outgoing import SendBody
from tandem.model.broadcast import Audience, Broadcast, Quiet, Timing
from tandem.model.events import ContactNote, Content, Sighting, Source
from tandem.model.identity import Person
from tandem.model.line import Mode
from tandem.model.rates import Charged, RateCard
from tandem.model.recipient import Slice
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, NOW, TENANT
from tests.fakes.front_desk import FrontDesk

REPLY_EVERY_SECONDS = 3.0
REPLIED_TO = 400
"""So many people are replied to by turns."""

SENDER_SECONDS = 120.0
POLL_SECONDS = 0.5
PLANNER_SECONDS = 2.0
"""Until a planner that was asked for more begins: a queue, and a function that starts."""

EVENING = NOW + 4 * 3600 + 37 * 60
"""20:50 in Berlin, 21:50 in Helsinki, 19:50 in London."""

SIESTA = Quiet(since=clock_time(21), until=clock_time(22))
COUNTRIES = ("DE", "FI", "GB")
"""Where people are at home who sleep one after the other, by turns in the list."""

EACH = Decimal("0.0040")
BATCH = 5_000


@dataclass
class LimitedMeta:
    """Takes at most `rate` messages in any sliding second, and bills each. `others` are those that
    another system sends a second on the same line, without a word to us.
    """

    time: Lanes
    rate: int
    others: int = 0
    taken: list[float] = field(default_factory=list)
    throttled: int = 0
    bill: Decimal = Decimal(0)
    _limit: Throughput = field(default_factory=Throughput)
    _others_at: float = 0.0

    def send(self, _line: str, body: SendBody) -> Accepted:
        now = self.time.now
        self._take_others(now)
        if not self._limit.allows(self.rate, now):
            self.throttled += 1
            raise graph_error(Reason(code=130429, title="Rate limit hit", http=400))
        self._limit.take(now)
        self.taken.append(now)
        if body.kind == "template":
            self.bill += EACH
        kind, _, value = body.alias.partition(":")
        whose = {"wa_id": value} if kind == "phone" else {"user_id": value}
        return Accepted(f"wamid.{len(self.taken)}", **whose)

    def _take_others(self, until: float) -> None:
        while self.others and (at := max(self._others_at, until - 1)) <= until:
            if self._limit.allows(self.rate, at):
                self._limit.take(at)
            self._others_at = at + 1 / self.others


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


def world(rate: int, people: int, *, at: int = NOW) -> tuple[Stage, LimitedMeta, Lanes]:
    """A stage in simulated time with so many contacts and a card of one price."""
    stage, lanes = Stage(rate=rate), Lanes(at)
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
                at=int(stage.time.now - reply * every),
                person=Person(phone=phone(reply % REPLIED_TO)),
                content=Content(kind="text", text="Yes"),
            ),
        )


def sent(rate: int, people: int, *, every: float = REPLY_EVERY_SECONDS, others: int = 0) -> Sent:
    """A broadcast to everybody, from the request to its end, with a reply every so many seconds, on
    a line that others send so many a second on too.
    """
    stage, meta, lanes = world(rate, people)
    meta.others = others
    replied(stage, every)
    broadcast = stage.create(audience=Audience(segment="phone is known"))
    return _told(stage, meta, lanes, broadcast, people, every=every)


def sent_at_night(rate: int, people: int) -> Sent:
    """A broadcast to people of three countries that fall asleep and wake while it is under way."""
    stage, meta, lanes = world(rate, 0, at=EVENING)
    replied(stage, REPLY_EVERY_SECONDS)
    rows = (f"{COUNTRIES[n % len(COUNTRIES)]}.{n:015d}\n" for n in range(people))
    uploaded = stage.uploaded(f"bsuid\n{''.join(rows)}".encode())
    audience = Audience(lists=(uploaded.id,))
    broadcast = stage.create(audience, timing=Timing(quiet=SIESTA))
    return _told(stage, meta, lanes, broadcast, people, every=REPLY_EVERY_SECONDS)


def _told(
    stage: Stage,
    meta: LimitedMeta,
    lanes: Lanes,
    broadcast: Broadcast,
    people: int,
    *,
    every: float,
) -> Sent:
    """The broadcast from its plan to its end."""
    begun_at = lanes.now
    stage.plan()
    known = stage.broadcasts.get(TENANT, broadcast.id)
    assert known.plan is not None
    assert known.plan.included == people, known.plan.excluded
    waits: list[float] = []
    while not stage.broadcasts.get(TENANT, broadcast.id).over:
        if stage.send_queue.jobs:
            _work(stage, lanes, meta, every, waits)
        else:
            stage.rest()
    took = meta.taken[-1] - meta.taken[0]
    forecast = known.plan.forecast
    return Sent(
        people,
        (len(meta.taken) - 1) / took / meta.rate,
        meta.throttled,
        max(waits, default=0.0),
        forecast.seconds,
        meta.taken[-1] - begun_at,
        forecast.total,
        meta.bill,
    )


def _work(stage: Stage, lanes: Lanes, meta: LimitedMeta, every: float, waits: list[float]) -> None:
    """As many senders as the rate needs empty the queue, each a process of its own; the planner
    queues more when it is asked to.
    """
    queue, rate = stage.send_queue, meta.rate
    busy: set[str | None] = set()
    working = [True]

    def free() -> int | None:
        """The place of the first slice whose group nobody works on, as a FIFO queue has it."""
        return next((n for n, group in enumerate(queue.groups) if group not in busy), None)

    def sender() -> None:
        stage.revive()
        own = stage.sender
        while queue.jobs or busy:
            place = free()
            if place is None:
                lanes.sleep(POLL_SECONDS)
                continue
            piece, group = Slice(**queue.jobs.pop(place)), queue.groups.pop(place)
            busy.add(group)
            until = lanes.now + SENDER_SECONDS
            own.send(piece, lambda end=until: end - lanes.now)  # type: ignore[misc]
            busy.discard(group)
        working[0] = False

    def planner() -> None:
        while working[0]:
            if stage.plan_queue.jobs:
                lanes.sleep(PLANNER_SECONDS)
                stage.plan()
            lanes.sleep(POLL_SECONDS)

    def replier() -> None:
        desk = FrontDesk(stage.table)
        desk.time, desk.meta = lanes, meta  # type: ignore[assignment]
        desk.revive()
        due = lanes.now
        while working[0]:
            desk.sees(f"wamid.in.{due}", at=int(lanes.now))
            asked_at = lanes.now
            desk.write("Yes")
            waits.append(lanes.now - asked_at)
            due += every
            lanes.sleep(max(0.0, due - lanes.now))

    lanes.run([sender] * lanes_of(rate) + [replier, planner])
