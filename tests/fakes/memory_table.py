"""The one table in memory, for tests: it takes no attribute of which nobody says whose it is."""

from typing import Any

from tandem.store.keys import Key
from tandem.store.kinds import kind_of
from tandem.store.registers import Merge, Row
from tandem.store.scratch import Scratch
from tandem.store.whose import unnamed


class MemoryTable(Scratch):
    """`Scratch`, which holds every test to `tandem.store.whose`."""

    def insert(self, key: Key, row: Row) -> bool:
        inserted = super().insert(key, row)
        self._hold(key)
        return inserted

    def merge(self, key: Key, merge: Merge) -> bool:
        changed = super().merge(key, merge)
        self._hold(key)
        return changed

    def update(self, key: Key, **how: Any) -> bool:
        updated = super().update(key, **how)
        self._hold(key)
        return updated

    def _hold(self, key: Key) -> None:
        kind = kind_of(key)
        if kind is not None and (names := unnamed(kind, self._rows.get(key, {}))):
            raise AssertionError(
                f"say in tandem.store.whose whose {sorted(names)} of a {kind} is: "
                "does a rebuild from webhooks make it, or is it ours?"
            )
