"""Series as somebody asks for them: begun, changed, held, ended, looked at."""

import uuid
from collections.abc import Callable
from dataclasses import asdict, replace

from tandem.broadcasts.plans.bounds import check_bounds
from tandem.broadcasts.plans.creating import Broadcasts
from tandem.broadcasts.series.occurrences import first_of, following
from tandem.broadcasts.series.occurring import AHEAD_SECONDS, request_of
from tandem.model.broadcast import Broadcast
from tandem.model.errors import Conflict, Invalid, NotFound
from tandem.model.events import digest
from tandem.model.series import Series, SeriesRequest, SeriesState
from tandem.store.broadcasts import BroadcastRows
from tandem.store.queues import Queue
from tandem.store.series import SeriesRows

SERIES_LIMIT = 100
"""Series of a tenant that are not over."""

CHANGED = "somebody else just changed this series: look again"


class Recurring:
    """What a tenant does with series."""

    def __init__(
        self,
        *,
        rows: SeriesRows,
        broadcast_rows: BroadcastRows,
        broadcasts: Broadcasts,
        plan_queue: Queue,
        clock: Callable[[], float],
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex[:20],
    ) -> None:
        self._rows = rows
        self._broadcast_rows = broadcast_rows
        self._broadcasts = broadcasts
        self._plan_queue = plan_queue
        self._clock = clock
        self._new_id = new_id

    def create(self, tenant: str, request: SeriesRequest) -> Series:
        """Begin a series. Raises Invalid, NotFound and Conflict, with what to do, for a rule or a
        broadcast that cannot be.

        Idempotent on the key of its broadcast, as broadcasts are.
        """
        fingerprint, key = digest(asdict(request)), request.broadcast.key
        name = digest([tenant, "series", key]) if key else self._new_id()
        series = self._rows.get(tenant, name)
        if series is None:
            series = self._begun(tenant, name, fingerprint, request)
        if series.fingerprint != fingerprint:
            raise Conflict(
                "this idempotency key was used for another series: use a new key",
                code="key_reused",
            )
        self._wake(series)
        return series

    def _begun(self, tenant: str, name: str, fingerprint: str, request: SeriesRequest) -> Series:
        if sum(each.next is not None for each in self.all(tenant)) >= SERIES_LIMIT:
            raise Conflict(
                f"there are {SERIES_LIMIT} series already: delete one that is not needed any more",
                code="too_many_series",
            )
        first = first_of(request.rule, int(self._clock()))
        series = Series(
            id=name,
            tenant=tenant,
            request=request,
            fingerprint=fingerprint,
            created_at=int(self._clock()),
            by=request.broadcast.by,
            next=first,
            look_at=first.at - AHEAD_SECONDS,
        )
        self._check(series)
        if self._rows.insert(series):
            return series
        return self._known(tenant, name)

    def _check(self, series: Series) -> None:
        """Raise what stands against the next occurrence, as far as that can be known now."""
        request, first = series.request, series.next
        if request.broadcast.audience.people:
            raise Invalid(
                "whom a series reaches is looked up anew each time: use a segment, or upload a list"
            )
        if request.bounds:
            check_bounds(request.bounds)
        if first is not None:
            now = int(self._clock())
            self._broadcasts.check(series.tenant, request_of(series, first, now))

    def _wake(self, series: Series) -> None:
        """Have what is due already planned at once; what is due later is the keeper's."""
        if series.look_at is not None and series.look_at <= self._clock():
            self._plan_queue.put({"tenant": series.tenant, "series": series.id})

    def edit(self, tenant: str, name: str, request: SeriesRequest) -> Series:
        """Put another request in its place. What is a broadcast already stays as it is."""
        known, now = self._known(tenant, name), int(self._clock())
        rule = request.rule
        if rule == known.request.rule:
            first = known.next
        else:
            first = first_of(rule, now)
            taken = {each.occurrence.day for each in known.happened}
            while first is not None and first.day in taken:
                first = following(rule, after=first.at)
        series = replace(
            known,
            request=request,
            next=first,
            look_at=first.at - AHEAD_SECONDS if first and known.paused_at is None else None,
            trouble=None,
        )
        self._check(series)
        return self._replaced(series)

    def pause(self, tenant: str, name: str) -> Series:
        """Let nothing of it begin until it is resumed. What has begun goes on."""
        known = self._known(tenant, name)
        if known.state is SeriesState.FINISHED:
            raise Conflict("this series is over: there is nothing to pause")
        if known.paused_at is not None:
            raise Conflict("this series is paused already")
        return self._replaced(replace(known, paused_at=int(self._clock()), look_at=None))

    def resume(self, tenant: str, name: str) -> Series:
        """Go on with what comes next from now; what fell into the pause is left out."""
        known, now = self._known(tenant, name), int(self._clock())
        if known.paused_at is None:
            raise Conflict("this series is not paused")
        first = known.next
        if first is not None and first.at <= now:
            first = following(known.request.rule, after=now)
        look_at = first.at - AHEAD_SECONDS if first else None
        return self._replaced(
            replace(known, paused_at=None, next=first, look_at=look_at, trouble=None)
        )

    def delete(self, tenant: str, name: str) -> None:
        """Let nothing of it begin any more. What has begun goes on. Repeating it is NotFound."""
        known = self._known(tenant, name)
        self._replaced(replace(known, deleted_at=int(self._clock()), look_at=None))

    def _replaced(self, series: Series) -> Series:
        """Write a change over the version that was read, and have what is due of it planned."""
        changed = replace(series, version=series.version + 1)
        if not self._rows.replace(changed, since=series.version):
            raise Conflict(CHANGED, code="changed_meanwhile")
        self._wake(changed)
        return changed

    # ---- reading

    def get(self, tenant: str, name: str) -> Series:
        """Raises NotFound for what is not this tenant's, or was deleted."""
        return self._known(tenant, name)

    def all(self, tenant: str) -> tuple[Series, ...]:
        """A tenant's series, the newest first."""
        there = (each for each in self._rows.all(tenant) if each.deleted_at is None)
        return tuple(sorted(there, key=lambda each: (-each.created_at, each.id)))

    def broadcasts_of(self, series: Series) -> dict[str, Broadcast]:
        """What it has become lately, by the ids of the broadcasts."""
        ids = [each.broadcast for each in series.happened if each.broadcast]
        found = [self._broadcast_rows.get(series.tenant, each) for each in ids]
        return {each.id: each for each in found if each}

    def _known(self, tenant: str, name: str) -> Series:
        known = self._rows.get(tenant, name)
        if known is None or known.deleted_at is not None:
            raise NotFound(f"there is no series {name}")
        return known
