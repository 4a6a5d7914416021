"""Bodies as nobody promised them: recorded webhooks with one thing wrong, among good neighbours."""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests.fakes.workbench import LINE, NUMBER, WABA

Way = tuple[str | int, ...]
"""How a node of a JSON value is reached."""

ROWS = ("messages", "message_echoes", "statuses", "state_sync", "user_preferences")

_RAW = {
    "@@deep@@": "[" * 40 + "]" * 40,
    "@@abyss@@": '{"a":' * 3000 + "1" + "}" * 3000,
    "@@nan@@": "NaN",
    "@@twice@@": '{"id":"1","id":{"id":2},"type":"text","type":null}',
    "@@half@@": '"\\ud83d"',
    "@@nul@@": '"\\u0000"',
}
"""What `json.dumps` does not write."""


@dataclass(frozen=True, slots=True)
class Mutated:
    """A body with one mutation at `way` (empty: of the bytes), and the marks of its neighbours.

    `safe` neighbours stand outside of what was mutated, `inside` are left of those within.
    """

    number: int
    source: str
    body: bytes
    way: Way
    safe: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"mutation {self.number} of {self.source} at {self.way}: {self.body[:600]!r}"

    @property
    def row(self) -> tuple[Way, str] | None:
        """The row in which the mutation lies, and under which key it stands."""
        for place in range(len(self.way) - 1):
            key = self.way[place]
            if key in ROWS and isinstance(self.way[place + 1], int):
                return self.way[: place + 2], str(key)
        return None


def mutated(number: int, paths: list[Path]) -> Mutated:
    """The mutated body of a number: always the same one for the same recordings."""
    chance = Random(number)
    path = chance.choice(paths)
    source = f"{path.parent.name}/{path.stem}"
    said = _among_neighbours(json.loads(path.read_text(), strict=False))
    if chance.randrange(6) == 0:
        return Mutated(number, source, chance.choice(_BYTES)(json.dumps(said).encode(), chance), ())
    # Between its neighbours, never one of them.
    ways = [way for way in _ways(said) if way[:2] == ("entry", 1) and not _neighbour(said, way)]
    way = chance.choice(ways)
    marks = {mark: where for where, mark in _marks(said)}
    touched = _reach(way)
    safe = tuple(mark for mark, where in marks.items() if where[: len(touched)] != touched)
    inside = tuple(mark for mark in marks if mark not in safe)
    chance.choice(_NODES)(said, way, chance)
    text = json.dumps(said)
    for name, raw in _RAW.items():
        text = text.replace(json.dumps(name), raw)
    left = tuple(mark for mark in inside if mark in text)
    return Mutated(number, source, text.encode(), way, safe, left)


def _reach(way: Way) -> Way:
    """What is touched by a mutation: all rows of a change, by what says whose or what they are."""
    if "metadata" in way:
        return way[: way.index("metadata") - 1]
    return way[:-1] if way[-1] == "field" else way


# ---- neighbours


def _among_neighbours(said: Any) -> Any:
    """The body between two entries that are well, each of its rows between two rows that are."""
    entries = said.get("entry") if isinstance(said, dict) else None
    found = entries[0] if isinstance(entries, list) and entries else {"changes": [said]}
    changes = found.get("changes", []) if isinstance(found, dict) else []
    for change in changes if isinstance(changes, list) else []:
        value = change.get("value") if isinstance(change, dict) else None
        if isinstance(value, dict):
            _surround(value, change.get("field"))
    good = [_entry(f"neighbour-{place}") for place in ("before", "after")]
    return {"object": "whatsapp_business_account", "entry": [good[0], found, good[1]]}


def _surround(value: dict[str, Any], field: Any) -> None:
    metadata = value.get("metadata")
    named = isinstance(metadata, dict) and metadata.get("phone_number_id")
    if field != "messages" or not named or not isinstance(value.get("messages"), list):
        return
    rows = value["messages"]
    value["messages"] = [_row("neighbour-first"), *rows, _row("neighbour-last")]


def _entry(mark: str) -> dict[str, Any]:
    metadata = {"display_phone_number": NUMBER, "phone_number_id": LINE}
    value = {"metadata": metadata, "messages": [_row(mark)]}
    return {"id": WABA, "changes": [{"field": "messages", "value": value}]}


def _row(mark: str) -> dict[str, Any]:
    text = {"type": "text", "text": {"body": mark}}
    return {"id": f"wamid.{mark}", "from": "12125550177", "timestamp": "1790000000", **text}


def _neighbour(said: Any, way: Way) -> bool:
    return any(way[: len(where)] == where for where, _ in _marks(said))


def _marks(said: Any) -> Iterator[tuple[Way, str]]:
    """Where each neighbour stands, and its mark."""
    for way in _ways(said):
        node = at(said, way)
        if isinstance(node, dict) and str(node.get("id", "")).startswith("wamid.neighbour-"):
            yield way, str(node["id"])


def at(said: Any, way: Way) -> Any:
    for step in way:
        said = said[step]
    return said


def _ways(said: Any, way: Way = ()) -> Iterator[Way]:
    if way:
        yield way
    inner = said.items() if isinstance(said, dict) else enumerate(said)
    for step, node in inner if isinstance(said, dict | list) else ():
        yield from _ways(node, (*way, step)) if isinstance(node, dict | list) else [(*way, step)]


# ---- mutations of a node


def _put(said: Any, way: Way, node: Any) -> None:
    at(said, way[:-1])[way[-1]] = node


def _dropped(said: Any, way: Way, _chance: Random) -> None:
    del at(said, way[:-1])[way[-1]]


def _renamed(said: Any, way: Way, chance: Random) -> None:
    around = at(said, way[:-1])
    if isinstance(around, dict):
        around[chance.choice(["", "x", str(way[-1]).upper(), f"{way[-1]}s"])] = around.pop(way[-1])
    else:
        around.append(around[way[-1]])


def _replaced(said: Any, way: Way, chance: Random) -> None:
    whole = [None, True, 0, -1, 1.5, 10**30, "", " ", "x", "x" * 500_000, "é\u200e☕", [], {}, [[]]]
    _put(said, way, copy.deepcopy(chance.choice([*whole, *_RAW])))


def _turned(said: Any, way: Way, _chance: Random) -> None:
    """A number as text, a text as a number, an object as a list of itself."""
    node = at(said, way)
    if isinstance(node, str):
        _put(said, way, int(node) if node.isascii() and node.isdecimal() else [node])
    elif isinstance(node, int | float):
        _put(said, way, str(node))
    else:
        _put(said, way, [node] if isinstance(node, dict) else dict(enumerate(node or ())))


def _swapped(said: Any, way: Way, chance: Random) -> None:
    """Something else of the same entry stands here."""
    ways = [other for other in _ways(said) if other[:2] == ("entry", 1)]
    _put(said, way, copy.deepcopy(at(said, chance.choice(ways))))


_NODES: tuple[Callable[[Any, Way, Random], None], ...] = (
    _dropped,
    _renamed,
    _replaced,
    _replaced,
    _turned,
    _swapped,
)


# ---- mutations of the bytes


def _cut(body: bytes, chance: Random) -> bytes:
    return body[: chance.randrange(len(body))]


def _flipped(body: bytes, chance: Random) -> bytes:
    place = chance.randrange(len(body))
    return body[:place] + bytes([chance.randrange(256)]) + body[place + 1 :]


def _encoded(body: bytes, chance: Random) -> bytes:
    text = json.dumps(json.loads(body), ensure_ascii=False) + "é"
    return text.encode(chance.choice(["utf-16", "latin-1", "utf-8-sig"]), "replace")


def _doubled(body: bytes, chance: Random) -> bytes:
    return body + chance.choice([b"", b"\n", b","]) + body


def _wrapped(body: bytes, _chance: Random) -> bytes:
    return b"[" + body + b"]"


_BYTES: tuple[Callable[[bytes, Random], bytes], ...] = (
    _cut,
    _flipped,
    _encoded,
    _doubled,
    _wrapped,
)
