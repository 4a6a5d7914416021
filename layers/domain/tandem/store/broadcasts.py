"""Broadcasts, and when each of them is to be looked at again.

A broadcast has two rows. The one that is read; and a watch, in a group over all tenants by the time
at which somebody must look, for as long as it is not over. The watch is written first and goes
last, so that whatever dies in between, the keeper finds the broadcast and has it planned again.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tandem.model.broadcast import Broadcast, Pause, Plan
from tandem.store import keys
from tandem.store.broadcast_rows import as_row, asked_row, plan_row, read
from tandem.store.due import due
from tandem.store.registers import Merge, Register, Row, fingerprint
from tandem.store.table import Table

_PLANNED = ("plan", "trouble", "approved_plan", "approved_by", "approved_at")
_HELD = ("pause", "pause_reason", "pause_code", "paused_at")


@dataclass(frozen=True, slots=True)
class Watch:
    """A broadcast that somebody must look at when `at` (unix seconds) has come."""

    tenant: str
    broadcast: str
    at: int


class BroadcastRows:
    """The broadcasts of every tenant."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # ---- the broadcast

    def insert(self, broadcast: Broadcast) -> bool:
        """Write a new broadcast; False when there is one under its id."""
        return self._table.insert(_key(broadcast), as_row(broadcast))

    def get(self, tenant: str, broadcast: str) -> Broadcast | None:
        row = self._table.get(keys.broadcast(tenant, broadcast))
        return read(tenant, row) if row and "created_at" in row else None

    def page(
        self, tenant: str, *, limit: int, cursor: str | None = None
    ) -> tuple[tuple[Broadcast, ...], str | None]:
        """A tenant's broadcasts, the newest first."""
        page = self._table.page(keys.broadcasts(tenant), limit=limit, cursor=cursor)
        return tuple(read(tenant, row) for row in page.rows), page.cursor

    def revise(self, broadcast: Broadcast, *, since: int) -> bool:
        """Put a revision in the place of the one `since`, without a plan; False when that one has
        begun, is over, or is another one by now.
        """
        return self._table.update(
            _key(broadcast),
            put=asked_row(broadcast),
            remove=(*_PLANNED, *_HELD),
            if_equal={"revision": since},
            if_absent=("begun_at", "finished_at", "cancelled_at"),
        )

    # ---- its plan

    def freeze(self, broadcast: Broadcast, plan: Plan) -> bool:
        """Write the plan of this revision once; False when there is one, or a newer revision."""
        return self._table.update(
            _key(broadcast),
            put={"plan": plan_row(plan)},
            remove=("trouble",),
            if_equal={"revision": broadcast.revision},
            if_absent=("plan", "cancelled_at"),
        )

    def note_trouble(self, broadcast: Broadcast, why: str | None) -> bool:
        """Why the plan of this revision cannot be made, or does not go out yet; None when it does.
        False when it has a plan by now, or is over.
        """
        planless = () if broadcast.plan else ("plan",)
        return self._table.update(
            _key(broadcast),
            put={"trouble": why},
            if_equal={"revision": broadcast.revision},
            if_absent=(*planless, "finished_at", "cancelled_at"),
        )

    def approve(self, broadcast: Broadcast, *, by: str, at: int) -> bool:
        """Somebody said yes to the plan; False when that was done, or the plan is not this one."""
        plan = broadcast.plan
        return plan is not None and self._table.update(
            _key(broadcast),
            put={"approved_plan": plan.hash, "approved_by": by, "approved_at": at},
            if_equal={"revision": broadcast.revision},
            if_absent=("approved_plan", "cancelled_at"),
            if_present=("plan",),
        )

    def begin(self, broadcast: Broadcast, *, at: int) -> bool:
        """The first messages are about to go out: it cannot be edited any more."""
        return self._table.update(
            _key(broadcast),
            put={"begun_at": at},
            if_equal={"revision": broadcast.revision},
            if_absent=("begun_at", "cancelled_at"),
            if_present=("approved_plan",),
        )

    def lapse(self, broadcast: Broadcast, why: str, *, at: int) -> bool:
        """It never began, and is not to begin any more; False when it has, or is over."""
        return self._table.update(
            _key(broadcast),
            put={"cancelled_at": at, "trouble": why},
            if_absent=("begun_at", "finished_at", "cancelled_at"),
            if_present=("created_at",),
        )

    # ---- holding, going on, ending

    def pause(self, tenant: str, broadcast: str, pause: Pause) -> bool:
        """Hold what is not sent yet; False when it is held, over or not there."""
        return self._table.update(
            keys.broadcast(tenant, broadcast),
            put=_held(pause),
            if_absent=("pause", "finished_at", "cancelled_at"),
            if_present=("created_at",),
        )

    def hear_of_pause(self, tenant: str, broadcast: str, pause: Pause) -> None:
        """A status told at `pause.at` that nobody of the broadcast can be reached. Told again, or
        later than something newer, it changes nothing: what was resumed stays so.
        """
        held = _held(pause)
        told = Register("pause_told", keys.moment(pause.at, fingerprint(held)), "latest", held)
        self._table.merge(keys.broadcast(tenant, broadcast), Merge((told,)))

    def resume(self, tenant: str, broadcast: str, *, at: int) -> bool:
        """Let go what was held, because what held it is over; False when nothing was."""
        return self._table.update(
            keys.broadcast(tenant, broadcast),
            put={"resumed_at": at},
            remove=_HELD,
            if_present=("pause",),
        )

    def go_on(self, tenant: str, broadcast: str, *, at: int, insisting: bool) -> bool:
        """Somebody wants everybody who is left to be sent to, though too many failed if
        `insisting`; False when it was cancelled. It is finished only when that has been seen to.
        """
        insisted = {"insisted_at": at} if insisting else {}
        return self._table.update(
            keys.broadcast(tenant, broadcast),
            put={"resumed_at": at, "again_at": at, **insisted},
            remove=(*_HELD, "finished_at"),
            if_absent=("cancelled_at",),
            if_present=("created_at",),
        )

    def cancel(self, tenant: str, broadcast: str, *, at: int) -> bool:
        """Nothing more is sent, for good; False when it is over."""
        return self._table.update(
            keys.broadcast(tenant, broadcast),
            put={"cancelled_at": at},
            if_absent=("cancelled_at", "finished_at"),
            if_present=("created_at",),
        )

    def finish(self, broadcast: Broadcast, *, at: int) -> None:
        """Nobody is left to send to: nothing looks at it any more, unless somebody has wanted it to
        go on meanwhile.
        """
        finished = self._table.update(
            _key(broadcast),
            put={"finished_at": at},
            if_equal={"again_at": broadcast.again_at},
            if_absent=("finished_at", "cancelled_at"),
            if_present=("created_at",),
        )
        if finished:
            self.unwatch(broadcast.tenant, broadcast.id)

    # ---- its watch

    def watched_at(self, tenant: str, broadcast: str) -> int | None:
        """When the broadcast is to be looked at; None when nobody needs to."""
        row = self._table.get(keys.broadcast_watch(tenant, broadcast))
        return keys.moment_at(row["moment"]) if row and "moment" in row else None

    def watch(self, tenant: str, broadcast: str, at: int) -> None:
        """Look at it at `at`, whatever was wanted before."""
        self._table.update(
            keys.broadcast_watch(tenant, broadcast), put=_watch_row(tenant, broadcast, at)
        )

    def watch_sooner(self, tenant: str, broadcast: str, at: int) -> None:
        """Look at it no later than `at`."""
        while True:
            known = self.watched_at(tenant, broadcast)
            if known is not None and known <= at:
                return
            if self.move_watch(tenant, broadcast, known, to=at):
                return

    def move_watch(self, tenant: str, broadcast: str, known: int | None, *, to: int) -> bool:
        """Move the watch from `known`; False when somebody moved it meanwhile."""
        there = None if known is None else keys.moment(known, broadcast)
        return self._table.update(
            keys.broadcast_watch(tenant, broadcast),
            put=_watch_row(tenant, broadcast, to),
            if_equal={"moment": there},
        )

    def unwatch(self, tenant: str, broadcast: str) -> None:
        self._table.update(
            keys.broadcast_watch(tenant, broadcast),
            remove=("group", "moment"),
            if_present=("group",),
        )

    def due(self, by: int) -> Iterator[Watch]:
        """Every broadcast of every tenant that is to be looked at by then, longest due first."""
        for row in due(self._table, keys.open_broadcasts(), now=by):
            yield Watch(row["tenant"], row["broadcast"], keys.moment_at(row["moment"]))


def _key(broadcast: Broadcast) -> keys.Key:
    return keys.broadcast(broadcast.tenant, broadcast.id)


def _watch_row(tenant: str, broadcast: str, at: int) -> Row:
    return {
        "group": keys.open_broadcasts(),
        "moment": keys.moment(at, broadcast),
        "tenant": tenant,
        "broadcast": broadcast,
    }


def _held(pause: Pause) -> Row:
    return {
        "pause": pause.cause.value,
        "pause_reason": pause.reason,
        "pause_code": pause.code,
        "paused_at": pause.at,
    }
