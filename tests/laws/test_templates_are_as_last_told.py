"""What is known of templates follows from what was said and when, never from the order in which
notices and readings come, nor from how often: the newest word on each topic holds."""

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.meta.templates import read_template
from tandem.model.template import KnownTemplate
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import TENANT, WABA, Workbench

NAMES = ("hello", "offer")
STATUSES = ("APPROVED", "PAUSED", "REJECTED", "DELETED")
CATEGORIES = ("UTILITY", "MARKETING")

TOLD: dict[str, tuple[str, dict[str, Any]]] = {
    **{each: ("message_template_status_update", {"event": each}) for each in STATUSES},
    "FLAGGED": ("message_template_status_update", {"event": "FLAGGED"}),
    "REWRITTEN": ("message_template_components_update", {"message_template_element": "new"}),
    "RED": ("message_template_quality_update", {"new_quality_score": "RED"}),
    **{each: ("template_category_update", {"new_category": each}) for each in CATEGORIES},
}


@dataclass(frozen=True)
class Notice:
    """Something that Meta announces of a template."""

    at: int
    name: str
    what: str

    def tell(self, bench: Workbench) -> None:
        field, value = TOLD[self.what]
        of = {"message_template_name": self.name, "message_template_language": "en_US"}
        change = {"field": field, "value": {**of, **value}}
        entry = {"id": WABA, "time": self.at, "changes": [change]}
        body = {"object": "whatsapp_business_account", "entry": [entry]}
        assert bench.post(json.dumps(body).encode())


@dataclass(frozen=True)
class Reading:
    """A whole list, as Graph gives it: the status and the text of each template that is there."""

    at: int
    there: tuple[tuple[str, str, str], ...]

    def listed(self) -> list[KnownTemplate]:
        return [
            template
            for name, status, text in self.there
            if (template := read_template(_row(name, status, text), waba=WABA, at=self.at))
        ]

    def tell(self, bench: Workbench) -> None:
        bench.work()
        bench.templates.note_listing(TENANT, WABA, self.listed(), at=self.at)


Fact = Notice | Reading


def _row(name: str, status: str, text: str) -> dict[str, Any]:
    components = [{"type": "BODY", "text": text}]
    written = {"name": name, "language": "en_US", "status": status, "category": "UTILITY"}
    return {**written, "components": components}


def expected(facts: list[Fact], name: str) -> tuple[str, str, bool] | None:
    """Status, category, and whether its content may be another: worked out from all facts."""
    readings = sorted((f for f in facts if isinstance(f, Reading)), key=lambda reading: reading.at)
    named = [(reading, row) for reading in readings for row in reading.there if row[0] == name]
    if not named:
        return None
    newest, (last, (_, status, _)) = readings[-1], named[-1]
    category, rewritten = "UTILITY", False
    if last is not newest:
        status = "DELETED"
    told = [f for f in facts if isinstance(f, Notice) and f.name == name and f.at > newest.at]
    for notice in sorted(told, key=lambda notice: notice.at):
        status = notice.what if notice.what in STATUSES else status
        category = notice.what if notice.what in CATEGORIES else category
        rewritten |= notice.what in ("APPROVED", "FLAGGED", "REWRITTEN")
    return status, category, rewritten


@st.composite
def stories(draw: st.DrawFn) -> list[Fact]:
    """Facts at different times: which of two of one second is newer is nobody's to say."""
    times = draw(st.lists(st.integers(1_000, 2_000), min_size=2, max_size=9, unique=True))
    facts: list[Fact] = []
    for at in times:
        if draw(st.booleans()):
            what = draw(st.sampled_from(sorted(TOLD)))
            facts.append(Notice(at, draw(st.sampled_from(NAMES)), what))
            continue
        names = draw(st.lists(st.sampled_from(NAMES), unique=True))
        status, text = st.sampled_from(STATUSES[:3]), st.sampled_from(("Hi", "Ho {{1}}"))
        facts.append(Reading(at, tuple((name, draw(status), draw(text)) for name in names)))
    return facts


def told(facts: list[Fact]) -> Workbench:
    bench = Workbench(MemoryTable())
    for fact in facts:
        fact.tell(bench)
    bench.work()
    return bench


@settings(max_examples=60, deadline=None)
@given(story=stories(), data=st.data())
def test_templates_are_what_was_last_said_of_them_in_any_order(
    story: list[Fact], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(story), max_size=3))
    shuffled = data.draw(st.permutations([*story, *again]))

    one, other = told(story), told(shuffled)

    for name in NAMES:
        found = other.templates.get(TENANT, WABA, name, "en_US")
        assert found == one.templates.get(TENANT, WABA, name, "en_US")
        seen = (found.status, found.category, found.rewritten_at is not None) if found else None
        assert seen == expected(story, name)
