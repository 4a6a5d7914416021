"""Sending one slice: everybody in it who waits, evenly paced, within the time there is.

Whatever cannot be done here stays planned and is found again: the rest of a slice that ran out of
time goes on as a slice of its own; what must wait for longer is left to the watch of the broadcast.
After the closing slice of those that were queued together, the planner is asked for more.
"""

import uuid
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, wait
from dataclasses import dataclass, replace

from tandem.broadcasts.sending.attempts import Attempts, Job, Sending, Verdict
from tandem.broadcasts.sending.breaker import OUTCOMES, Breaker, too_low
from tandem.broadcasts.sending.course import Course
from tandem.broadcasts.sending.gate import Gate, InSlot
from tandem.broadcasts.sending.readiness import (
    SLACK_SECONDS,
    why_not_on,
    why_not_with,
    why_wait_for,
)
from tandem.broadcasts.sending.slices import enqueue
from tandem.broadcasts.sending.waiting import Waiting
from tandem.model.broadcast import Broadcast, Category, Pause, PausedFor
from tandem.model.line import Line
from tandem.model.recipient import Recipient, Slice, edition_of
from tandem.store.broadcasts import BroadcastRows
from tandem.store.lines import Lines
from tandem.store.pace import AHEAD_SECONDS, Pace, Turn
from tandem.store.people import People
from tandem.store.queues import Queue
from tandem.store.recipients import RecipientRows
from tandem.store.templates import Templates

RESERVE_SECONDS = 20.0
"""No call begins with less time left: it may take 13 s, and must be written down after that."""

PATIENCE_SECONDS = 35.0
"""What must wait for longer than this is not waited for here."""

COURTESY_SECONDS = 5.0
"""A person who must wait for longer than this goes behind the slices that are queued already."""

LOOK_SECONDS = 1.0
"""So often a sender looks whether its broadcast is still to be sent."""

OUT_OF_REACH = 5
"""After so many calls in a row that could not even be connected, sending stops for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Who makes the calls: `size` at a time."""

    executor: Executor
    size: int


class Sender:
    """The verb of the send queue."""

    def __init__(
        self,
        *,
        rows: BroadcastRows,
        recipients: RecipientRows,
        lines: Lines,
        templates: Templates,
        people: People,
        attempts: Attempts,
        graph_of: Callable[[str, str], Sending],
        pace: Pace,
        plan_queue: Queue,
        send_queue: Queue,
        crew: Crew,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        self._rows = rows
        self._recipients = recipients
        self._lines = lines
        self._templates = templates
        self._waiting = Waiting(recipients, people, clock)
        self._attempts = attempts
        self._graph_of = graph_of
        self._pace = pace
        self._plan_queue = plan_queue
        self._send_queue = send_queue
        self._crew = crew
        self._clock = clock
        self._sleep = sleep
        self._new_id = new_id
        self._gates: dict[str, Gate] = {}

    def send(self, piece: Slice, time_left: Callable[[], float]) -> int:
        """Send to everybody in the slice who waits; how many of them still do.

        Idempotent: whoever has an open attempt or an outcome is never called for. `time_left`
        gives the seconds until this worker is stopped.
        """
        broadcast = self._rows.get(piece.tenant, edition_of(piece.edition)[0])
        if broadcast is None or broadcast.over or broadcast.edition != piece.edition:
            return 0
        line, now = self._lines.get(piece.tenant, piece.line), self._clock()
        if line is None or not self._may_begin(broadcast, line):
            self._look_again(broadcast, now + SLACK_SECONDS)
            return piece.last - piece.first + 1
        if time_left() < RESERVE_SECONDS:
            enqueue(self._send_queue, piece, rate=line.rate, once=self._new_id())
            return piece.last - piece.first + 1
        waiting = list(self._waiting.of(broadcast, piece))
        awake = deque(each for each in waiting if each.held_until <= now + PATIENCE_SECONDS)
        left: list[Recipient] = []
        whole = True
        if awake:
            graph = self._graph_of(piece.tenant, piece.line)
            marketing = line.uses_marketing_api and broadcast.category is Category.MARKETING
            job, breaker = Job(broadcast, line, graph, marketing), self._breaker(broadcast, piece)
            course = Course(job, self._gate(line), piece, time_left, awake, breaker)
            course.looked_at = now
            self._run(course)
            if left := course.left():
                self._hand_on(course, left)
            whole = not (course.halted or course.resume_at)
        if piece.closing and whole:
            self._plan_queue.put({"tenant": broadcast.tenant, "broadcast": broadcast.id})
        return len(waiting) - len(awake) + len(left)

    def _breaker(self, broadcast: Broadcast, piece: Slice) -> Breaker:
        """What is known of the people just before a slice."""
        first = max(piece.first - 2 * OUTCOMES, 0)
        before = self._recipients.between(piece.tenant, piece.edition, first, piece.first - 1)
        since = broadcast.insisted_at or broadcast.created_at
        return Breaker(before, since=since, now=int(self._clock()))

    # ---- whether it goes out at all

    def _may_begin(self, broadcast: Broadcast, line: Line) -> bool:
        """Whether a slice may go out as things are; if not, the broadcast says why."""
        if broadcast.pause is not None:
            return False
        if why := why_not_on(line, broadcast.category, int(self._clock())):
            self._rows.note_trouble(broadcast, why)
            return False
        if why := too_low(line, insisted=broadcast.insisted_at is not None):
            self._hold(broadcast, PausedFor.FAILURES, why)
            return False
        return self._template_goes(broadcast)

    def _template_goes(self, broadcast: Broadcast) -> bool:
        """Whether the template is still the one that was approved, and Meta sends it."""
        planned = broadcast.template
        known = self._templates.get(broadcast.tenant, planned.waba, planned.name, planned.language)
        if wrong := why_not_with(planned, known):
            self._hold(broadcast, PausedFor.TEMPLATE, wrong)
        elif wrong := why_wait_for(known):
            self._rows.note_trouble(broadcast, wrong)
        return wrong is None

    def _hold(self, broadcast: Broadcast, cause: PausedFor, why: str) -> None:
        pause = Pause(cause, why, None, int(self._clock()))
        self._rows.pause(broadcast.tenant, broadcast.id, pause)

    def _gate(self, line: Line) -> Gate:
        if line.line not in self._gates:
            self._gates[line.line] = Gate(self._clock)
        return self._gates[line.line]

    # ---- the course of a slice

    def _run(self, course: Course) -> None:
        now = self._clock()
        for recipient in [each for each in course.todo if each.held_until > now]:
            course.todo.remove(recipient)
            course.note(Verdict(recipient, at=float(recipient.held_until)))
        try:
            while self._goes_on(course) and self._step(course):
                pass
        finally:
            wait(course.pending)
        for future in course.pending:
            course.note(future.result())

    def _goes_on(self, course: Course) -> bool:
        for future in [future for future in course.pending if future.done()]:
            course.pending.remove(future)
            course.note(future.result())
        if course.out_of_reach >= OUT_OF_REACH:
            course.resume_at = self._clock() + SLACK_SECONDS
            return False
        if course.time_left() <= RESERVE_SECONDS:
            return False
        return not course.halted and self._still_wanted(course)

    def _still_wanted(self, course: Course) -> bool:
        """Whether it does not fail, and as of a moment ago nobody has held or ended it, and its
        template is what it was.
        """
        if not course.halted and (why := course.breaker.why):
            course.halted = True
            self._hold(course.job.broadcast, PausedFor.FAILURES, why)
        now = self._clock()
        if now - course.looked_at >= LOOK_SECONDS:
            course.looked_at = now
            piece = course.piece
            known = self._rows.get(piece.tenant, course.job.broadcast.id)
            gone = known is None or known.over or known.pause is not None
            course.halted = course.halted or gone or not self._template_goes(course.job.broadcast)
        return not course.halted

    def _step(self, course: Course) -> bool:
        """Begin some attempts, or wait for what must come first; False when nothing more can be."""
        course.wake(self._clock())
        room = self._crew.size - len(course.pending)
        if course.todo and room > 0:
            wanted = min(len(course.todo), room)
            line = course.job.line
            turn = self._pace.reserve(
                line.tenant, line.line, rate=line.rate, count=wanted, people=False
            )
            if not turn.count:
                return self._wait(course, turn.at)
            self._begin(course, turn)
            return True
        if course.pending:
            wait(course.pending, return_when=FIRST_COMPLETED)
            return True
        return bool(course.later) and self._wait_for_one(course, course.later[0][0])

    def _begin(self, course: Course, turn: Turn) -> None:
        course.begun = True
        for place in range(turn.count):
            recipient, slot = course.todo.popleft(), turn.at + place * turn.step
            course.pending.add(self._crew.executor.submit(self._attempt, course, recipient, slot))

    def _attempt(self, course: Course, recipient: Recipient, slot: float) -> Verdict:
        """In one of the crew's threads: just before the slot, attempt, if that is still wanted."""
        self._sleep(max(0.0, slot - AHEAD_SECONDS - self._clock()))
        if course.halted or course.blocked_until > self._clock():
            return Verdict(recipient)
        job = course.job
        graph = InSlot(job.graph, job.line, self._pace, course.gate, slot)
        verdict = self._attempts.make(replace(job, graph=graph), recipient)
        course.halted = course.halted or verdict.halt
        course.blocked_until = max(course.blocked_until, verdict.blocked_until)
        return verdict

    def _wait(self, course: Course, until: float) -> bool:
        """Wait if that is worth while and there is time for it."""
        seconds = max(0.0, until - self._clock())
        if seconds > PATIENCE_SECONDS:
            course.resume_at = until
            return False
        if seconds > course.time_left() - RESERVE_SECONDS:
            return False
        self._sleep(seconds)
        return True

    def _wait_for_one(self, course: Course, until: float) -> bool:
        """Wait for a person who is held; not for long while other slices may be waiting behind."""
        if course.begun and until - self._clock() > COURTESY_SECONDS:
            return False
        return self._wait(course, until)

    # ---- what is left

    def _hand_on(self, course: Course, left: list[Recipient]) -> None:
        broadcast = course.job.broadcast
        if course.halted:
            self._look_again(broadcast, self._clock() + SLACK_SECONDS)
        elif course.resume_at:
            self._look_again(broadcast, course.resume_at)
        else:
            piece = course.piece
            rest = Slice(piece.tenant, piece.edition, piece.line, left[0].number, piece.last)
            enqueue(self._send_queue, rest, rate=course.job.line.rate, once=self._new_id())

    def _look_again(self, broadcast: Broadcast, at: float) -> None:
        self._rows.watch_sooner(broadcast.tenant, broadcast.id, int(at) + 1)
