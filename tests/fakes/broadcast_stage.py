"""A broadcast from request to receipt: a table in memory, and time that only sleeps move."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any

from tandem.broadcasts.audience.list_reading import ListReading
from tandem.broadcasts.audience.lists import UploadedLists
from tandem.broadcasts.audience.named_segments import NamedSegments
from tandem.broadcasts.audience.sources import Sources
from tandem.broadcasts.planning import Planner
from tandem.broadcasts.plans.creating import Broadcasts
from tandem.broadcasts.plans.facts import PlanFacts
from tandem.broadcasts.plans.plan_making import PlanMaking
from tandem.broadcasts.sending.attempts import Attempts
from tandem.broadcasts.sending.holding import Holding
from tandem.broadcasts.sending.outcomes import Outcomes
from tandem.broadcasts.sending.sender import Crew, Sender
from tandem.broadcasts.sending.settling import Recipients
from tandem.broadcasts.series.occurring import Occurring
from tandem.broadcasts.series.recurring import Recurring
from tandem.conversations.recording import Recording
from tandem.meta.errors import Reason, graph_error
from tandem.meta.graph import Accepted
from tandem.meta.outgoing import SendBody
from tandem.model.broadcast import (
    Addressee,
    Audience,
    Broadcast,
    BroadcastRequest,
    Category,
    Timing,
)
from tandem.model.errors import NotFound
from tandem.model.events import StatusNote
from tandem.model.identity import Person
from tandem.model.line import Line, LineState, Mode
from tandem.model.recipient import Progress, Recipient, RecipientState, Slice
from tandem.model.template import FilledBy, KnownTemplate
from tandem.model.uploaded import UploadedList
from tandem.store.audiences import Audiences
from tandem.store.broadcasts import BroadcastRows
from tandem.store.lines import Lines
from tandem.store.lists import Lists
from tandem.store.messages import Messages
from tandem.store.pace import Pace
from tandem.store.people import People
from tandem.store.plans import Part, PlanParts, PlanRows
from tandem.store.queues import Job, Queue
from tandem.store.rates import RateCards
from tandem.store.recipients import RecipientRows
from tandem.store.schedules import Schedules
from tandem.store.segments import Segments
from tandem.store.series import SeriesRows
from tandem.store.talks import Talks
from tandem.store.templates import Templates
from tests.fakes.crashing import CrashingTable, Fuse
from tests.fakes.memory_aws import MemoryBuckets, Wire

TENANT, LINE, WABA = "acme", "106540352242922", "102290129340398"
NOW = 1_790_000_000


class SleepingTime:
    """A clock that stands still unless somebody sleeps."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds


class InlineExecutor(Executor):
    """Makes each call at once, in the caller's own thread; a death is the caller's death."""

    def submit[**P, T](self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - an executor hands errors on
            future.set_exception(error)
        return future


class FakeQueue(Queue):
    """A queue in memory; a FIFO one forgets what it has seen for five minutes under one id."""

    def __init__(self, time: SleepingTime) -> None:
        self._time = time
        self._seen: dict[tuple[str | None, str], float] = {}
        self.jobs: list[dict[str, Any]] = []
        self.groups: list[str | None] = []
        self.held: list[tuple[float, dict[str, Any]]] = []
        self.fuse: Fuse | None = None

    def let_go(self) -> None:
        """Show the jobs whose delay is over."""
        self.jobs += [job for at, job in self.held if at <= self._time.now]
        self.held = [(at, job) for at, job in self.held if at > self._time.now]

    def put(
        self, job: Job, *, group: str | None = None, dedup: str | None = None, delay: int = 0
    ) -> None:
        def effect() -> None:
            if dedup is not None:
                if self._time.now - self._seen.get((group, dedup), -300) < 300:
                    return
                self._seen[group, dedup] = self._time.now
            if delay:
                self.held.append((self._time.now + delay, dict(job)))
                return
            self.jobs.append(dict(job))
            self.groups.append(group)

        self.fuse.burn(effect) if self.fuse else effect()


class FakeAudiences(Audiences):
    def __init__(self) -> None:
        self.objects: dict[str, tuple[Addressee, ...]] = {}
        self.fuse: Fuse | None = None

    def keep(self, name: str, people: Iterable[Addressee]) -> None:
        def effect() -> None:
            self.objects[name] = tuple(people)

        self.fuse.burn(effect) if self.fuse else effect()

    def fetch(self, name: str) -> tuple[Addressee, ...]:
        return self.objects[name]


class FakeParts(PlanParts):
    """The parts of plans in memory."""

    def __init__(self) -> None:
        self.parts: dict[tuple[str, str, int], Part] = {}
        self.first: dict[tuple[str, str, int], Part] = {}
        self.marks: dict[tuple[str, str, int], bytes] = {}
        self.fuse: Fuse | None = None

    def get(self, tenant: str, edition: str, number: int) -> Part | None:
        return self.parts.get((tenant, edition, number))

    def keep(self, tenant: str, edition: str, number: int, part: Part) -> Part:
        def effect() -> Part:
            return self.parts.setdefault((tenant, edition, number), part)

        return self.fuse.burn(effect) if self.fuse else effect()

    def begun(self, tenant: str, edition: str, number: int) -> Part | None:
        return self.first.get((tenant, edition, number))

    def keep_begun(self, tenant: str, edition: str, number: int, part: Part) -> None:
        def effect() -> None:
            self.first[tenant, edition, number] = part

        self.fuse.burn(effect) if self.fuse else effect()

    def keep_seen(self, tenant: str, edition: str, number: int, seen: bytes) -> None:
        def effect() -> None:
            self.marks[tenant, edition, number] = seen

        self.fuse.burn(effect) if self.fuse else effect()

    def seen(self, tenant: str, edition: str, parts: Iterable[int]) -> bytes:
        return b"".join(self.marks[tenant, edition, part] for part in parts)


class FakeSchedules(Schedules):
    def __init__(self) -> None:
        self.times: dict[str, int] = {}
        self.fuse: Fuse | None = None

    def put(self, tenant: str, edition: str, at: int) -> None:
        def effect() -> None:
            self.times.setdefault(edition, at)

        self.fuse.burn(effect) if self.fuse else effect()

    def take_back(self, edition: str) -> None:
        def effect() -> None:
            self.times.pop(edition, None)

        self.fuse.burn(effect) if self.fuse else effect()


@dataclass
class Call:
    """One call that reached Meta: to whom, when, and how it ended there."""

    alias: str
    at: float
    callback: str
    wamid: str | None
    edge: str = "messages"


@dataclass
class FakeMeta:
    """Takes every message unless `answer` raises; with a `rate` it throttles any sliding second."""

    time: SleepingTime
    rate: int | None = None
    answer: Callable[[str], None] = lambda _alias: None
    lose: Callable[[str], None] = lambda _alias: None
    """Raises when the answer to a message that was taken is lost."""
    refuse_edge: dict[str, Exception] = field(default_factory=dict)
    gone: bool = False
    """Whether the token is worth nothing, as after the owner has disconnected."""
    known_as: dict[str, str] = field(default_factory=dict)
    """The number under which Meta knows somebody, by the alias that was written to."""
    calls: list[Call] = field(default_factory=list)
    fuse: Fuse | None = None

    def send(self, line: str, body: SendBody) -> Accepted:
        assert line == LINE
        take = lambda: self._take(body)  # noqa: E731
        return self.fuse.burn(take) if self.fuse else take()

    def _take(self, body: SendBody) -> Accepted:
        now = self.time.now
        call = Call(body.alias, now, body.callback or "", None, body.edge)
        self.calls.append(call)
        if self.rate is not None:
            recent = sum(1 for c in self.calls[-2000:] if c.wamid and c.at > now - 1)
            if recent >= self.rate:
                raise meta_error(130429)
        if self.gone:
            raise meta_error(190)
        if (refusal := self.refuse_edge.get(body.edge)) is not None:
            raise refusal
        self.answer(body.alias)
        call.wamid = f"wamid.{len(self.calls)}"
        self.lose(body.alias)
        phone = body.alias.removeprefix("phone:") if body.alias.startswith("phone:") else None
        user = body.alias.removeprefix("bsuid:") if body.alias.startswith("bsuid:") else None
        wa_id = self.known_as.get(body.alias, phone)
        return Accepted(call.wamid, input=phone, wa_id=wa_id, user_id=user)

    @property
    def accepted(self) -> list[Call]:
        return [call for call in self.calls if call.wamid]

    def to(self, alias: str) -> int:
        """How many messages Meta took for this person."""
        return sum(call.alias == alias for call in self.accepted)


def meta_error(code: int) -> Exception:
    """Meta's error of this code, of its family."""
    return graph_error(Reason(code=code, title=f"error {code}", http=400))


def phone(number: int) -> str:
    return f"1555010{number:04d}"


def people(count: int) -> tuple[Addressee, ...]:
    return tuple(Addressee(f"+{phone(n)}", values={"body.1": f"Ana {n}"}) for n in range(count))


def template_of(category: Category = Category.UTILITY, status: str = "APPROVED") -> KnownTemplate:
    """The one template of the stage's account."""
    return KnownTemplate(
        waba=WABA,
        name="spring_offer",
        language="en_US",
        status=status,
        category=category.value.upper(),
        components=({"type": "BODY", "text": "{{1}}, everything blue is 20 % off."},),
        read_at=NOW,
    )


class Stage:
    """One tenant, one line, and every verb of broadcasts around one table.

    `revive()` gives the same world to workers that remember nothing, as after a death.
    """

    def __init__(self, *, rate: int = 20, category: Category = Category.UTILITY) -> None:
        self.table = CrashingTable()
        self.time = SleepingTime()
        self.category = category
        self.meta = FakeMeta(self.time)
        self.plan_queue, self.send_queue = FakeQueue(self.time), FakeQueue(self.time)
        self.audiences, self.schedules = FakeAudiences(), FakeSchedules()
        self.parts = FakeParts()
        self.list_queue = FakeQueue(self.time)
        self.buckets = MemoryBuckets(Wire())
        self.revive()
        self.templates.note_listing(TENANT, WABA, [template_of(category)], at=NOW)
        self.lines.save_connected(
            Line(
                tenant=TENANT,
                line=LINE,
                waba=WABA,
                display_number="15550100000",
                mode=Mode.COEXISTENCE,
                state=LineState.ACTIVE,
                onboarded_at=NOW - 1000,
                sync="s",
                rate=rate,
            )
        )

    def revive(self) -> None:
        table, time = self.table, self.time
        self.rows, self.recipients = BroadcastRows(table), RecipientRows(table)
        self.lines, self.people = Lines(table), People(table)
        self.messages, self.pace = Messages(table), Pace(table, time.clock, time.sleep)
        recording = Recording(messages=self.messages, talks=Talks(table), people=self.people)
        self.talks, self.plans = Talks(table), PlanRows(table)
        self.templates, self.cards = Templates(table), RateCards(table)
        self.segments = Segments(table)
        self.lists = Lists(table, self.buckets, "archive")  # type: ignore[arg-type]
        self.outcomes = Outcomes(rows=self.rows, recipients=self.recipients, clock=time.clock)
        self.list_reading = ListReading(lists=self.lists)
        self.named_segments = NamedSegments(
            segments=self.segments,
            people=self.people,
            talks=self.talks,
            lines=self.lines,
            clock=time.clock,
        )
        self.holding = Holding(
            rows=self.rows,
            recipients=self.recipients,
            lines=self.lines,
            plan_queue=self.plan_queue,
            schedules=self.schedules,
            clock=time.clock,
        )
        self.broadcasts = Broadcasts(
            rows=self.rows,
            lines=self.lines,
            template_of=self.template,
            audiences=self.audiences,
            segments=self.segments,
            plan_queue=self.plan_queue,
            schedules=self.schedules,
            clock=time.clock,
        )
        self.series = SeriesRows(table)
        self.uploads = UploadedLists(
            lists=self.lists,
            rows=self.rows,
            series=self.series,
            queue=self.list_queue,
            clock=time.clock,
        )
        self.recurring = Recurring(
            rows=self.series,
            broadcast_rows=self.rows,
            broadcasts=self.broadcasts,
            plan_queue=self.plan_queue,
            clock=time.clock,
        )
        self.occurring = Occurring(rows=self.series, broadcasts=self.broadcasts, clock=time.clock)
        self.making = PlanMaking(
            rows=self.plans,
            parts=self.parts,
            recipients=self.recipients,
            people=self.people,
            sources=Sources(
                audiences=self.audiences, people=self.people, talks=self.talks, lists=self.lists
            ),
            facts=PlanFacts(
                cards=self.cards,
                talks=self.talks,
                messages=self.messages,
                rows=self.rows,
                lists=self.lists,
                clock=time.clock,
            ),
            clock=time.clock,
        )
        self.planner = Planner(
            rows=self.rows,
            recipients=self.recipients,
            lines=self.lines,
            templates=self.templates,
            plans=self.plans,
            series=self.series,
            making=self.making,
            plan_queue=self.plan_queue,
            send_queue=self.send_queue,
            clock=time.clock,
        )
        self.settler = Recipients(
            rows=self.rows,
            recipients=self.recipients,
            lines=self.lines,
            people=self.people,
            recording=recording,
        )
        self.sender = Sender(
            rows=self.rows,
            recipients=self.recipients,
            lines=self.lines,
            templates=self.templates,
            people=self.people,
            attempts=Attempts(
                rows=self.rows,
                recipients=self.recipients,
                lines=self.lines,
                people=self.people,
                recording=recording,
                pace=self.pace,
                clock=time.clock,
            ),
            graph_of=lambda _tenant, _line: self.meta,
            pace=self.pace,
            send_queue=self.send_queue,
            crew=Crew(executor=InlineExecutor(), size=8),
            clock=time.clock,
            sleep=time.sleep,
        )

    def light(self, fuse: Fuse | None) -> None:
        """Put everything outside the process on one fuse."""
        self.table.fuse = self.meta.fuse = fuse
        self.plan_queue.fuse = self.send_queue.fuse = fuse
        self.audiences.fuse = self.schedules.fuse = self.parts.fuse = fuse

    # ---- what happens

    def template(self, line: Line, name: str, language: str) -> KnownTemplate:
        """What the api knows of a template; NotFound for one that Meta does not list."""
        found = self.templates.get(line.tenant, WABA, name, language)
        if found is None:
            raise NotFound(f"there is no template {name}")
        return found

    def request(self, audience: tuple[Addressee, ...] | Audience, **more: Any) -> BroadcastRequest:
        """A request that approves of its own plan; people without a value are called friends."""
        asked = {
            "line": LINE,
            "name": "Spring",
            "template": "spring_offer",
            "language": "en_US",
            "audience": audience if isinstance(audience, Audience) else Audience(audience),
            "filling": {"body.1": FilledBy(field="name", fallback="friend")},
            "by": "Kim",
            "approve": True,
        }
        if "schedule_at" in more:
            asked["timing"] = Timing(at=more.pop("schedule_at"))
        return BroadcastRequest(**{**asked, **more})

    def create(self, audience: tuple[Addressee, ...] | Audience = (), **more: Any) -> Broadcast:
        return self.broadcasts.create(TENANT, self.request(audience, **more))

    def uploaded(self, content: bytes, **more: Any) -> UploadedList:
        """A list of this content, uploaded and read."""
        asked = {"size": len(content), "country": None, "by": "Kim"} | more
        new, _ = self.uploads.create(TENANT, "Spring", **asked)
        self.buckets.put_object(Bucket="archive", Key=f"uploads/{TENANT}/{new.id}", Body=content)
        self.uploads.read(TENANT, new.id)
        while self.list_queue.jobs:
            job = self.list_queue.jobs.pop(0)
            self.list_reading.read(job["tenant"], job["list"])
        return self.uploads.get(TENANT, new.id)

    def started(self, audience: tuple[Addressee, ...]) -> Broadcast:
        """A broadcast that is created and planned, with its slices waiting."""
        broadcast = self.create(audience)
        self.plan()
        return broadcast

    def plan(self) -> None:
        self.plan_queue.let_go()
        while self.plan_queue.jobs:
            job = self.plan_queue.jobs[0]
            if "series" in job:
                self.occurring.advance(job["tenant"], job["series"])
            else:
                self.planner.plan(job["tenant"], job["broadcast"])
            del self.plan_queue.jobs[0]

    def work(self, *, seconds: float = 120.0) -> None:
        """Senders of `seconds` each take slices until there are none."""
        while self.send_queue.jobs:
            until = self.time.now + seconds
            self.sender.send(
                Slice(**self.send_queue.jobs[0]), lambda end=until: end - self.time.now
            )
            del self.send_queue.jobs[0]

    def keep_watch(self) -> None:
        """What the line keeper does with broadcasts and series, and all that follows from it."""
        for due in list(self.series.overdue(int(self.time.now))):
            self.plan_queue.put({"tenant": due.tenant, "series": due.series})
        for watch in list(self.rows.overdue(int(self.time.now))):
            self.plan_queue.put({"tenant": watch.tenant, "broadcast": watch.broadcast})
        self.plan()
        self.work()

    def tell(self, call: Call, state: str, *, at: int | None = None, **more: Any) -> None:
        """A status webhook for one call that Meta took."""
        kind, _, value = call.alias.partition(":")
        person = Person(**{kind: value})
        note = StatusNote(
            LINE, call.wamid or "", state, at or int(call.at) + 1, person, call.callback, **more
        )
        self.settler.settle(TENANT, note)

    # ---- what can be seen

    def progress(self, broadcast: Broadcast) -> Progress:
        return self.outcomes.progress(self.broadcasts.get(TENANT, broadcast.id))

    def everybody(self, broadcast: Broadcast) -> list[Recipient]:
        """Every recipient, in the order of the audience."""
        known = self.broadcasts.get(TENANT, broadcast.id)
        return list(self.recipients.all(TENANT, known.edition, known.size))

    def states(self, broadcast: Broadcast) -> dict[str, int]:
        """The states that occur, and how often."""
        counted = self.progress(broadcast).states
        return {state.value: count for state, count in counted.items() if count}

    def state_of(self, broadcast: Broadcast, number: int) -> RecipientState:
        found = self.recipients.get(TENANT, broadcast.edition, number)
        assert found is not None
        return found.state(int(self.time.now))
