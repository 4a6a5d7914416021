"""A broadcast from request to receipt, with all of its workers: on a table in memory."""

from typing import Any

from tandem.broadcasts.audience.list_reading import ListReading
from tandem.broadcasts.audience.lists import UploadedLists
from tandem.broadcasts.audience.named_segments import NamedSegments
from tandem.broadcasts.audience.sources import Sources
from tandem.broadcasts.planning import Planner
from tandem.broadcasts.plans.creating import Broadcasts
from tandem.broadcasts.plans.facts import PlanFacts
from tandem.broadcasts.plans.looks import bring
from tandem.broadcasts.plans.plan_making import PlanMaking
from tandem.broadcasts.sending.attempts import Attempts
from tandem.broadcasts.sending.holding import Holding
from tandem.broadcasts.sending.outcomes import Outcomes
from tandem.broadcasts.sending.sender import Crew, Sender
from tandem.broadcasts.sending.settling import Recipients
from tandem.broadcasts.series.occurring import Occurring
from tandem.broadcasts.series.recurring import Recurring
from tandem.conversations.recording import Recording
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
from tandem.store.broadcasts import BroadcastRows
from tandem.store.due import ROUND_SECONDS
from tandem.store.lines import Lines
from tandem.store.lists import Lists
from tandem.store.messages import Messages
from tandem.store.pace import Pace
from tandem.store.people import People
from tandem.store.plans import PlanRows
from tandem.store.rates import RateCards
from tandem.store.recipients import RecipientRows
from tandem.store.segments import Segments
from tandem.store.series import SeriesRows
from tandem.store.talks import Talks
from tandem.store.templates import Templates
from tests.fakes.broadcast_world import (
    LINE,
    NOW,
    TENANT,
    WABA,
    Call,
    FakeAudiences,
    FakeMeta,
    FakeParts,
    FakeQueue,
    FakeSchedules,
    InlineExecutor,
    SleepingTime,
    template_of,
)
from tests.fakes.crashing import CrashingTable, Fuse
from tests.fakes.memory_aws import MemoryBuckets, Wire


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
            plan_queue=self.plan_queue,
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
                self.planner.plan(job["tenant"], job["broadcast"], at=job.get("at"))
            del self.plan_queue.jobs[0]

    def work(self, *, seconds: float = 120.0) -> None:
        """Senders of `seconds` each take slices until there are none, and the planner is asked for
        more meanwhile.
        """
        while self.send_queue.jobs:
            until = self.time.now + seconds
            self.sender.send(
                Slice(**self.send_queue.jobs[0]), lambda end=until: end - self.time.now
            )
            del self.send_queue.jobs[0]
            self.plan()

    def rest(self) -> None:
        """While no sender works: until the planner is brought something, by a job that was delayed
        or by the keeper, who comes every five minutes.
        """
        held = [at for at, _ in self.plan_queue.held]
        round_at = (self.time.now // ROUND_SECONDS + 1) * ROUND_SECONDS
        if not self.plan_queue.jobs:
            self.time.now = min([*held, round_at])
        if self.time.now == round_at:
            self.keep_watch()
        self.plan()

    def keep_watch(self) -> None:
        """What the line keeper does with broadcasts and series, and all that follows from it."""
        for due in list(self.series.overdue(int(self.time.now))):
            self.plan_queue.put({"tenant": due.tenant, "series": due.series})
        now = int(self.time.now)
        for watch in list(self.rows.due(now + ROUND_SECONDS)):
            bring(self.plan_queue, watch.tenant, watch.broadcast, at=watch.at, now=now)
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
