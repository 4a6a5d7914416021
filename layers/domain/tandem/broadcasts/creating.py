"""Broadcasts as somebody asks for them and looks at them: create, read, pause, resume."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict

from tandem.broadcasts.counting import progress_of
from tandem.model.broadcast import (
    AUDIENCE_LIMIT,
    Broadcast,
    BroadcastRequest,
    Category,
    Outcome,
    Pause,
    PausedFor,
    Progress,
    Recipient,
)
from tandem.model.errors import Conflict, Invalid, NotFound
from tandem.model.events import digest
from tandem.model.line import LineState
from tandem.store.audiences import Audiences
from tandem.store.broadcasts import BroadcastRows
from tandem.store.lines import Lines
from tandem.store.queues import Queue
from tandem.store.recipients import RecipientRows
from tandem.store.schedules import Schedules

KEEPER_AFTER_SECONDS = 300
"""A broadcast that has not been planned this long after its time is queued again by the keeper."""

PARAMETER_LENGTH = 1024


class Broadcasts:
    """What a tenant does with broadcasts."""

    def __init__(
        self,
        *,
        rows: BroadcastRows,
        recipients: RecipientRows,
        lines: Lines,
        audiences: Audiences,
        plan_queue: Queue,
        schedules: Schedules,
        clock: Callable[[], float],
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex[:20],
    ) -> None:
        self._rows = rows
        self._recipients = recipients
        self._lines = lines
        self._audiences = audiences
        self._plan_queue = plan_queue
        self._schedules = schedules
        self._clock = clock
        self._new_id = new_id

    def create(self, tenant: str, request: BroadcastRequest) -> Broadcast:
        """Take a broadcast on. Nothing is promised before everything that it needs is written.

        Idempotent on `request.key`: the same request again is the same broadcast, and finishes what
        a crash left undone; another request under the key raises Conflict.
        """
        now = int(self._clock())
        _check(request, now)
        line = self._lines.get(tenant, request.line)
        if line is None or line.state is LineState.REMOVED:
            raise NotFound(f"there is no line {request.line}")
        fingerprint = digest(asdict(request))
        name = digest([tenant, request.key]) if request.key else self._new_id()
        broadcast = self._rows.get(tenant, name)
        if broadcast is None:
            broadcast = self._taken_on(tenant, name, fingerprint, request=request, now=now)
        if broadcast.fingerprint != fingerprint:
            raise Conflict(
                "this idempotency key was used for another broadcast: use a new key",
                code="key_reused",
            )
        if broadcast.plan is None:
            self._start(broadcast, now)
        return broadcast

    def _taken_on(
        self, tenant: str, name: str, fingerprint: str, *, request: BroadcastRequest, now: int
    ) -> Broadcast:
        broadcast = Broadcast(
            id=name,
            tenant=tenant,
            line=request.line,
            name=request.name,
            template=request.template,
            schedule_at=request.schedule_at or now,
            created_at=now,
            by=request.by,
            listed=len(request.audience),
            audience=f"audiences/{tenant}/{name}-{fingerprint[:8]}.jsonl.gz",
            fingerprint=fingerprint,
        )
        self._audiences.keep(broadcast.audience, request.audience)
        due = max(broadcast.schedule_at, now)
        self._rows.watch(tenant, name, due + KEEPER_AFTER_SECONDS)
        if self._rows.insert(broadcast):
            return broadcast
        return self._known(tenant, name)

    def _start(self, broadcast: Broadcast, now: int) -> None:
        if broadcast.schedule_at > now:
            self._schedules.put(broadcast.tenant, broadcast.id, broadcast.schedule_at)
        else:
            self._queue(broadcast.tenant, broadcast.id)

    def _queue(self, tenant: str, broadcast: str) -> None:
        self._plan_queue.put({"tenant": tenant, "broadcast": broadcast})

    # ---- reading

    def get(self, tenant: str, broadcast: str) -> Broadcast:
        """Raises NotFound for what is not this tenant's."""
        return self._known(tenant, broadcast)

    def page(
        self, tenant: str, *, limit: int, cursor: str | None = None
    ) -> tuple[tuple[Broadcast, ...], str | None]:
        """A tenant's broadcasts, the newest first."""
        return self._rows.page(tenant, limit=limit, cursor=cursor)

    def progress(self, tenant: str, broadcast: str) -> Progress:
        """A count of the recipient rows as they are now."""
        known = self._known(tenant, broadcast)
        rows = self._recipients.all(tenant, broadcast, known.listed)
        return progress_of(rows, listed=known.listed, now=int(self._clock()))

    def recipients(
        self, tenant: str, broadcast: str, *, first: int = 0, limit: int = 100
    ) -> tuple[Recipient, ...]:
        """The recipients from number `first` on, in the order of the audience."""
        self._known(tenant, broadcast)
        return self._recipients.between(tenant, broadcast, first, first + limit - 1)

    # ---- holding and going on

    def pause(self, tenant: str, broadcast: str, *, by: str) -> Broadcast:
        """Hold what has not been sent yet."""
        self._known(tenant, broadcast)
        pause = Pause(PausedFor.PERSON, f"paused by {by}", None, int(self._clock()))
        if not self._rows.pause(tenant, broadcast, pause):
            raise Conflict("this broadcast is paused or finished already")
        return self._known(tenant, broadcast)

    def resume(self, tenant: str, broadcast: str) -> Broadcast:
        """Go on with everybody who was not sent to; whoever was refused for a time, once more.

        A line's trouble that this broadcast ran into is taken for solved: if it is not, the next
        send says so again.
        """
        known = self._known(tenant, broadcast)
        now = int(self._clock())
        again = [
            recipient
            for recipient in self._recipients.all(tenant, broadcast, known.listed)
            if recipient.outcome is Outcome.REFUSED
            and not recipient.second
            and (recipient.not_before or 0) <= now
        ]
        if known.pause is None and not again:
            raise Conflict("nothing in this broadcast is held: there is nothing to resume")
        self._rows.watch_sooner(tenant, broadcast, now)
        for recipient in again:
            self._recipients.reopened(tenant, broadcast, recipient)
        if again:
            self._rows.reopen(tenant, broadcast)
        if known.pause and known.pause.cause is PausedFor.LINE:
            self._lines.note_trouble(tenant, known.line, None)
        self._rows.resume(tenant, broadcast, at=now)
        self._queue(tenant, broadcast)
        return self._known(tenant, broadcast)

    def _known(self, tenant: str, broadcast: str) -> Broadcast:
        known = self._rows.get(tenant, broadcast)
        if known is None:
            raise NotFound(f"there is no broadcast {broadcast}")
        return known


def _check(request: BroadcastRequest, now: int) -> None:
    if not 1 <= len(request.audience) <= AUDIENCE_LIMIT:
        raise Invalid(f"an audience has 1 to {AUDIENCE_LIMIT} people, not {len(request.audience)}")
    if not request.name.strip():
        raise Invalid("a broadcast needs a name")
    if request.schedule_at is not None and request.schedule_at > now + 365 * 86_400:
        raise Invalid("a broadcast can be scheduled up to a year ahead")
    if request.template.category is Category.AUTHENTICATION:
        raise Invalid("an authentication template answers one person: it cannot be broadcast")
    for number, entry in enumerate(request.audience):
        given = entry.parameters
        texts = given.values() if isinstance(given, Mapping) else given
        if any(not text or len(text) > PARAMETER_LENGTH for text in texts):
            raise Invalid(
                f"parameters of entry {number} must have 1 to {PARAMETER_LENGTH} characters each"
            )
