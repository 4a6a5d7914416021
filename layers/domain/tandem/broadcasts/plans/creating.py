"""Broadcasts as somebody asks for them: drafted, changed, approved."""

import uuid
from collections.abc import Callable
from dataclasses import asdict, replace

from tandem.broadcasts.audience.named_segments import with_words
from tandem.broadcasts.plans.checking import check_request
from tandem.broadcasts.plans.timing import start_of
from tandem.insights.account_zones import zone_of
from tandem.model.broadcast import (
    Addressee,
    Broadcast,
    BroadcastRequest,
    id_under,
)
from tandem.model.errors import Conflict, NotFound
from tandem.model.events import digest
from tandem.model.line import Line, LineState
from tandem.model.template import KnownTemplate
from tandem.store.addressees import plain
from tandem.store.audiences import Audiences
from tandem.store.broadcasts import BroadcastRows
from tandem.store.due import ROUND_SECONDS
from tandem.store.lines import Lines
from tandem.store.queues import Queue
from tandem.store.schedules import Schedules
from tandem.store.segments import Segments

LATEST = 100
"""So many broadcasts of a tenant are looked at for those that go out beside one."""

TemplateOf = Callable[[Line, str, str], KnownTemplate]
"""A line's template by name and language, as fresh as it must be; NotFound when Meta has none."""


class Broadcasts:
    """What a tenant does with broadcasts."""

    def __init__(
        self,
        *,
        rows: BroadcastRows,
        lines: Lines,
        template_of: TemplateOf,
        audiences: Audiences,
        segments: Segments,
        plan_queue: Queue,
        schedules: Schedules,
        clock: Callable[[], float],
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex[:20],
    ) -> None:
        self._rows = rows
        self._lines = lines
        self._template_of = template_of
        self._audiences = audiences
        self._segments = segments
        self._plan_queue = plan_queue
        self._schedules = schedules
        self._clock = clock
        self._new_id = new_id

    # ---- asking for one

    def create(self, tenant: str, request: BroadcastRequest) -> Broadcast:
        """Take a broadcast on and have its plan made. Nothing is promised before everything that it
        needs is written.

        Idempotent on `request.key`: the same request again is the same broadcast, and finishes what
        a crash left undone; another request under the key raises Conflict.
        """
        fingerprint = digest(asdict(request))
        name = id_under(tenant, request.key) if request.key else self._new_id()
        broadcast = self._rows.get(tenant, name)
        if broadcast is None:
            broadcast = self._taken_on(tenant, name, fingerprint, request)
        if broadcast.fingerprint != fingerprint:
            raise Conflict(
                "this idempotency key was used for another broadcast: use a new key",
                code="key_reused",
            )
        if broadcast.plan is None:
            self._start(broadcast)
        return broadcast

    def zone_on(self, tenant: str, line: str) -> str:
        """The time zone (IANA name) by which times on a line are meant where none is named: that of
        its account, else UTC.
        """
        known = self._lines.get(tenant, line)
        zone = zone_of(known.account.timezone) if known else None
        return zone.key if zone else "UTC"

    def check(self, tenant: str, request: BroadcastRequest) -> None:
        """Raise what `create` would raise for a request that cannot become a broadcast."""
        self._asked(tenant, "", request, revision=1)

    def _taken_on(
        self, tenant: str, name: str, fingerprint: str, request: BroadcastRequest
    ) -> Broadcast:
        now = int(self._clock())
        broadcast = self._asked(tenant, name, request, revision=1)
        broadcast = replace(broadcast, fingerprint=fingerprint, created_at=now)
        self._keep_given(broadcast, request.audience.people)
        self._rows.watch(tenant, name, now + ROUND_SECONDS)
        if self._rows.insert(broadcast):
            return broadcast
        return self._known(tenant, name)

    def _asked(
        self, tenant: str, name: str, request: BroadcastRequest, *, revision: int
    ) -> Broadcast:
        """What is asked for, checked. Raises Invalid, NotFound and Conflict with what to do."""
        line = self._lines.get(tenant, request.line)
        if line is None or line.state is LineState.REMOVED:
            raise NotFound(f"there is no line {request.line}")
        named = with_words(self._segments, tenant, request.audience)
        request = replace(request, audience=named)
        template = self._template_of(line, request.template, request.language)
        check_request(request, template)
        given = request.audience.people
        broadcast = Broadcast(
            id=name,
            tenant=tenant,
            line=request.line,
            name=request.name,
            template=template,
            filling=request.filling,
            audience=replace(request.audience, people=()),
            timing=request.timing,
            rules=request.rules,
            start_at=start_of(request.timing, int(self._clock())),
            created_at=int(self._clock()),
            by=request.by,
            given="",
            fingerprint="",
            revision=revision,
            approves=request.approve,
            bounds=request.bounds,
            series=request.series,
        )
        if given:
            kept_as = f"{broadcast.edition}-{digest(plain(given))[:8]}.json.gz"
            broadcast = replace(broadcast, given=f"audiences/{tenant}/{kept_as}")
        return broadcast

    def _keep_given(self, broadcast: Broadcast, people: tuple[Addressee, ...]) -> None:
        if broadcast.given:
            self._audiences.keep(broadcast.given, people)

    def _start(self, broadcast: Broadcast) -> None:
        """Have the plan made now; and what it is for, at its time."""
        if broadcast.start_at > int(self._clock()):
            self._schedules.put(broadcast.tenant, broadcast.edition, broadcast.start_at)
        self._queue(broadcast)

    def _queue(self, broadcast: Broadcast) -> None:
        self._plan_queue.put({"tenant": broadcast.tenant, "broadcast": broadcast.id})

    def edit(self, tenant: str, broadcast: str, request: BroadcastRequest) -> Broadcast:
        """Put another request in its place, before it begins; the plan is made anew, and an
        approval is void.
        """
        known = self._known(tenant, broadcast)
        wanted = self._asked(tenant, broadcast, request, revision=known.revision + 1)
        wanted = replace(
            wanted,
            created_at=known.created_at,
            fingerprint=known.fingerprint,
            by=known.by,
            series=known.series,
        )
        self._keep_given(wanted, request.audience.people)
        self._rows.watch_sooner(tenant, broadcast, int(self._clock()) + ROUND_SECONDS)
        if not self._rows.revise(wanted, since=known.revision):
            raise Conflict(
                "this broadcast has begun or is over, or somebody else just changed it: look again",
                code="not_editable",
            )
        self._schedules.take_back(known.edition)
        self._start(wanted)
        return self._known(tenant, broadcast)

    def approve(self, tenant: str, broadcast: str, *, plan: str, by: str) -> Broadcast:
        """Say yes to a plan by its hash: exactly that is sent. Repeating it is harmless."""
        known = self._known(tenant, broadcast)
        if known.plan is None:
            raise Conflict("the plan is still being made: look again in a moment", code="no_plan")
        if known.plan.hash != plan:
            raise Conflict(
                "the plan is another one by now: look at it again, then approve it",
                code="plan_changed",
            )
        if known.over:
            raise Conflict(f"this broadcast is {known.state}: make a new one", code="over")
        if not known.plan.included:
            raise Conflict(
                "nobody is left to send to: the recipients say why each is excluded",
                code="nobody_left",
            )
        now = int(self._clock())
        if known.approval is None:
            if known.timing.at is not None and known.start_at < now - ROUND_SECONDS:
                raise Conflict("its time has passed: give it a later one", code="too_late")
            self._rows.watch_sooner(tenant, broadcast, max(known.start_at, now))
            self._rows.approve(known, by=by, at=now)
            if known.start_at <= now:
                self._queue(known)
        return self._known(tenant, broadcast)

    # ---- reading

    def get(self, tenant: str, broadcast: str) -> Broadcast:
        """Raises NotFound for what is not this tenant's."""
        return self._known(tenant, broadcast)

    def page(
        self, tenant: str, *, limit: int, cursor: str | None = None
    ) -> tuple[tuple[Broadcast, ...], str | None]:
        """A tenant's broadcasts, the newest first."""
        return self._rows.page(tenant, limit=limit, cursor=cursor)

    def beside(self, broadcast: Broadcast) -> tuple[Broadcast, ...]:
        """Others, of the tenant's latest, that share the rate of its line while it goes out."""
        if broadcast.over:
            return ()
        latest, _ = self._rows.page(broadcast.tenant, limit=LATEST)
        return tuple(
            other
            for other in latest
            if other.id != broadcast.id and other.line == broadcast.line
            if _at_once(broadcast, other)
        )

    def _known(self, tenant: str, broadcast: str) -> Broadcast:
        known = self._rows.get(tenant, broadcast)
        if known is None:
            raise NotFound(f"there is no broadcast {broadcast}")
        return known


def _at_once(one: Broadcast, other: Broadcast) -> bool:
    """Whether two go out at the same time, by their plans; the other one as far as it is approved
    and not over.
    """
    if other.over or other.plan is None or other.approval is None or one.plan is None:
        return False
    begins_before = other.start_at < one.plan.forecast.ends_at
    late = other.begun_at is not None
    return begins_before and (late or other.plan.forecast.ends_at > one.start_at)
