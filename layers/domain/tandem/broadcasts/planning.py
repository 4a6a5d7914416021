"""Planning: an audience becomes a frozen list, and the list becomes slices on the send queue.

The same verb begins a broadcast, repairs one whose worker died, and takes up one that was held: it
inserts only rows that are not there and queues only slices in which somebody still waits. Each
entry of the audience keeps its number, so a plan made twice puts nobody in a second place.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TypeGuard

from tandem.broadcasts.audience import DUPLICATE, plan_hash, recipient_of, without_duplicates
from tandem.model.broadcast import Broadcast, Outcome, PausedFor, Plan, Recipient, Slice
from tandem.model.errors import Conflict
from tandem.model.line import Line, LineState
from tandem.model.standing import forbidden
from tandem.store.audiences import Audiences
from tandem.store.broadcasts import BroadcastRows
from tandem.store.lines import Lines
from tandem.store.people import People
from tandem.store.queues import Queue
from tandem.store.recipients import RecipientRows

LANE_RATE = 80
"""Messages a second that one sender can be trusted with; a faster line has several lanes."""

SLICE_SECONDS = 5
SMALLEST_SLICE = 100

EARLY_SECONDS = 60
"""A schedule may fire this much before its time by somebody's clock; earlier than that it waits."""

SLACK_SECONDS = 600
"""How long after its likely end, or after it was held, a broadcast is looked at again."""

PAUSED_SECONDS = 3600


class Planner:
    """The verb of the plan queue."""

    def __init__(
        self,
        *,
        rows: BroadcastRows,
        recipients: RecipientRows,
        lines: Lines,
        people: People,
        audiences: Audiences,
        send_queue: Queue,
        clock: Callable[[], float],
    ) -> None:
        self._rows = rows
        self._recipients = recipients
        self._lines = lines
        self._people = people
        self._audiences = audiences
        self._send_queue = send_queue
        self._clock = clock

    def plan(self, tenant: str, name: str) -> int:
        """Plan a broadcast as far as it needs it; the number of slices that were queued.

        Idempotent, and safe beside itself and beside senders. Raises Conflict when the recipient
        rows are not those that the frozen plan is the hash of.
        """
        now = int(self._clock())
        broadcast = self._rows.get(tenant, name)
        if broadcast is None or broadcast.finished_at is not None:
            self._rows.unwatch(tenant, name)
            return 0
        due = self._rows.watched_at(tenant, name)
        if broadcast.schedule_at > now + EARLY_SECONDS:
            return self._later(broadcast, due, broadcast.schedule_at)
        recipients = self._frozen(broadcast, now)
        waiting = [recipient for recipient in recipients if recipient.waits(now)]
        if not waiting:
            self._rows.finish(tenant, name, at=now)
            return 0
        line = self._lines.get(tenant, broadcast.line)
        if not is_ready(line, broadcast.template.category, now):
            return self._later(broadcast, due, now + SLACK_SECONDS)
        if broadcast.pause is not None:
            if broadcast.pause.cause is not PausedFor.LINE:
                return self._later(broadcast, due, now + PAUSED_SECONDS)
            self._rows.resume(tenant, name, at=now)
        slices = list(slices_of(broadcast, waiting, rate=line.rate))
        for piece in slices:
            enqueue(self._send_queue, piece, rate=line.rate, once=f"{due or now}")
        self._later(broadcast, due, now + len(waiting) // line.rate + SLACK_SECONDS)
        return len(slices)

    def _later(self, broadcast: Broadcast, due: int | None, at: int) -> int:
        """Have the broadcast looked at again at `at`, unless somebody has asked for sooner."""
        self._rows.move_watch(broadcast.tenant, broadcast.id, due, to=at)
        return 0

    def _frozen(self, broadcast: Broadcast, now: int) -> tuple[Recipient, ...]:
        """The recipients of the plan; made now if this is the first time that it comes this far."""
        if broadcast.plan is None:
            wanted = self._resolved(broadcast)
            inserted = self._recipients.insert_absent(broadcast.tenant, broadcast.id, wanted)
            recipients = wanted if all(inserted) else self._rows_of(broadcast)
            plan = _plan(broadcast, recipients, now)
            if self._rows.freeze(broadcast.tenant, broadcast.id, plan):
                return recipients
            broadcast = self._rows.get(broadcast.tenant, broadcast.id) or broadcast
        recipients = self._rows_of(broadcast)
        frozen = broadcast.plan.hash if broadcast.plan else None
        if plan_hash(broadcast.template, recipients) != frozen:
            raise Conflict(
                f"the recipients of broadcast {broadcast.id} are not those of its plan",
                code="plan_changed",
            )
        return recipients

    def _rows_of(self, broadcast: Broadcast) -> tuple[Recipient, ...]:
        return tuple(self._recipients.all(broadcast.tenant, broadcast.id, broadcast.listed))

    def _resolved(self, broadcast: Broadcast) -> tuple[Recipient, ...]:
        """The audience with every person in it once; whoever is left out is there with a reason."""
        given = self._audiences.fetch(broadcast.audience)
        recipients = [recipient_of(number, entry) for number, entry in enumerate(given)]
        aliases = [
            alias
            for recipient in recipients
            if recipient.outcome is None
            for alias in recipient.person.aliases
        ]
        contacts = self._people.contacts(broadcast.tenant, aliases)
        return without_duplicates(recipients, lambda alias: contacts[alias].aliases)


def is_ready(line: Line | None, category: str, now: int) -> TypeGuard[Line]:
    """Whether a template of this category may be sent on a line now."""
    if line is None or line.state is not LineState.ACTIVE or line.trouble is not None:
        return False
    return forbidden(line.standing, first=True, category=category, now=now) is None


def slice_size(rate: int) -> int:
    """Recipients in a slice: some seconds of work, so that the gap between two costs little."""
    return max(SMALLEST_SLICE, SLICE_SECONDS * min(rate, LANE_RATE))


def slices_of(broadcast: Broadcast, waiting: Iterable[Recipient], *, rate: int) -> Iterator[Slice]:
    """The slices, on a fixed grid, in which somebody waits."""
    size = slice_size(rate)
    for grid, _ in groupby(waiting, key=lambda recipient: recipient.number // size):
        first = grid * size
        last = min(first + size, broadcast.listed) - 1
        yield Slice(broadcast.tenant, broadcast.id, broadcast.line, first, last)


def enqueue(queue: Queue, piece: Slice, *, rate: int, once: str) -> None:
    """Put a slice on the send queue: in order per line, and not twice under one `once`.

    A line that is faster than one sender has lanes, and a slice is always in the same one.
    """
    lanes = -(-rate // LANE_RATE)
    lane = piece.first // slice_size(rate) % lanes
    queue.put(
        {
            "tenant": piece.tenant,
            "broadcast": piece.broadcast,
            "line": piece.line,
            "first": piece.first,
            "last": piece.last,
        },
        group=piece.line if lanes == 1 else f"{piece.line}.{lane}",
        dedup=f"{piece.broadcast}:{once}:{piece.first}",
    )


def _plan(broadcast: Broadcast, recipients: tuple[Recipient, ...], now: int) -> Plan:
    skipped = [r for r in recipients if r.outcome is Outcome.SKIPPED]
    duplicates = sum(recipient.reason == DUPLICATE for recipient in skipped)
    return Plan(
        hash=plan_hash(broadcast.template, recipients),
        size=len(recipients),
        duplicates=duplicates,
        invalid=len(skipped) - duplicates,
        planned_at=now,
    )
