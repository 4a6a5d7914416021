"""How busy people keep a line, counted, and taken from the rate that a forecast reckons with."""

import pytest

from tandem.broadcasts.plans.facts import BUSIEST
from tandem.broadcasts.plans.traffic import LOOKED_AT, PAGE_SIZE, STRETCH_SECONDS, live_rate
from tandem.conversations.recording import Recording
from tandem.model.events import Content, Sighting, Source
from tandem.model.identity import Person
from tandem.model.line import Line
from tandem.store.pace import HEADROOM
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, NOW, TENANT, people, phone


def wrote(stage: Stage, number: int, ago: int, source: Source = Source.API, **more: object) -> None:
    recording = Recording(messages=stage.messages, talks=stage.talks, people=stage.people)
    content = Content(kind="text", text="Yes", extra=more)
    person, at = Person(phone=phone(number)), NOW - ago
    recording.record(TENANT, Sighting(LINE, f"wamid.{number}.{ago}", source, at, person, content))


def the_line(stage: Stage) -> Line:
    line = stage.lines.get(TENANT, LINE)
    assert line is not None
    return line


def rate(stage: Stage) -> float:
    return live_rate(stage.talks, stage.messages, the_line(stage), now=NOW)


def test_what_either_side_wrote_of_late_is_counted_and_what_is_older_is_not() -> None:
    stage = Stage()
    for ago in range(0, STRETCH_SECONDS + 100, 10):
        wrote(stage, ago % 7, ago, Source.API if ago % 20 else Source.INBOUND)

    assert rate(stage) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("source", "more"),
    [(Source.ECHO, {}), (Source.HISTORY_IN, {}), (Source.API, {"broadcast": "b1"})],
    ids=["typed on the phone", "imported", "of a broadcast"],
)
def test_what_takes_no_slot_of_live_traffic_is_not_counted(
    source: Source, more: dict[str, object]
) -> None:
    stage = Stage()
    for ago in range(60):
        wrote(stage, 1, ago, source, **more)

    assert rate(stage) == 0.0


def test_a_long_conversation_is_counted_to_its_end() -> None:
    stage = Stage()
    for ago in range(2 * PAGE_SIZE + 50):
        wrote(stage, 1, ago)

    assert rate(stage) == pytest.approx((2 * PAGE_SIZE + 50) / STRETCH_SECONDS)


def test_of_a_busy_line_as_long_a_stretch_is_counted_as_can_be_counted_whole() -> None:
    stage = Stage()
    # Everybody writes twice, two messages a second: the second time is what the inbox goes by.
    for number in range(2 * LOOKED_AT):
        wrote(stage, number, number // 2 + LOOKED_AT)
        wrote(stage, number, number // 2)

    assert rate(stage) == pytest.approx(2.0, rel=0.03)


def test_where_more_were_active_in_this_second_than_are_looked_at_nothing_is_told() -> None:
    stage = Stage()
    for number in range(LOOKED_AT + 1):
        wrote(stage, number, 0)

    assert rate(stage) == 0.0


def test_a_forecast_reckons_with_what_live_traffic_leaves() -> None:
    quiet, busy, full = Stage(), Stage(), Stage()
    for ago in range(STRETCH_SECONDS):
        wrote(busy, ago % 40, ago)
    for number in range(LOOKED_AT + 50):
        wrote(full, number, number // 15)

    def rate_of(stage: Stage) -> float:
        broadcast = stage.started(people(3))
        plan = stage.broadcasts.get(TENANT, broadcast.id).plan
        assert plan is not None
        return plan.forecast.rate

    assert rate_of(quiet) == pytest.approx(20 * HEADROOM)
    assert rate_of(busy) == pytest.approx(20 * HEADROOM - 1)
    assert rate_of(full) == pytest.approx(20 * HEADROOM - 20 * BUSIEST)
