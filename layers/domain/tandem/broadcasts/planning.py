"""Planning: the plan is made, and once it is approved and due it becomes slices on the send queue.

The same verb makes a plan, begins a broadcast, repairs one whose worker died, and takes up one that
was held: it queues only slices in which somebody still waits and may be sent to, and only those of
the near future. The senders ask for more before those are done; for people who may be sent to later
it is woken. Each person keeps their number.
"""

from collections.abc import Callable, Iterator

from tandem.broadcasts.plans.bounds import beyond
from tandem.broadcasts.plans.looks import bring
from tandem.broadcasts.plans.plan_making import PlanMaking, hash_of
from tandem.broadcasts.plans.timing import held_until
from tandem.broadcasts.sending.readiness import (
    SLACK_SECONDS,
    why_not_on,
    why_not_with,
    why_wait_for,
)
from tandem.broadcasts.sending.slices import closed_by, enqueue, slices_of
from tandem.broadcasts.series.occurring import MAKE_UP_SECONDS, lapsed
from tandem.model.broadcast import Broadcast, Pause, PausedFor
from tandem.model.errors import Conflict, Refusal
from tandem.model.line import Line
from tandem.model.recipient import Recipient
from tandem.store.broadcasts import BroadcastRows
from tandem.store.lines import Lines
from tandem.store.plans import PlanRows
from tandem.store.queues import Queue
from tandem.store.recipients import RecipientRows
from tandem.store.series import SeriesRows
from tandem.store.templates import Templates

HORIZON_SECONDS = 900
"""So many seconds of work are queued at once; the next look queues more."""

HEAD_START_SECONDS = 60
"""The senders ask for more so long before they have done all that was queued."""

PAUSED_SECONDS = 3600
APPROVAL_SECONDS = 86_400
"""How long until a broadcast that nobody has approved is looked at again."""


class Planner:
    """The verb of the plan queue. `again` puts the broadcast on that queue once more."""

    def __init__(
        self,
        *,
        rows: BroadcastRows,
        recipients: RecipientRows,
        lines: Lines,
        templates: Templates,
        plans: PlanRows,
        series: SeriesRows,
        making: PlanMaking,
        plan_queue: Queue,
        send_queue: Queue,
        clock: Callable[[], float],
    ) -> None:
        self._rows = rows
        self._recipients = recipients
        self._lines = lines
        self._templates = templates
        self._plans = plans
        self._series = series
        self._making = making
        self._plan_queue = plan_queue
        self._send_queue = send_queue
        self._clock = clock

    def plan(
        self,
        tenant: str,
        name: str,
        time_left: Callable[[], float] = lambda: 900.0,
        *,
        at: int | None = None,
    ) -> int:
        """Take a broadcast as far as it goes now; the number of slices that were queued. A look
        that was wanted for `at` is none when by now another one is wanted.

        Idempotent, and safe beside itself and beside senders. Raises Conflict when the recipient
        rows are not those that the frozen plan is the hash of.
        """
        now = int(self._clock())
        broadcast = self._rows.get(tenant, name)
        if broadcast is None or broadcast.over:
            self._rows.unwatch(tenant, name)
            return 0
        if (why := lapsed(broadcast, self._series, now)) and self._rows.lapse(
            broadcast, why, at=now
        ):
            self._rows.unwatch(tenant, name)
            return 0
        due = self._rows.watched_at(tenant, name)
        if at is not None and due != at:
            return 0
        line = self._lines.get(tenant, broadcast.line)
        if broadcast.plan is None:
            planned = self._planned(broadcast, line, time_left)
            if planned is None:
                return self._later(broadcast, due, now + SLACK_SECONDS)
            broadcast = planned
        if broadcast.approval is None and not self._approves_itself(broadcast, now):
            return self._later(broadcast, due, _approved_until(broadcast, now))
        if broadcast.start_at > now:
            return self._later(broadcast, due, broadcast.start_at)
        if line is None:
            return self._later(broadcast, due, now + SLACK_SECONDS)
        if why := why_not_on(line, broadcast.category, now):
            return self._waits(broadcast, due, why, now)
        if broadcast.pause is not None:
            if broadcast.pause.cause is not PausedFor.LINE:
                return self._later(broadcast, due, now + PAUSED_SECONDS)
            self._rows.resume(tenant, name, at=now)
        template = broadcast.template
        known = self._templates.get(tenant, template.waba, template.name, template.language)
        if why := why_wait_for(known):
            # The keeper reads it within minutes; then it is what was approved, or it is held.
            refused = self._templates.refused(tenant, template.waba)
            return self._waits(broadcast, due, f"{why} {refused}" if refused else why, now)
        if broadcast.trouble is not None:
            self._rows.note_trouble(broadcast, None)
        if wrong := why_not_with(template, known):
            self._rows.pause(tenant, name, Pause(PausedFor.TEMPLATE, wrong, None, now))
            return self._later(broadcast, due, now + PAUSED_SECONDS)
        return self._queued(broadcast, line, due, now)

    def _later(self, broadcast: Broadcast, due: int | None, at: int) -> int:
        """Have the broadcast looked at again at `at`, unless somebody else has moved its watch."""
        tenant, name = broadcast.tenant, broadcast.id
        if self._rows.move_watch(tenant, name, due, to=at):
            bring(self._plan_queue, tenant, name, at=at, now=int(self._clock()))
        return 0

    def _waits(self, broadcast: Broadcast, due: int | None, why: str, now: int) -> int:
        """Say why it does not go out yet, and look again before long."""
        if why != broadcast.trouble:
            self._rows.note_trouble(broadcast, why)
        return self._later(broadcast, due, now + SLACK_SECONDS)

    # ---- the plan

    def _planned(
        self, broadcast: Broadcast, line: Line | None, time_left: Callable[[], float]
    ) -> Broadcast | None:
        """The broadcast with its plan; None while it is being made, or cannot be."""
        tenant = broadcast.tenant
        if line is None:
            self._rows.note_trouble(broadcast, f"there is no line {broadcast.line}")
            return None
        try:
            plan = self._making.advance(broadcast, line, time_left)
        except Refusal as refusal:
            self._rows.note_trouble(broadcast, str(refusal))
            return None
        if plan is None:
            self._plan_queue.put({"tenant": tenant, "broadcast": broadcast.id})
            return None
        self._rows.freeze(broadcast, plan)
        known = self._rows.get(tenant, broadcast.id)
        if known is None or known.plan is None or known.edition != broadcast.edition:
            return None
        return known

    def _approves_itself(self, broadcast: Broadcast, now: int) -> bool:
        """Approve a plan that was approved beforehand: whatever it would be, or within bounds."""
        plan, bounds = broadcast.plan, broadcast.bounds
        if plan is None or not plan.included:
            return False
        if not broadcast.approves and (bounds is None or beyond(bounds, plan)):
            return False
        self._rows.approve(broadcast, by=broadcast.by, at=now)
        return True

    # ---- slices

    def _queued(self, broadcast: Broadcast, line: Line, due: int | None, now: int) -> int:
        """Queue what can be sent within the horizon, and arrange the next look."""
        self._rows.begin(broadcast, at=now)
        ready: list[int] = []
        wakes: int | None = None
        whole = True
        for part in self._waiting(broadcast, now):
            for recipient in part:
                held = held_until(broadcast.timing, recipient, now)
                if held <= now:
                    ready.append(recipient.number)
                elif wakes is None or held < wakes:
                    wakes = held
            if len(ready) >= line.rate * HORIZON_SECONDS:
                whole = False
                break
        if not ready and wakes is None:
            self._rows.finish(broadcast, at=now)
            return 0
        slices = list(slices_of(broadcast, ready, rate=line.rate))
        early = 0 if whole else line.rate * HEAD_START_SECONDS
        for piece in closed_by(slices, early=early, rate=line.rate):
            enqueue(self._send_queue, piece, rate=line.rate, once=f"{due or now}")
        done_at = now + len(ready) // line.rate
        # Whoever wakes before that is found when the senders ask for more.
        look_at = wakes if wakes is not None and wakes >= done_at else done_at + SLACK_SECONDS
        self._later(broadcast, due, look_at)
        return len(slices)

    def _waiting(self, broadcast: Broadcast, now: int) -> Iterator[list[Recipient]]:
        """Who still waits, part by part; each part is held against the plan that was approved."""
        tenant, edition = broadcast.tenant, broadcast.edition
        end = 0
        for part in self._plans.parts(tenant, edition):
            first, end = end, end + part.summary["size"]
            if part.done(broadcast.again_at):
                continue
            people = tuple(self._recipients.all(tenant, edition, end, first=first))
            if hash_of(people) != part.summary["hash"]:
                raise Conflict(
                    f"the recipients of broadcast {broadcast.id} are not those of its plan",
                    code="plan_changed",
                )
            left = [self._again(broadcast, recipient) for recipient in people]
            waiting = [recipient for recipient in left if recipient.waits(now)]
            if not waiting:
                self._plans.note_done(tenant, edition, part.number, at=now)
            yield waiting

    def _again(self, broadcast: Broadcast, recipient: Recipient) -> Recipient:
        """Somebody as they wait once more, where that is wanted; anybody else as they are."""
        if not recipient.may_go_again(broadcast.again_at):
            return recipient
        self._recipients.reopened(broadcast.tenant, broadcast.edition, recipient)
        return recipient.reopened()


def _approved_until(broadcast: Broadcast, now: int) -> int:
    """When to look again at what nobody has approved; an occurrence of a series lapses then."""
    if broadcast.series is None:
        return now + APPROVAL_SECONDS
    return max(broadcast.start_at + MAKE_UP_SECONDS + 1, now + SLACK_SECONDS)
