"""Segments that have a name: a condition in words, a row each."""

from tandem.model.segment import NamedSegment
from tandem.store import keys
from tandem.store.registers import Row
from tandem.store.table import Table


class Segments:
    """The named segments of every tenant."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def insert(self, tenant: str, new: NamedSegment) -> bool:
        """False when the name is taken."""
        row = {"text": new.text, "created_at": new.created_at, "by": new.by}
        return self._table.insert(keys.named_segment(tenant, new.name), row)

    def get(self, tenant: str, name: str) -> NamedSegment | None:
        row = self._table.get(keys.named_segment(tenant, name))
        return _read(row) if row else None

    def all(self, tenant: str) -> tuple[NamedSegment, ...]:
        """Every named segment of a tenant, by name."""
        return tuple(_read(row) for row in self._table.rows(keys.named_segment(tenant).pk))

    def delete(self, tenant: str, name: str) -> None:
        self._table.delete(keys.named_segment(tenant, name))


def _read(row: Row) -> NamedSegment:
    return NamedSegment(row["sk"], row["text"], row["created_at"], row["by"])
