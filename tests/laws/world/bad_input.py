"""The law of bad input: whatever one piece of a body is, its neighbours are stored, and it is kept.

The bodies go through the real handlers; every number and account in them is the tenant's.
"""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from tandem.meta.envelope import parsed
from tandem.model.line import Route
from tandem.runtime import intake
from tandem.store.keys import Key
from tests.fakes.memory_cloud import MemoryCloud
from tests.fakes.workbench import TENANT
from tests.laws.world.mutation import Mutated, Way, at

Row = dict[str, Any]


class EveryLineIsOurs:
    """A directory in which every number and account belongs to the tenant."""

    def route_of_phone(self, phone_number_id: str) -> Route:
        return Route(TENANT, "waba", (phone_number_id,))

    def route_of_waba(self, waba: str) -> Route:
        return Route(TENANT, waba)

    def route_of_number(self, display_number: str) -> Route:
        return Route(TENANT, "waba")

    def route_of_portfolio(self, portfolio: str) -> Route:
        return Route(TENANT, "waba")

    def get(self, tenant: str, line: str) -> None:
        return None

    def get_beside(self, tenant: str, line: str, other: Key) -> tuple[None, bool]:
        return None, False


@contextmanager
def open_house() -> Iterator[MemoryCloud]:
    """A cloud for which every line is connected."""
    cloud = MemoryCloud()
    with cloud.process(), patch.object(intake, "Directory", lambda *_, **__: EveryLineIsOurs()):
        yield cloud


def what_is_lost(cloud: MemoryCloud, one: Mutated) -> list[str]:
    """Deliver a mutated body to a cloud that is emptied for it; what of it is nowhere then."""
    cloud.dynamodb.items.clear()
    cloud.s3.objects.clear()
    cloud.sqs.letters.clear()
    status = cloud.post(one.body)
    cloud.work()
    rows = list(cloud.rows().values())
    kept = [(row["reason"], raw_of(row)) for row in rows if row["sk"] == "KEPT"]
    lost = [f"the body itself, answered with {status}"] if status != 200 else []
    lost += ["a letter that was given up"] if cloud.dead else []
    lost += [f"the reason for {raw!r}" for reason, raw in kept if not reason]
    lost += _lost(one, rows, kept)
    return [f"{each}, of {one}" for each in lost]


def _lost(one: Mutated, rows: list[Row], kept: list[tuple[str, str]]) -> Iterator[str]:
    said = _understood(one.body)
    if said is None:
        whole = one.body.decode("utf-8", "backslashreplace")
        if not any(raw == whole for reason, raw in kept if reason in ("not_json", "malformed")):
            yield "a body that is no webhook"
        return
    stored = {row["pk"].split("#", 3)[3] for row in rows if row["sk"] == "MSG" and "content" in row}
    yield from (f"the neighbour {mark}" for mark in one.safe if mark not in stored)
    for mark in one.inside:
        if mark not in stored and not any(mark in raw for _, raw in kept):
            yield mark
    if one.row is not None and not _is_found(said, one.row, rows, kept):
        yield "the row that was changed"


def _is_found(
    said: Any, changed: tuple[Way, str], rows: list[Row], kept: list[tuple[str, str]]
) -> bool:
    """Whether the row is in the state, or kept, by itself or with what is around it."""
    way, kind = changed
    try:
        row = at(said, way)
    except (LookupError, TypeError):
        return True
    text = json.dumps(row, separators=(",", ":"))
    if any(text in raw or _same(raw, row) for _, raw in kept):
        return True
    return isinstance(row, dict) and SIGNS[kind](rows, row)


def _same(raw: str, row: Any) -> bool:
    try:
        return bool(json.loads(raw) == row)
    except ValueError:
        return False


def _message(rows: list[Row], row: Row) -> bool:
    return any(r["pk"].endswith(f"#{row.get('id')}") and "content" in r for r in rows)


def _status(rows: list[Row], row: Row) -> bool:
    state = f"status_{row.get('status')}"
    return any(r["pk"].endswith(f"#{row.get('id')}") and state in r for r in rows)


def _contact(rows: list[Row], _row: Row) -> bool:
    return any("book" in r for r in rows if r["sk"] == "PERSON")


def _wish(rows: list[Row], _row: Row) -> bool:
    return any("wish" in r for r in rows if r["sk"] == "PERSON")


SIGNS = {
    "messages": _message,
    "message_echoes": _message,
    "statuses": _status,
    "state_sync": _contact,
    "user_preferences": _wish,
}


def raw_of(row: Row) -> str:
    """The words of a kept thing, however they are packed."""
    return gzip.decompress(row["raw_gz"]).decode() if "raw_gz" in row else str(row.get("raw", ""))


def _understood(body: bytes) -> Any:
    try:
        return parsed(body)
    except (ValueError, RecursionError):
        return None
