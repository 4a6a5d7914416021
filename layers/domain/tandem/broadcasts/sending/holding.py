"""Broadcasts as somebody holds them, lets them go on, and ends them."""

from collections.abc import Callable

from tandem.broadcasts.sending.outcomes import LOOKED_THROUGH
from tandem.model.broadcast import Broadcast, Pause, PausedFor
from tandem.model.errors import Conflict, NotFound
from tandem.store.broadcasts import BroadcastRows
from tandem.store.lines import Lines
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
        lines: Lines,
        plan_queue: Queue,
        schedules: Schedules,
        clock: Callable[[], float],
    ) -> None:
        self._rows = rows
        self._recipients = recipients
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
        send says so again. Whether anybody is left in a large one that is not held, the planner
        finds out.
        """
        known = self._known(tenant, broadcast)
        if known.cancelled_at is not None:
            raise Conflict("this broadcast was cancelled: nothing more is sent")
        now = int(self._clock())
        if known.pause is None and known.size <= LOOKED_THROUGH and not self._any_again(known, now):
            raise Conflict("nothing in this broadcast is held: there is nothing to resume")
        self._rows.watch_sooner(tenant, broadcast, now)
        if known.pause and known.pause.cause is PausedFor.LINE:
            self._lines.note_trouble(tenant, known.line, None)
        insisting = known.pause is not None and known.pause.cause is PausedFor.FAILURES
        self._rows.go_on(tenant, broadcast, at=now, insisting=insisting)
        self._plan_queue.put({"tenant": tenant, "broadcast": broadcast})
        return self._known(tenant, broadcast)

    def _any_again(self, known: Broadcast, now: int) -> bool:
        everybody = self._recipients.all(known.tenant, known.edition, known.size)
        return any(recipient.may_go_again(now) for recipient in everybody)

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
