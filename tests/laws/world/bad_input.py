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
from tests.laws.world.mutation import Mutated, at

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


def nothing_of_it_is_lost(cloud: MemoryCloud, one: Mutated) -> None:
    """Deliver a mutated body to a cloud that is emptied for it, and look for all that it said."""
    cloud.dynamodb.items.clear()
    cloud.s3.objects.clear()
    cloud.sqs.letters.clear()
    told = f"mutation {one.number} of {one.source} at {one.way}: {one.body[:600]!r}"

    status = cloud.post(one.body)
    cloud.work()

    assert status == 200, told
    assert cloud.dead == [], told
    rows = list(cloud.rows().values())
    kept = [(row["reason"], raw_of(row)) for row in rows if row["sk"] == "KEPT"]
    assert all(reason for reason, _ in kept)
    said = _understood(one.body)
    if said is None:
        whole = one.body.decode("utf-8", "backslashreplace")
        assert any(raw == whole for reason, raw in kept if reason in ("not_json", "malformed")), (
            told
        )
        return
    stored = {row["pk"].split("#", 3)[3] for row in rows if row["sk"] == "MSG" and "content" in row}
    for mark in one.safe:
        assert mark in stored, f"the neighbour {mark} is lost: {told}"
    for mark in one.inside:
        assert mark in stored or any(mark in raw for _, raw in kept), f"{mark} is lost: {told}"
    if one.row is not None:
        _hold_row(said, one, rows, kept, told)


def _hold_row(
    said: Any, one: Mutated, rows: list[Row], kept: list[tuple[str, str]], told: str
) -> None:
    """The row that was mutated is in the state, or kept, by itself or with what is around it."""
    way, kind = one.row or ((), "")
    try:
        row = at(said, way)
    except (LookupError, TypeError):
        return
    text = json.dumps(row, separators=(",", ":"))
    if any(text in raw or _same(raw, row) for _, raw in kept):
        return
    assert isinstance(row, dict), f"this was no row, and nobody kept it: {told}"
    assert SIGNS[kind](rows, row), f"neither stored nor kept: {told}"


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
