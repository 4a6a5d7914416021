"""The one table in memory: what a line is rebuilt in, away from the table that is in use.

It gives the same answers as `Table`: `tests/unit/store/test_table.py` runs every case against both.
"""

import copy
from collections.abc import Iterable, Iterator
from typing import Any

from tandem.store.attribute_values import marshalled, unmarshalled
from tandem.store.cursor import closed_cursor, opened_cursor
from tandem.store.keys import Key
from tandem.store.registers import Merge, Row
from tandem.store.table import Page, Table


class Scratch(Table):
    """Values go through the real marshalling, so that what a row cannot hold fails here too."""

    def __init__(self) -> None:
        self._rows: dict[Key, dict[str, Any]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def contents(self) -> dict[Key, dict[str, Any]]:
        """A copy of every row, for comparing states."""
        return copy.deepcopy(self._rows)

    def every_key(self) -> tuple[Key, ...]:
        """The key of every row, in the order in which they were first written."""
        return tuple(self._rows)

    def seen(self, key: Key) -> Row | None:
        """The row itself, to be read and not to be changed."""
        return self._rows.get(key)

    def get(self, key: Key) -> dict[str, Any] | None:
        return copy.deepcopy(self._rows.get(key))

    def insert(self, key: Key, row: Row) -> bool:
        if key in self._rows:
            return False
        self._rows[key] = {"pk": key.pk, "sk": key.sk, **_stored(row)}
        return True

    def merge(self, key: Key, merge: Merge) -> bool:
        row = self._rows.get(key, {})
        if row and not merge.changes(row):
            return False
        row = self._rows.setdefault(key, {"pk": key.pk, "sk": key.sk})
        moving = merge.narrowed(row)
        for register in moving.registers:
            for name, content in {**register.carry, register.name: register.value}.items():
                _put(row, name, content)
        for name, content in moving.firsts.items():
            if name not in row:
                _put(row, name, content)
        for name, members in moving.members.items():
            row[name] = row.get(name, frozenset()) | members
        return True

    def update(
        self,
        key: Key,
        *,
        put: Row | None = None,
        remove: Iterable[str] = (),
        if_equal: Row | None = None,
        if_absent: Iterable[str] = (),
        if_present: Iterable[str] = (),
    ) -> bool:
        row = self._rows.get(key, {})
        holds = (
            all(row.get(name) == wanted for name, wanted in (if_equal or {}).items())
            and not any(name in row for name in if_absent)
            and all(name in row for name in if_present)
        )
        if not holds:
            return False
        row = self._rows.setdefault(key, {"pk": key.pk, "sk": key.sk})
        for name, content in (put or {}).items():
            _put(row, name, content)
        for name in remove:
            row.pop(name, None)
        return True

    def delete(self, key: Key, *, if_equal: Row | None = None) -> bool:
        row = self._rows.get(key, {})
        if any(row.get(name) != wanted for name, wanted in (if_equal or {}).items()):
            return False
        self._rows.pop(key, None)
        return True

    def insert_many(self, rows: Iterable[tuple[Key, Row]]) -> list[bool]:
        return [self.insert(key, row) for key, row in rows]

    def get_many(self, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        return {key: copy.deepcopy(self._rows[key]) for key in keys if key in self._rows}

    def rows(self, pk: str, *, prefix: str = "") -> Iterator[dict[str, Any]]:
        for key in sorted(self._rows):
            if key.pk == pk and key.sk.startswith(prefix):
                yield copy.deepcopy(self._rows[key])

    def page(
        self,
        group: str,
        *,
        limit: int,
        cursor: str | None = None,
        newest_first: bool = True,
        before: str | None = None,
    ) -> Page:
        inside = sorted(
            (row for row in self._rows.values() if row.get("group") == group and "moment" in row),
            key=lambda row: (row["moment"], row["pk"], row["sk"]),
            reverse=newest_first,
        )
        if before is not None:
            inside = [row for row in inside if row["moment"] < before]
        if cursor is not None:
            last = unmarshalled(opened_cursor(cursor, group))
            keys = [(row["pk"], row["sk"]) for row in inside]
            inside = inside[keys.index((last["pk"], last["sk"])) + 1 :] if (
                last["pk"], last["sk"]) in keys else []  # fmt: skip
        rows = copy.deepcopy(inside[:limit])
        more = len(inside) > limit
        return Page(tuple(rows), closed_cursor(marshalled(rows[-1])) if more else None)


def _stored(row: Row) -> dict[str, Any]:
    return unmarshalled(marshalled(row))


def _put(row: dict[str, Any], name: str, content: Any) -> None:
    if content is None:
        row.pop(name, None)
    else:
        row[name] = _stored({name: content})[name]
