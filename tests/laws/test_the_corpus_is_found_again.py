"""Law 3 on bodies that others recorded: every row is in the state or in the kept-and-shown place.

The recordings lie beside the checkout where the project is built; without them this says so.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tandem.model.line import Route
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import TENANT, Workbench

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
BODIES = sorted(path for path in CORPUS.glob("*/*.json")) if CORPUS.is_dir() else []

Row = tuple[str, str, Any]
"""What a row is, the line it came for, and the row itself."""


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


def rows_of(body: Any) -> Iterator[Row]:
    """Every message, echo, status, contact and history row of a body, found by walking it."""
    for entry in body.get("entry", []) if isinstance(body, dict) else []:
        for change in entry.get("changes", []):
            value = change.get("value")
            if not isinstance(value, dict):
                continue
            line = str(value.get("metadata", {}).get("phone_number_id", ""))
            for name in ("messages", "message_echoes", "statuses", "state_sync"):
                if change.get("field") in _READ:
                    yield from ((name, line, row) for row in value.get(name, []))
            for item in value.get("history", []):
                for thread in item.get("threads", []):
                    yield from (("messages", line, row) for row in thread.get("messages", []))


_READ = {"messages", "smb_message_echoes", "smb_app_state_sync", "history"}


class Found:
    """What the table holds after a body, ready to be asked."""

    def __init__(self, bench: Workbench, table: MemoryTable) -> None:
        self.rows = {key.pk: row for key, row in table.contents().items()}
        things, more = bench.kept.page(TENANT, limit=1000)
        assert more is None
        self.kept = [json.loads(thing.raw) for thing in things if thing.raw.startswith("{")]

    def has(self, kind: str, line: str, row: Any) -> bool:
        return row in self.kept or (isinstance(row, dict) and _SIGNS[kind](self.rows, line, row))


def _message(rows: Any, line: str, row: Any) -> bool:
    return "content" in rows.get(f"{TENANT}#MSG#{line}#{row.get('id')}", {})


def _status(rows: Any, line: str, row: Any) -> bool:
    stored = rows.get(f"{TENANT}#MSG#{line}#{row.get('id')}", {})
    return f"status_{row.get('status')}" in stored


def _contact(rows: Any, line: str, row: Any) -> bool:
    contact = row.get("contact", {})
    aliases = (f"phone:{contact.get('phone_number')}", f"bsuid:{contact.get('user_id')}")
    return any("book" in rows.get(f"{TENANT}#PERSON#{alias}", {}) for alias in aliases)


_SIGNS = {
    "messages": _message,
    "message_echoes": _message,
    "statuses": _status,
    "state_sync": _contact,
}


@pytest.mark.skipif(not BODIES, reason="no recorded bodies beside this checkout")
@pytest.mark.parametrize("path", BODIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_row_of_a_recorded_body_is_found_again(path: Path) -> None:
    table = MemoryTable()
    bench = Workbench(table, directory=EveryLineIsOurs())
    before = table.contents()
    body = path.read_bytes()

    bench.deliver(body)

    found = Found(bench, table)
    rows = list(rows_of(json.loads(body)))
    lost = [(kind, row) for kind, line, row in rows if not found.has(kind, line, row)]
    assert lost == []
    assert table.contents() != before
    assert [one.body for one in bench.archive.kept.values()] == [body]


@pytest.mark.skipif(not BODIES, reason="no recorded bodies beside this checkout")
def test_the_whole_corpus_at_once_is_found_again_by_count() -> None:
    table = MemoryTable()
    bench = Workbench(table, directory=EveryLineIsOurs())
    bodies = [path.read_bytes() for path in BODIES]

    bench.deliver(*bodies, *reversed(bodies))

    found = Found(bench, table)
    rows = [row for body in bodies for row in rows_of(json.loads(body))]
    counted = {kind: sum(found.has(*row) for row in rows if row[0] == kind) for kind in _SIGNS}
    assert counted == {kind: sum(row[0] == kind for row in rows) for kind in _SIGNS}
    assert sum(counted.values()) > 100
