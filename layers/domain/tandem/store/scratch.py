"""The one table in memory: what a line is rebuilt in, away from the table that is in use.

It gives the same answers as `Table`: `tests/unit/store/test_table.py` runs every case against both.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from tandem.store.attribute_values import marshalled, unmarshalled
from tandem.store.cursor import closed_cursor, opened_cursor
from tandem.store.keys import Key
from tandem.store.registers import Merge, Row
from tandem.store.table import Page, Table

_LOWEST = Key("", "")


class Scratch(Table):
    """Values go through the real marshalling, so that what a row cannot hold fails here too."""

    def __init__(self) -> None:
        self._rows: dict[Key, dict[str, Any]] = {}
        self._partitions: dict[str, set[str]] = defaultdict(set)
        self._groups: dict[str, Group] = defaultdict(Group)

    def __len__(self) -> int:
        return len(self._rows)

    def contents(self) -> dict[Key, dict[str, Any]]:
        """A copy of every row, for comparing states."""
        return {key: _copied(row) for key, row in self._rows.items()}

    def every_key(self) -> tuple[Key, ...]:
        """The key of every row, in the order in which they were first written."""
        return tuple(self._rows)

    def seen(self, key: Key) -> Row | None:
        """The row itself, to be read and not to be changed."""
        return self._rows.get(key)

    def get(self, key: Key) -> dict[str, Any] | None:
        row = self._rows.get(key)
        return None if row is None else _copied(row)

    def insert(self, key: Key, row: Row) -> bool:
        if key in self._rows:
            return False
        with self._changing(key) as there:
            there.update(_stored(row))
        return True

    def merge(self, key: Key, merge: Merge) -> bool:
        row = self._rows.get(key, {})
        if row and not merge.changes(row):
            return False
        with self._changing(key) as row:
            made = merge.into(row)
            # Only what is new is marshalled: rows are merged into by the hundred thousand.
            for name in row.keys() | made.keys():
                if row.get(name) is not made.get(name):
                    _put(row, name, made.get(name))
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
        with self._changing(key) as row:
            for name, content in (put or {}).items():
                _put(row, name, content)
            for name in remove:
                row.pop(name, None)
        return True

    def delete(self, key: Key, *, if_equal: Row | None = None) -> bool:
        row = self._rows.get(key, {})
        if any(row.get(name) != wanted for name, wanted in (if_equal or {}).items()):
            return False
        if key in self._rows:
            with self._changing(key) as gone:
                gone.pop("group", None)
            del self._rows[key]
            self._partitions[key.pk].discard(key.sk)
        return True

    def insert_many(self, rows: Iterable[tuple[Key, Row]]) -> list[bool]:
        return [self.insert(key, row) for key, row in rows]

    def get_many(self, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        return {key: _copied(self._rows[key]) for key in keys if key in self._rows}

    def rows(self, pk: str, *, prefix: str = "") -> Iterator[dict[str, Any]]:
        for sk in sorted(self._partitions.get(pk, ())):
            if sk.startswith(prefix):
                yield _copied(self._rows[Key(pk, sk)])

    def page(
        self,
        group: str,
        *,
        limit: int,
        cursor: str | None = None,
        newest_first: bool = True,
        before: str | None = None,
    ) -> Page:
        places = self._groups[group].places if group in self._groups else []
        first, end = 0, len(places)
        if before is not None:
            end = bisect_left(places, (before, _LOWEST))
        if cursor is not None:
            last = unmarshalled(opened_cursor(cursor, group))
            place = (last["moment"], Key(last["pk"], last["sk"]))
            found = bisect_left(places, place)
            if found == len(places) or places[found] != place:
                return Page((), None)
            first, end = (first, min(end, found)) if newest_first else (found + 1, end)
        ahead = range(end - 1, first - 1, -1) if newest_first else range(first, end)
        rows = [_copied(self._rows[places[at][1]]) for at in ahead[:limit]]
        more = len(ahead) > limit
        return Page(tuple(rows), closed_cursor(marshalled(rows[-1])) if more else None)

    @contextmanager
    def _changing(self, key: Key) -> Iterator[dict[str, Any]]:
        """The row, to be changed within; its place in the index follows."""
        row = self._rows.setdefault(key, {"pk": key.pk, "sk": key.sk})
        self._partitions[key.pk].add(key.sk)
        before = _place(row)
        yield row
        if (after := _place(row)) != before:
            if before is not None:
                self._groups[before[0]].discard(before[1], key)
            if after is not None:
                self._groups[after[0]].add(after[1], key)


class Group:
    """The rows of one group of the index, in order of their moments once somebody asks."""

    def __init__(self) -> None:
        self._members: set[tuple[str, Key]] = set()
        self._places: list[tuple[str, Key]] | None = []

    def add(self, moment: str, key: Key) -> None:
        self._members.add((moment, key))
        self._places = None

    def discard(self, moment: str, key: Key) -> None:
        self._members.discard((moment, key))
        self._places = None

    @property
    def places(self) -> list[tuple[str, Key]]:
        """(moment, key) of each row, the earliest first."""
        if self._places is None:
            self._places = sorted(self._members)
        return self._places


def _place(row: Row) -> tuple[str, str] | None:
    return (row["group"], row["moment"]) if "group" in row and "moment" in row else None


def _stored(row: Row) -> dict[str, Any]:
    return unmarshalled(marshalled(row))


def _put(row: dict[str, Any], name: str, content: Any) -> None:
    if content is None:
        row.pop(name, None)
    else:
        row[name] = _stored({name: content})[name]


def _copied(row: Row) -> dict[str, Any]:
    """A row of its own for whoever asks."""
    return {name: _own(value) for name, value in row.items()}


def _own(value: Any) -> Any:
    """What a row holds besides maps and lists never changes, and need not be copied."""
    if isinstance(value, dict):
        return _copied(value)
    if isinstance(value, list):
        return [_own(each) for each in value]
    return value
