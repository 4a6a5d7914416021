"""Kill whoever works on a series at every single call: no day is doubled, and none is lost."""

from dataclasses import replace
from datetime import date, time

import pytest

from tandem.model.broadcast import Audience, Bounds, Broadcast
from tandem.model.identity import Person
from tandem.model.series import Every, Rule, Series, SeriesRequest, SeriesState
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, NOW, TENANT, phone
from tests.fakes.crashing import Died, Fuse

SIZE = 2
DAY = 86_400
FIRST = NOW - 800 + DAY
BEFORE = 1800

WHEN = pytest.mark.parametrize(
    "after_effect", [False, True], ids=["before the call", "after the call"]
)


def arranged() -> Stage:
    stage = Stage()
    for number in range(SIZE):
        stage.people.join(TENANT, Person(phone=phone(number)), line=LINE)
    return stage


def asked(stage: Stage) -> Series:
    rule = Rule(Every.DAY, time(14), "UTC", date(2026, 9, 22), count=2)
    broadcast = replace(
        stage.request((), approve=False, key="daily", name="Daily"),
        audience=Audience(segment="phone begins with 1555"),
    )
    bounds = Bounds(at_most_people=SIZE)
    return stage.recurring.create(TENANT, SeriesRequest(broadcast, rule, bounds))


def days(stage: Stage) -> None:
    """The keeper's rounds of both days: before the time of each, and at it."""
    for day in (0, 1):
        for moment in (FIRST + day * DAY - BEFORE, FIRST + day * DAY):
            stage.time.now = max(stage.time.now, moment)
            stage.keep_watch()


def aftermath(stage: Stage, *, later: int) -> tuple[Series, list[Broadcast]]:
    """Some seconds after the death: the request is repeated, queues deliver again, the keeper makes
    rounds.
    """
    stage.light(None)
    stage.revive()
    stage.time.now += later
    series = asked(stage)
    stage.plan()
    stage.work()
    for _ in range(3):
        stage.time.now += 300
        stage.keep_watch()
    days(stage)
    for _ in range(3):
        stage.time.now += 600
        stage.keep_watch()
    page, _ = stage.rows.page(TENANT, limit=100)
    return stage.recurring.get(TENANT, series.id), sorted(page, key=lambda each: each.start_at)


@WHEN
@pytest.mark.parametrize("later", [60, BEFORE + 60], ids=["soon", "after its time"])
def test_each_day_is_one_broadcast_whoever_dies(later: int, *, after_effect: bool) -> None:
    deaths = 0
    while True:
        stage = arranged()
        stage.light(Fuse(deaths + 1, after_effect=after_effect))
        try:
            asked(stage)
            days(stage)
        except Died:
            deaths += 1
        else:
            break

        series, broadcasts = aftermath(stage, later=later)

        made = [each.broadcast for each in series.happened]
        assert series.state is SeriesState.FINISHED, f"death {deaths}"
        assert [each.id for each in broadcasts] == made, f"death {deaths}"
        assert [each.name for each in broadcasts] == ["Daily, 2026-09-22", "Daily, 2026-09-23"]
        for number in range(SIZE):
            states = [stage.state_of(each, number).value for each in broadcasts]
            taken = [call.callback for call in stage.meta.accepted if phone(number) in call.alias]
            assert len(set(taken)) == len(taken) <= 2, f"doubled after death {deaths}"
            assert all(state in ("sent", "unknown") for state in states), f"death {deaths}"
            assert len(taken) >= states.count("sent"), f"forgotten after death {deaths}"
    assert deaths > 60


@WHEN
@pytest.mark.parametrize("verb", ["pause", "resume", "delete", "edit"])
def test_a_change_that_dies_is_made_or_not_and_can_be_asked_again(
    verb: str, *, after_effect: bool
) -> None:
    step = 0
    while True:
        step += 1
        stage = arranged()
        series = asked(stage)
        if verb == "resume":
            stage.recurring.pause(TENANT, series.id)
        stage.light(Fuse(step, after_effect=after_effect))
        before = stage.table.contents()
        try:
            _change(stage, verb, series)
        except Died:
            stage.light(None)
            if stage.table.contents() == before:
                _change(stage, verb, series)
        else:
            break
        there = stage.series.get(TENANT, series.id)
        assert there is not None
        assert (there.state, there.look_at is None) == {
            "pause": (SeriesState.PAUSED, True),
            "resume": (SeriesState.RUNNING, False),
            "delete": (SeriesState.DELETED, True),
            "edit": (SeriesState.RUNNING, False),
        }[verb]
    assert step > 2


def _change(stage: Stage, verb: str, series: Series) -> None:
    if verb == "edit":
        stage.recurring.edit(TENANT, series.id, series.request)
    else:
        getattr(stage.recurring, verb)(TENANT, series.id)
