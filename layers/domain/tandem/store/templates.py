"""Templates of every account: what a reading of Meta's list said, and what Meta announced since.

A row has two registers: the latest reading, with the whole template, and the latest announcement of
a status. The newer of them says whether the template can be sent now.
"""

import json
from collections.abc import Iterable

from tandem.model.template import KnownTemplate
from tandem.store import keys
from tandem.store.registers import Merge, Register, Row, fingerprint
from tandem.store.table import Table

GONE = "DELETED"


class Templates:
    """The template rows of every tenant."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def note_listing(
        self, tenant: str, waba: str, listed: Iterable[KnownTemplate], *, at: int
    ) -> None:
        """Meta's whole list of an account at `at`: what is not in it any more is gone."""
        there = {row["sk"]: row for row in self._table.rows(keys.template(tenant, waba).pk)}
        for template in listed:
            key = keys.template(tenant, waba, name=template.name, language=template.language)
            there.pop(key.sk, None)
            self._table.merge(key, Merge((_reading(template, at),)))
        for sk, row in there.items():
            if "read" in row and keys.moment_at(row["read"]) < at:
                gone = {"status": GONE}
                value = keys.moment(at, fingerprint(gone))
                key = keys.Key(keys.template(tenant, waba).pk, sk)
                self._table.merge(key, Merge((Register("read", value, "latest", gone),)))

    def note_status(
        self,
        tenant: str,
        waba: str,
        *,
        name: str,
        language: str,
        status: str,
        reason: str | None,
        at: int,
    ) -> None:
        """Meta announced at `at` that a template's status has changed."""
        told = {"told_status": status, "told_reason": reason}
        value = keys.moment(at, fingerprint(told))
        key = keys.template(tenant, waba, name=name, language=language)
        self._table.merge(key, Merge((Register("told", value, "latest", told),)))

    def get(self, tenant: str, waba: str, name: str, language: str) -> KnownTemplate | None:
        """One template; None for one that was announced but never read."""
        row = self._table.get(keys.template(tenant, waba, name=name, language=language))
        return _read(waba, row) if row and "components" in row else None

    def all(self, tenant: str, waba: str) -> tuple[KnownTemplate, ...]:
        """Every template that was ever read, the deleted ones too, by name and language."""
        rows = self._table.rows(keys.template(tenant, waba).pk)
        return tuple(_read(waba, row) for row in rows if "components" in row)


def _reading(template: KnownTemplate, at: int) -> Register:
    carried = {
        "status": template.status,
        "category": template.category,
        "components": json.dumps(template.components, sort_keys=True, separators=(",", ":")),
        "template": template.id,
        "quality": template.quality,
        "reason": template.reason,
        "correct_category": template.correct_category,
    }
    return Register("read", keys.moment(at, fingerprint(carried)), "latest", carried)


def _read(waba: str, row: Row) -> KnownTemplate:
    name, language = row["sk"].split("#", 1)
    read_at = keys.moment_at(row["read"])
    told = "told" in row and keys.moment_at(row["told"]) > read_at
    return KnownTemplate(
        waba=waba,
        name=name,
        language=language,
        status=row["told_status"] if told else row["status"],
        category=row["category"],
        components=tuple(json.loads(row["components"])),
        id=row.get("template"),
        quality=row.get("quality"),
        reason=row.get("told_reason") if told else row.get("reason"),
        correct_category=row.get("correct_category"),
        read_at=read_at,
    )
