"""Law 3 on recorded bodies: every piece is in the state or in the kept-and-shown place.

The project's own recordings, and those of others, which lie beside the checkout where the project
is built; without them this says so.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import Workbench
from tests.laws.world.bad_input import EveryLineIsOurs, raw_of
from tests.recordings import REAL, RECORDED, needs_real

BODIES = [*RECORDED, *REAL]
ROWS = {
    *("messages", "message_echoes", "statuses", "state_sync"),
    *("user_preferences", "user_id_update", "groups", "errors", "contacts"),
}

Piece = tuple[str, Any]
"""What a piece is, and the piece itself."""


def pieces_of(body: Any) -> Iterator[Piece]:
    """Every piece of a body, found by walking it: rows by their array, other values whole."""
    for change in _changes(body):
        value = change.get("value")
        if not isinstance(value, dict):
            yield "change", value
        elif not (ROWS | {"history"}) & value.keys():
            yield "notice", value
        else:
            yield from _rows(value)


def _changes(body: Any) -> Iterator[dict[str, Any]]:
    if isinstance(body, dict) and "entry" not in body:
        yield from [body] if "value" in body else [{"value": body}]
    entries = body.get("entry") if isinstance(body, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        changes = entry.get("changes") if isinstance(entry, dict) else None
        yield from (c for c in changes or () if isinstance(c, dict))


def _rows(value: dict[str, Any]) -> Iterator[Piece]:
    for name in ROWS & value.keys():
        rows = value[name]
        yield from ((name, row) for row in (rows if isinstance(rows, list) else [rows]))
    for item in _list(value.get("history")):
        yield from (("errors", error) for error in _list(item.get("errors")))
        for thread in _list(item.get("threads")):
            rows = thread.get("messages") if isinstance(thread, dict) else None
            if isinstance(rows, list):
                yield from (("messages", row) for row in rows)
            else:
                yield "thread", thread


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


class Found:
    """What the table holds after a body, ready to be asked."""

    def __init__(self, table: MemoryTable) -> None:
        rows = table.contents().items()
        self.rows = {key.pk: row for key, row in rows if not key.sk.startswith("CHUNK#")}
        raw = [raw_of(row) for row in table.contents().values() if row["sk"] == "KEPT"]
        self._kept: set[str] = set()
        for text in raw:
            try:
                self._kept.update(_parts(json.loads(text)))
            except ValueError:
                self._kept.add(text)

    def has(self, kind: str, piece: Any) -> bool:
        """Whether a piece is kept, alone or with what was around it, or is in the state."""
        if _plain(piece) in self._kept:
            return True
        sign = _SIGNS.get(kind)
        return sign is not None and isinstance(piece, dict) and sign(self.rows, piece)


def _parts(value: Any) -> Iterator[str]:
    """Everything that a JSON value holds, each as text."""
    yield _plain(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inner:
        yield from _parts(part)


def _plain(value: Any) -> str:
    return json.dumps(value, sort_keys=True).replace("\\ud83d", "\\ufffd")


def _named(rows: Any, kind: str, name: Any) -> Iterator[Any]:
    ends = f"#{name}"
    return (row for pk, row in rows.items() if f"#{kind}#" in pk and pk.endswith(ends))


def _message(rows: Any, row: Any) -> bool:
    return any("content" in found for found in _named(rows, "MSG", row.get("id")))


def _status(rows: Any, row: Any) -> bool:
    state = f"status_{row.get('status')}"
    return any(state in found for found in _named(rows, "MSG", row.get("id")))


def _contact(rows: Any, row: Any) -> bool:
    return any("book" in found for found in _people(rows, row.get("contact", {})))


def _wish(rows: Any, row: Any) -> bool:
    return any("wish" in found for found in _people(rows, row))


def _moved(rows: Any, row: Any) -> bool:
    ids = row.get("user_id", {})
    return any(True for _ in _named(rows, "PERSON", f"bsuid:{ids.get('current')}"))


def _error(rows: Any, row: Any) -> bool:
    """The owner's no is on the sync; every other error is kept."""
    declined = f"{row.get('code')} "
    return any(str(found.get("declined", "")).startswith(declined) for found in rows.values())


def _entry(rows: Any, row: Any) -> bool:
    """An entry of `contacts[]` is the person of a row, or names the person of one."""
    if any(True for _ in _people(rows, row)):
        return True
    profile = row.get("profile", {})
    talks = [found for pk, found in rows.items() if "#TALK#" in pk]
    return any(profile.get(name) in (t.get(name), None) for t in talks for name in profile)


def _people(rows: Any, who: Any) -> Iterator[Any]:
    number = re.sub(r"\D", "", str(who.get("wa_id") or who.get("phone_number") or ""))
    ids = [f"phone:{number}", *(f"bsuid:{who.get(n)}" for n in ("user_id", "wa_id"))]
    ids += [
        f"parent:{who.get('parent_user_id')}",
        f"username:{str(who.get('username')).removeprefix('@')}",
    ]
    for alias in ids:
        yield from _named(rows, "PERSON", alias)
        yield from (row for pk, row in rows.items() if "#TALK#" in pk and pk.endswith(alias))


_SIGNS = {
    "messages": _message,
    "message_echoes": _message,
    "statuses": _status,
    "state_sync": _contact,
    "user_preferences": _wish,
    "user_id_update": _moved,
    "errors": _error,
    "contacts": _entry,
}


@pytest.mark.parametrize("path", BODIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_piece_of_a_recorded_body_is_found_again(path: Path) -> None:
    table = MemoryTable()
    bench = Workbench(table, directory=EveryLineIsOurs())
    before = table.contents()
    body = path.read_bytes()

    bench.deliver(body)

    found = Found(table)
    lost = [piece for piece in pieces_of(json.loads(body)) if not found.has(*piece)]
    assert lost == []
    assert table.contents() != before
    assert [one.body for one in bench.archive.kept.values()] == [body]


@pytest.mark.parametrize(
    "paths",
    [
        RECORDED,
        pytest.param(REAL, marks=needs_real),
    ],
    ids=["our own", "those of others"],
)
def test_all_recorded_bodies_at_once_are_found_again_by_count(paths: list[Path]) -> None:
    table = MemoryTable()
    bench = Workbench(table, directory=EveryLineIsOurs())
    bodies = [path.read_bytes() for path in paths]

    bench.deliver(*bodies, *reversed(bodies))

    found = Found(table)
    pieces = [piece for body in bodies for piece in pieces_of(json.loads(body))]
    counted = Counter(kind for kind, piece in pieces if found.has(kind, piece))
    assert counted == Counter(kind for kind, _ in pieces)
    assert {"messages", "statuses", "groups", "notice", "contacts", "errors"} <= counted.keys()
