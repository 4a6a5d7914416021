"""Every event of `events/aws`, given to the function that template.yaml triggers with it."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.deployment import FUNCTION, resources, source_of, taken_by
from tests.fakes.recorded_world import RecordedWorld, recorded_world

EVENTS = Path(__file__).parents[2] / "events" / "aws"
CASES = sorted(path for path in EVENTS.glob("*/*.json") if ".expected" not in path.suffixes)


@pytest.fixture
def world(engine_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordedWorld]:
    with recorded_world(engine_url, monkeypatch) as world:
        yield world


ASKED_BY_HAND = {"Replay"}
"""Nothing in the template triggers these; `test_replay.py` asks as an operator does."""


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def test_every_function_has_a_case_and_every_expectation_is_one_s() -> None:
    taken = {taken_by(json.loads(path.read_text())) for path in CASES}
    expected = {path.with_suffix(".expected.json") for path in CASES}

    assert taken == set(resources(FUNCTION)) - ASKED_BY_HAND
    assert expected == set(EVENTS.glob("*/*.expected.json"))


@pytest.mark.parametrize("path", CASES, ids=named)
def test_an_event_stands_under_what_it_comes_from(path: Path) -> None:
    assert source_of(json.loads(path.read_text())) == path.parent.name


@pytest.mark.parametrize("path", CASES, ids=named)
def test_an_event_is_taken_as_expected(
    world: RecordedWorld, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    function = taken_by(json.loads(path.read_text()))
    event = world.as_heard_by(function, path.read_text())
    expected = world.as_heard_by(function, path.with_suffix(".expected.json").read_text())
    world.put(expected.get("given", {}))
    capsys.readouterr()

    answer = world.play(function, event)

    assert within(answer, expected["answer"])
    told = capsys.readouterr().out
    for kind, fact in expected["fact"].items():
        assert FACTS[kind](fact, answer=answer, world=world, told=told), (kind, answer)


# ---- what may be expected


def within(said: Any, expected: Any) -> bool:
    """Whether an answer says at least this."""
    if not isinstance(expected, dict):
        return bool(said == expected)
    return all(name in said and within(said[name], value) for name, value in expected.items())


def _body(fact: str, *, answer: Any, **_: Any) -> bool:
    """The body has these words."""
    return fact in answer["body"]


def _context(fact: Any, *, answer: Any, **_: Any) -> bool:
    """What the authorizer tells of the caller."""
    return bool(answer.get("context") == fact)


def _waiting(fact: dict[str, int], *, world: RecordedWorld, **_: Any) -> bool:
    """So many letters wait on these queues."""
    return {queue: world.waiting(queue) for queue in fact} == fact


def _row(fact: dict[str, Any], *, world: RecordedWorld, **_: Any) -> bool:
    """A row of the table is there, and says at least this."""
    return within(world.row(*fact["key"]), fact["has"])


def _counted(fact: dict[str, int], *, told: str, **_: Any) -> bool:
    """This was counted, and nothing else."""
    (record,) = (json.loads(line) for line in told.splitlines() if '"_aws"' in line)
    (directive,) = record["_aws"]["CloudWatchMetrics"]
    return {each["Name"]: record[each["Name"]] for each in directive["Metrics"]} == fact


def _accepted_by_meta(fact: int, *, world: RecordedWorld, **_: Any) -> bool:
    """Meta took so many messages."""
    return world.accepted_by_meta() == fact


def _location_opens(fact: str, *, answer: Any, **_: Any) -> bool:
    """The redirect leads to this."""
    with urllib.request.urlopen(answer["headers"]["location"]) as opened:
        return bool(opened.read() == fact.encode())


FACTS: dict[str, Callable[..., bool]] = {
    "body": _body,
    "context": _context,
    "waiting": _waiting,
    "row": _row,
    "counted": _counted,
    "accepted_by_meta": _accepted_by_meta,
    "location_opens": _location_opens,
}
