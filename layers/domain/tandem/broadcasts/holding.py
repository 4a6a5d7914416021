"""Broadcasts as somebody holds them, lets them go on, and ends them."""

from collections.abc import Callable

from tandem.model.broadcast import Broadcast, Pause, PausedFor
from tandem.model.errors import Conflict, NotFound
from tandem.model.recipient import Outcome
from tandem.store.broadcasts import BroadcastRows
from tandem.store.lines import Lines
from tandem.store.plans import PlanRows
from tandem.store.queues import Queue
from tandem.store.recipients import RecipientRows
from tandem.store.schedules import Schedules


class Holding:
    """What a tenant does with a broadcast that is under way. Another tenant's is NotFound."""

    def __init__(
        self,
        *,
        rows: BroadcastRows,
        recipients: RecipientRows,
        plans: PlanRows,
        lines: Lines,
        plan_queue: Queue,
        schedules: Schedules,
        clock: Callable[[], float],
    ) -> None:
        self._rows = rows
        self._recipients = recipients
        self._plans = plans
        self._lines = lines
        self._plan_queue = plan_queue
        self._schedules = schedules
        self._clock = clock

    def pause(self, tenant: str, broadcast: str, *, by: str) -> Broadcast:
        """Hold what has not been sent yet."""
        self._known(tenant, broadcast)
        pause = Pause(PausedFor.PERSON, f"paused by {by}", None, int(self._clock()))
        if not self._rows.pause(tenant, broadcast, pause):
            raise Conflict("this broadcast is paused, finished or cancelled already")
        return self._known(tenant, broadcast)

    def resume(self, tenant: str, broadcast: str) -> Broadcast:
        """Go on with everybody who was not sent to; whoever was refused for a time, once more.

        A line's trouble that this broadcast ran into is taken for solved: if it is not, the next
        send says so again.
        """
        known = self._known(tenant, broadcast)
        if known.cancelled_at is not None:
            raise Conflict("this broadcast was cancelled: nothing more is sent")
        now = int(self._clock())
        again = [
            recipient
            for recipient in self._recipients.all(tenant, known.edition, known.size)
            if recipient.outcome is Outcome.REFUSED
            and not recipient.second
            and (recipient.not_before or 0) <= now
        ]
        if known.pause is None and not again:
            raise Conflict("nothing in this broadcast is held: there is nothing to resume")
        self._rows.watch_sooner(tenant, broadcast, now)
        for recipient in again:
            self._recipients.reopened(tenant, known.edition, recipient)
        for part in self._plans.parts(tenant, known.edition) if again else ():
            self._plans.reopen(tenant, known.edition, part.number)
        if again:
            self._rows.reopen(tenant, broadcast)
        if known.pause and known.pause.cause is PausedFor.LINE:
            self._lines.note_trouble(tenant, known.line, None)
        insisting = known.pause is not None and known.pause.cause is PausedFor.FAILURES
        self._rows.resume(tenant, broadcast, at=now, insisting=insisting)
        self._plan_queue.put({"tenant": tenant, "broadcast": broadcast})
        return self._known(tenant, broadcast)

    def cancel(self, tenant: str, broadcast: str) -> Broadcast:
        """Send nothing more, for good. What is on its way to Meta this moment still goes."""
        known = self._known(tenant, broadcast)
        if not self._rows.cancel(tenant, broadcast, at=int(self._clock())):
            raise Conflict("this broadcast is finished or cancelled already")
        self._schedules.take_back(known.edition)
        self._rows.unwatch(tenant, broadcast)
        return self._known(tenant, broadcast)

    def _known(self, tenant: str, broadcast: str) -> Broadcast:
        known = self._rows.get(tenant, broadcast)
        if known is None:
            raise NotFound(f"there is no broadcast {broadcast}")
        return known
