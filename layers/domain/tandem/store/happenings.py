"""The timeline of a line: what happened to it, each found out once however often it is told."""

from tandem.model.happening import LONGEST_TEXT, Happening, Told
from tandem.store import keys
from tandem.store.registers import Merge, Register, Row
from tandem.store.table import Table


class Happenings:
    def __init__(self, table: Table) -> None:
        self._table = table

    def note(self, tenant: str, line: str, happening: Happening) -> None:
        """Put it on the line's timeline. The same again is the same row, at its earliest time."""
        told = {
            "moment": keys.moment(happening.at, happening.id),
            "text": happening.text[:LONGEST_TEXT],
        }
        merge = Merge(
            (Register("at", happening.at, "earliest", told),),
            firsts={
                "group": keys.happenings(tenant, line),
                "kind": happening.kind,
                "told_by": happening.told_by.value,
            },
        )
        self._table.merge(keys.happening(tenant, line, happening.id), merge)

    def page(
        self, tenant: str, line: str, *, limit: int, cursor: str | None = None
    ) -> tuple[tuple[Happening, ...], str | None]:
        """What happened to a line, newest first."""
        page = self._table.page(keys.happenings(tenant, line), limit=limit, cursor=cursor)
        return tuple(_read(row) for row in page.rows), page.cursor


def _read(row: Row) -> Happening:
    return Happening(row["at"], row["kind"], Told(row["told_by"]), row["text"], row["sk"])
