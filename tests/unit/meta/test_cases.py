"""Every recorded webhook of events/meta says what stands beside it in `<case>.expected.json`."""

import json
from pathlib import Path

import pytest

from tandem.meta.envelope import parsed
from tandem.meta.translation import translate
from tandem.model.events import Event, HistoryChunk, Sighting, Source
from tests.unit.meta.facts import facts
from tests.unit.meta.rebuilding import as_meta_would_write_it, rebuilt

RECORDED = Path(__file__).parents[3] / "events" / "meta"
CASES = sorted(path for path in RECORDED.rglob("*.json") if ".expected" not in path.name)
OURS = "15550100000"


def _name(case: Path) -> str:
    return str(case.relative_to(RECORDED).with_suffix(""))


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_a_recorded_webhook_says_what_stands_beside_it(case: Path) -> None:
    expected = json.loads(case.with_suffix(".expected.json").read_text())

    events = translate(case.read_bytes())

    assert [facts(event) for event in events] == expected


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_a_recorded_message_can_be_rebuilt_from_its_sighting(case: Path) -> None:
    rows = _rows(parsed(case.read_bytes()))

    sightings = _sightings(translate(case.read_bytes()))

    for sighting in sightings:
        again = rebuilt(sighting, OURS)
        written = [as_meta_would_write_it(row) for row in rows if row["id"] == sighting.wamid]
        assert any({key: again.get(key) for key in row} == row for row in written)


def test_no_expectation_stands_without_its_case() -> None:
    expectations = set(RECORDED.rglob("*.expected.json"))

    lonely = expectations - {case.with_suffix(".expected.json") for case in CASES}

    assert CASES
    assert not lonely


def test_the_recorded_webhooks_know_every_source() -> None:
    seen = {
        sighting.source for case in CASES for sighting in _sightings(translate(case.read_bytes()))
    }

    assert seen == set(Source) - {Source.API}


def _sightings(events: list[Event]) -> list[Sighting]:
    found = [event for event in events if isinstance(event, Sighting)]
    chunks = [event for event in events if isinstance(event, HistoryChunk)]
    return found + [sighting for chunk in chunks for sighting in chunk.sightings]


def _rows(value: object) -> list[dict[str, object]]:
    """Every object with an id and a timestamp, wherever it stands."""
    if isinstance(value, list):
        return [row for item in value for row in _rows(item)]
    if not isinstance(value, dict):
        return []
    own = [value] if {"id", "timestamp"} <= set(value) else []
    return own + [row for item in value.values() for row in _rows(item)]
