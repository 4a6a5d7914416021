"""Broadcasts, and when each of them is to be looked at again.

A broadcast has two rows. The one that is read; and a watch, in a group over all tenants by the time
at which somebody must look, for as long as it is not finished. The watch is written first and goes
last, so that whatever dies in between, the keeper finds the broadcast and has it planned again.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tandem.model.broadcast import Broadcast, Category, Pause, PausedFor, Plan, Template
from tandem.store import keys
from tandem.store.due import due
from tandem.store.registers import Merge, Register, Row, fingerprint
from tandem.store.table import Table


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
        template = broadcast.template
        row = {
            "line": broadcast.line,
            "name": broadcast.name,
            "template": template.name,
            "language": template.language,
            "category": template.category.value,
            "components": json.dumps(template.components),
            "schedule_at": broadcast.schedule_at,
            "created_at": broadcast.created_at,
            "by": broadcast.by,
            "listed": broadcast.listed,
            "audience": broadcast.audience,
            "fingerprint": broadcast.fingerprint,
            "group": keys.broadcasts(broadcast.tenant),
            "moment": keys.moment(broadcast.created_at, broadcast.id),
        }
        return self._table.insert(keys.broadcast(broadcast.tenant, broadcast.id), row)

    def get(self, tenant: str, broadcast: str) -> Broadcast | None:
        row = self._table.get(keys.broadcast(tenant, broadcast))
        return _read(tenant, row) if row else None

    def page(
        self, tenant: str, *, limit: int, cursor: str | None = None
    ) -> tuple[tuple[Broadcast, ...], str | None]:
        """A tenant's broadcasts, the newest first."""
        page = self._table.page(keys.broadcasts(tenant), limit=limit, cursor=cursor)
        return tuple(_read(tenant, row) for row in page.rows), page.cursor

    def freeze(self, tenant: str, broadcast: str, plan: Plan) -> bool:
        """Write the plan once; False when there is one already."""
        planned = {
            "plan_hash": plan.hash,
            "size": plan.size,
            "duplicates": plan.duplicates,
            "invalid": plan.invalid,
            "planned_at": plan.planned_at,
        }
        key = keys.broadcast(tenant, broadcast)
        return self._table.update(
            key, put=planned, if_absent=("plan_hash",), if_present=("created_at",)
        )

    def pause(self, tenant: str, broadcast: str, pause: Pause) -> bool:
        """Hold what is not sent yet; False when it is held, finished or not there."""
        return self._table.update(
            keys.broadcast(tenant, broadcast),
            put=_held(pause),
            if_absent=("pause", "finished_at"),
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
        """Let go what was held; False when nothing was."""
        return self._table.update(
            keys.broadcast(tenant, broadcast),
            put={"resumed_at": at},
            remove=("pause", "pause_reason", "pause_code", "paused_at"),
            if_present=("pause",),
        )

    def finish(self, tenant: str, broadcast: str, *, at: int) -> None:
        """Nobody is left to send to: nothing looks at it any more."""
        key = keys.broadcast(tenant, broadcast)
        self._table.update(
            key, put={"finished_at": at}, if_absent=("finished_at",), if_present=("created_at",)
        )
        self.unwatch(tenant, broadcast)

    def reopen(self, tenant: str, broadcast: str) -> None:
        """Somebody is left after all."""
        self._table.update(
            keys.broadcast(tenant, broadcast),
            remove=("finished_at",),
            if_present=("finished_at",),
        )

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

    def overdue(self, now: int) -> Iterator[Watch]:
        """Every broadcast of every tenant that is to be looked at by `now`, longest due first."""
        for row in due(self._table, keys.open_broadcasts(), now=now):
            yield Watch(row["tenant"], row["broadcast"], keys.moment_at(row["moment"]))


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


def _read(tenant: str, row: Row) -> Broadcast:
    return Broadcast(
        id=row["moment"].split("#", 1)[1],
        tenant=tenant,
        line=row["line"],
        name=row["name"],
        template=Template(
            name=row["template"],
            language=row["language"],
            category=Category(row["category"]),
            components=tuple(json.loads(row["components"])),
        ),
        schedule_at=row["schedule_at"],
        created_at=row["created_at"],
        by=row["by"],
        listed=row["listed"],
        audience=row["audience"],
        fingerprint=row["fingerprint"],
        plan=_plan(row),
        pause=_pause(row),
        resumed_at=row.get("resumed_at"),
        finished_at=row.get("finished_at"),
    )


def _plan(row: Row) -> Plan | None:
    if "plan_hash" not in row:
        return None
    return Plan(
        hash=row["plan_hash"],
        size=row["size"],
        duplicates=row["duplicates"],
        invalid=row["invalid"],
        planned_at=row["planned_at"],
    )


def _pause(row: Row) -> Pause | None:
    if "pause" not in row:
        return None
    code: Any = row.get("pause_code")
    return Pause(PausedFor(row["pause"]), row["pause_reason"], code, row["paused_at"])
