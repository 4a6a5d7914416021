"""Templates of every account: what a reading of Meta's list said, and what Meta announced since.

The row of a template has a register for the latest reading, with the whole template, and one for
the latest announcement on each topic; the row of the account says when its list was last read to
the end. Whatever is newer counts, and a template that the newest list did not name is gone.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from tandem.model.notice import TemplateNews, TemplateTopic
from tandem.model.template import KnownTemplate
from tandem.store import keys
from tandem.store.registers import Merge, Register, Row, fingerprint
from tandem.store.table import Table

GONE = "DELETED"

NEVER = 0
"""When something happened that never did."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is known of an account's templates, the deleted ones too, by name and language.

    `listed_at` (unix seconds) is None while the list was never read. `outdated`: something was
    announced since, of a template that is known or not, that only another reading can tell.
    """

    templates: tuple[KnownTemplate, ...]
    listed_at: int | None
    outdated: bool


class Templates:
    """The template rows of every tenant."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def note_listing(
        self, tenant: str, waba: str, listed: Iterable[KnownTemplate], *, at: int
    ) -> None:
        """Meta's whole list of an account at `at`: what is not in it any more is gone."""
        for template in listed:
            key = keys.template(tenant, waba, name=template.name, language=template.language)
            self._table.merge(key, Merge((_reading(template, at),)))
        # Last: a list that was not written to its end makes nothing of the others gone.
        self._table.merge(
            keys.template(tenant, waba), Merge((Register("listed_at", at, "latest"),))
        )

    def note_refusal(self, tenant: str, waba: str, why: str, *, at: int) -> None:
        """Meta gave no list of an account at `at`, and will not before somebody does something."""
        carried = {"refused": why}
        refusal = Register("refused_at", keys.moment(at, fingerprint(carried)), "latest", carried)
        self._table.merge(keys.template(tenant, waba), Merge((refusal,)))

    def refused(self, tenant: str, waba: str) -> str | None:
        """Why Meta gives no list of an account, in a sentence; None when it gave the last one."""
        account = self._table.get(keys.template(tenant, waba))
        if account is None or _moment(account, "refused_at") <= _listed_at(account):
            return None
        why: str = account["refused"]
        return why

    def note_news(self, tenant: str, waba: str, news: TemplateNews, *, at: int) -> None:
        """Meta announced something of a template at `at`."""
        registers = []
        for topic, what in news.tells.items():
            told = {f"told_{name}": word for name, word in what.items()}
            value = keys.moment(at, fingerprint(told))
            registers.append(Register(_told_at(topic), value, "latest", told))
        key = keys.template(tenant, waba, name=news.name, language=news.language)
        self._table.merge(key, Merge(tuple(registers)))

    def get(self, tenant: str, waba: str, name: str, language: str) -> KnownTemplate | None:
        """One template; None for one that was announced but never read."""
        account = keys.template(tenant, waba)
        key = keys.template(tenant, waba, name=name, language=language)
        rows = self._table.get_many((account, key))
        row = rows.get(key)
        return _read(waba, row, _listed_at(rows.get(account))) if row and "read" in row else None

    def listing(self, tenant: str, waba: str) -> Listing:
        """All that is known of an account's templates."""
        account = keys.template(tenant, waba)
        rows = list(self._table.rows(account.pk))
        listed_at = _listed_at(next((row for row in rows if row["sk"] == account.sk), None))
        return Listing(
            tuple(_read(waba, row, listed_at) for row in rows if "read" in row),
            listed_at or None,
            any(_rewritten_at(row) > max(listed_at, _read_at(row)) for row in rows),
        )


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


def _read(waba: str, row: Row, listed_at: int) -> KnownTemplate:
    name, language = row["sk"].split("#", 1)
    as_of = max(_read_at(row), listed_at)
    gone = _read_at(row) < listed_at
    rewritten_at = _rewritten_at(row)

    def newest(topic: TemplateTopic, part: str, read: str | None) -> str | None:
        told: str | None = row.get(f"told_{part}")
        return told if _moment(row, _told_at(topic)) > as_of else read

    return KnownTemplate(
        waba=waba,
        name=name,
        language=language,
        status=newest(TemplateTopic.STATUS, "status", GONE if gone else row["status"]) or GONE,
        category=newest(TemplateTopic.CATEGORY, "category", row["category"]) or "",
        components=tuple(json.loads(row["components"])),
        id=row.get("template"),
        quality=newest(TemplateTopic.QUALITY, "quality", row.get("quality")),
        reason=newest(TemplateTopic.STATUS, "reason", None if gone else row.get("reason")),
        correct_category=newest(
            TemplateTopic.CORRECTION, "correct_category", row.get("correct_category")
        ),
        read_at=as_of,
        rewritten_at=rewritten_at if rewritten_at > as_of else None,
    )


def _listed_at(account: Row | None) -> int:
    at: int = account.get("listed_at", NEVER) if account else NEVER
    return at


def _read_at(row: Row) -> int:
    return _moment(row, "read")


def _rewritten_at(row: Row) -> int:
    return _moment(row, _told_at(TemplateTopic.CONTENT))


def _moment(row: Row, register: str) -> int:
    return keys.moment_at(row[register]) if register in row else NEVER


def _told_at(topic: TemplateTopic) -> str:
    return f"{topic}_told_at"
