"""Wiring of a replay: which lines a tenant has, and the state that its archive proves."""

from collections.abc import Mapping
from typing import Any

from tandem.model.errors import Invalid
from tandem.replay.rebuilding import Bodies, Connected, Days
from tandem.replay.repairing import Replay
from tandem.replay.telling import as_data
from tandem.runtime import clients, stores
from tandem.runtime.settings import setting
from tandem.store.archive import Archive
from tandem.store.lines import Lines
from tandem.store.syncs import Syncs
from tandem.store.table import Table

CHANGES_IN_AN_ANSWER = 100


def replay_of(
    table: Table, archive: Bodies, *, tenant: str | None, line: str | None, days: Days
) -> Replay:
    """The replay of a line, or of every line of a tenant. Invalid when there is no such line."""
    lines, syncs = Lines(table), Syncs(table)
    if line:
        route = lines.route_of_phone(line)
        if route is None or tenant not in (None, route.tenant):
            raise Invalid(f"there is no line {line} here")
        tenant = route.tenant
    if not tenant:
        raise Invalid("say which line, or which tenant")
    connected = [
        Connected(
            one,
            tuple(
                (syncs.opened_at(tenant, one.line, sync), sync)
                for sync in lines.syncs(tenant, one.line)
            ),
        )
        for one in lines.all(tenant)
    ]
    if not any(line in (None, one.line.line) for one in connected):
        raise Invalid(f"nothing of {tenant} is connected here")
    return Replay(table, archive, connected, lines, tenant=tenant, line=line, days=days)


def replay(event: Mapping[str, Any], *, at: int) -> dict[str, Any]:
    """What an operator asks of the function: a difference, or a repair. Nobody's words are told."""
    day = event.get("day")
    asked = replay_of(
        stores.table(),
        Archive(clients.s3(), setting("ARCHIVE_BUCKET")),
        tenant=event.get("tenant"),
        line=event.get("line"),
        days=Days(event.get("since", day), event.get("until", day)),
    )
    apply, take_away = event.get("apply") is True, event.get("take_away") is True
    done = asked.apply(take_away=take_away, at=at) if apply else asked.difference()
    return {"applied": apply, **as_data(done, show=False, most=CHANGES_IN_AN_ANSWER)}
