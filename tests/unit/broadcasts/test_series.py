"""A series: each occurrence a broadcast of its own, planned anew, approved within bounds."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tandem.broadcasts.plans.bounds import beyond
from tandem.model.broadcast import Audience, Bounds, Broadcast, BroadcastState, Plan, Quiet, Timing
from tandem.model.errors import Conflict, Invalid, NotFound
from tandem.model.forecast import Cost, Forecast
from tandem.model.identity import Person
from tandem.model.series import Every, Occurrence, Rule, Series, SeriesRequest, SeriesState
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, NOW, TENANT, WABA, people, phone, template_of

# NOW is Monday, 2026-09-21, 14:13:20 UTC.
FIRST = NOW - 800 + 86_400
"""Tuesday at 14:00 UTC, which is 16:00 in Berlin."""
DAY = 86_400
HOUR = 3600
BEFORE = 1800

DAILY = Rule(Every.DAY, time(16), "Europe/Berlin", date(2026, 9, 22), count=3)
LOOSE = Bounds(at_most_people=100)


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    meet(stage, 3)
    return stage


def meet(stage: Stage, count: int) -> None:
    for number in range(count):
        stage.people.join(TENANT, Person(phone=phone(number)), line=LINE)


def request(stage: Stage, **more: Any) -> SeriesRequest:
    key = more.pop("key", None)
    bounds, rule = more.pop("bounds", LOOSE), more.pop("rule", DAILY)
    audience = more.pop("audience", Audience(segment="phone begins with 1555"))
    asked = stage.request((), approve=False, timing=Timing(zone=rule.zone))
    return SeriesRequest(replace(asked, audience=audience, key=key, **more), rule, bounds)


def begun(stage: Stage, **more: Any) -> Series:
    return stage.recurring.create(TENANT, request(stage, **more))


def at(stage: Stage, moment: int) -> None:
    """Let it be a moment, and everybody do what they do then."""
    stage.time.now = moment
    stage.keep_watch()
    stage.keep_watch()


def clock(text: str, name: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(name)).timestamp())


def known(stage: Stage, series: Series) -> Series:
    return stage.recurring.get(TENANT, series.id)


def made(stage: Stage, series: Series) -> list[Broadcast]:
    found = stage.recurring.broadcasts_of(known(stage, series))
    return sorted(found.values(), key=lambda each: each.start_at)


def test_an_occurrence_is_a_broadcast_half_an_hour_before_its_time(stage: Stage) -> None:
    series = begun(stage)

    at(stage, FIRST - BEFORE - 1)
    nothing = made(stage, series)
    at(stage, FIRST - BEFORE)

    (broadcast,) = made(stage, series)
    assert nothing == []
    assert (broadcast.state, broadcast.start_at) == (BroadcastState.SCHEDULED, FIRST)
    assert broadcast.series == series.id
    assert broadcast.name == "Spring, 2026-09-22"
    assert stage.schedules.times == {broadcast.edition: FIRST}
    assert stage.meta.calls == []
    assert known(stage, series).next == Occurrence(date(2026, 9, 23), FIRST + DAY)


def test_by_their_clock_each_occurrence_reaches_everybody_at_the_hour_of_their_own(
    stage: Stage,
) -> None:
    for number in ("4915112345678", "573001234567", "819012345678"):
        stage.people.join(TENANT, Person(phone=number), line=LINE)
    rule = replace(DAILY, zone="America/Bogota", count=2, by_their_clock=True)
    audience = Audience(segment="not phone begins with 1555")
    series = begun(stage, rule=rule, audience=audience)
    first = series.next
    assert first is not None

    while (watch := next(iter(stage.rows.due(2**31)), None)) or known(stage, series).next:
        due = [each for each in (watch and watch.at, known(stage, series).look_at) if each]
        at(stage, max(min(due), int(stage.time.now)))

    zones = {"49": "Europe/Berlin", "57": "America/Bogota", "81": "Asia/Tokyo"}
    shown = sorted(
        datetime.fromtimestamp(call.at, UTC)
        .astimezone(ZoneInfo(zones[call.alias.removeprefix("phone:")[:2]]))
        .strftime(f"{call.alias[6:8]} %d %H:%M")
        for call in stage.meta.accepted
    )
    assert shown == [f"{who} {day} 16:00" for who in zones for day in (22, 23)]
    assert first == Occurrence(date(2026, 9, 22), clock("2026-09-22T16:00", "Etc/GMT-14"))


def test_each_occurrence_keeps_the_quiet_hours_of_its_series(stage: Stage) -> None:
    quiet = Quiet(since=time(13), until=time(15))
    series = begun(stage, timing=Timing(zone=DAILY.zone, quiet=quiet))

    at(stage, FIRST - BEFORE)

    (broadcast,) = made(stage, series)
    assert broadcast.timing == Timing(FIRST, DAILY.zone, quiet=quiet)


def test_each_occurrence_reaches_whoever_is_in_the_segment_then(stage: Stage) -> None:
    series = begun(stage)

    at(stage, FIRST - BEFORE)
    at(stage, FIRST)
    meet(stage, 5)
    at(stage, FIRST + DAY - BEFORE)
    at(stage, FIRST + DAY)

    first, second = made(stage, series)
    assert (first.plan.included, second.plan.included) == (3, 5)  # type: ignore[union-attr]
    assert first.plan.hash != second.plan.hash  # type: ignore[union-attr]
    assert stage.meta.to(f"phone:{phone(1)}") == 2
    assert stage.meta.to(f"phone:{phone(4)}") == 1


def test_a_series_ends_after_its_last_time(stage: Stage) -> None:
    series = begun(stage)

    for day in range(5):
        at(stage, FIRST + day * DAY - BEFORE)
        at(stage, FIRST + day * DAY)

    assert known(stage, series).state is SeriesState.FINISHED
    assert len(made(stage, series)) == 3
    assert list(stage.series.overdue(2**33)) == []


def test_one_that_begins_within_half_an_hour_is_planned_at_once(stage: Stage) -> None:
    soon = Rule(Every.DAY, time(14, 30), "UTC", date(2026, 9, 21), count=1)

    series = begun(stage, rule=soon)
    stage.plan()

    assert [each.start_at for each in made(stage, series)] == [NOW + 1000]


def test_a_plan_beyond_its_bounds_waits_for_a_person_and_lapses(stage: Stage) -> None:
    series = begun(stage, bounds=Bounds(at_most_people=2))

    at(stage, FIRST - BEFORE)
    at(stage, FIRST)
    (waiting,) = made(stage, series)
    at(stage, FIRST + HOUR + 1)

    (lapsed,) = made(stage, series)
    assert waiting.state is BroadcastState.PLANNED
    assert lapsed.state is BroadcastState.CANCELLED
    assert lapsed.trouble == "its time had passed by more than an hour"
    assert stage.meta.calls == []


def test_an_occurrence_with_nobody_in_it_says_so(stage: Stage) -> None:
    series = begun(stage, audience=Audience(segment="tag = nobody"))

    at(stage, FIRST - BEFORE)
    at(stage, FIRST + HOUR + 1)

    (broadcast,) = made(stage, series)
    assert broadcast.state is BroadcastState.CANCELLED
    assert (broadcast.trouble or "").startswith("there was nobody to send to")


def test_a_person_can_approve_what_its_bounds_do_not(stage: Stage) -> None:
    series = begun(stage, bounds=None)
    at(stage, FIRST - BEFORE)
    (waiting,) = made(stage, series)

    stage.broadcasts.approve(TENANT, waiting.id, plan=waiting.plan.hash, by="Kim")  # type: ignore[union-attr]
    at(stage, FIRST)

    assert len(stage.meta.accepted) == 3


@pytest.mark.parametrize(
    ("late", "sent"), [(HOUR - 1, 3), (HOUR + 1, 0)], ids=["within the hour", "later"]
)
def test_what_nobody_was_there_to_plan_is_made_up_within_an_hour(
    stage: Stage, late: int, sent: int
) -> None:
    series = begun(stage)

    at(stage, FIRST + late)

    (happened,) = known(stage, series).happened
    assert len(stage.meta.accepted) == sent
    assert (happened.broadcast is None) == (sent == 0)
    assert happened.skipped == (None if sent else "its time had passed by more than an hour")
    assert known(stage, series).next == Occurrence(date(2026, 9, 23), FIRST + DAY)


@pytest.mark.parametrize(
    ("late", "sent"), [(HOUR, 3), (HOUR + 1, 0)], ids=["within the hour", "later"]
)
def test_what_was_planned_is_not_sent_more_than_an_hour_late(
    stage: Stage, late: int, sent: int
) -> None:
    series = begun(stage)
    at(stage, FIRST - BEFORE)

    at(stage, FIRST + late)

    (broadcast,) = made(stage, series)
    assert len(stage.meta.accepted) == sent
    assert (broadcast.cancelled_at is None) == (sent == 3)


def test_days_on_which_the_stack_was_down_are_told_one_by_one(stage: Stage) -> None:
    series = begun(stage)

    at(stage, FIRST + 30 * DAY)

    told = known(stage, series)
    assert told.state is SeriesState.FINISHED
    assert [(each.occurrence.day.day, each.broadcast) for each in told.happened] == [
        (22, None),
        (23, None),
        (24, None),
    ]


def test_a_template_that_cannot_be_sent_is_told_and_tried_again(stage: Stage) -> None:
    series = begun(stage)
    _status(stage, "PAUSED", at=NOW + 10)

    at(stage, FIRST - BEFORE)
    waiting = known(stage, series)
    _status(stage, "APPROVED", at=FIRST - 1000)
    at(stage, FIRST - 900)
    at(stage, FIRST)

    assert waiting.trouble == "Meta does not send the template spring_offer now: it is paused"
    assert waiting.look_at == FIRST - BEFORE + 300
    assert known(stage, series).trouble is None
    assert len(stage.meta.accepted) == 3


def test_what_stays_in_trouble_is_left_out_with_its_reason(stage: Stage) -> None:
    series = begun(stage)
    _status(stage, "PAUSED", at=NOW + 10)

    at(stage, FIRST - BEFORE)
    at(stage, FIRST + HOUR + 1)

    (happened,) = known(stage, series).happened
    assert happened.broadcast is None
    assert happened.skipped is not None
    assert happened.skipped.endswith("it is paused")


def _status(stage: Stage, status: str, *, at: int) -> None:
    stage.templates.note_listing(TENANT, WABA, [template_of(status=status)], at=at)


# ---- holding, changing, ending


def test_nothing_begins_while_a_series_is_paused_not_even_what_is_planned(stage: Stage) -> None:
    series = begun(stage)
    at(stage, FIRST - BEFORE)

    stage.recurring.pause(TENANT, series.id)
    at(stage, FIRST)
    at(stage, FIRST + DAY)
    stage.recurring.resume(TENANT, series.id)
    at(stage, FIRST + 2 * DAY - BEFORE)
    at(stage, FIRST + 2 * DAY)

    planned, last = made(stage, series)
    assert planned.trouble == "its series was paused"
    assert planned.state is BroadcastState.CANCELLED
    assert last.start_at == FIRST + 2 * DAY
    assert len(stage.meta.accepted) == 3


def test_one_that_is_resumed_before_its_time_goes_out(stage: Stage) -> None:
    series = begun(stage)
    at(stage, FIRST - BEFORE)

    stage.recurring.pause(TENANT, series.id)
    at(stage, FIRST - 600)
    stage.recurring.resume(TENANT, series.id)
    at(stage, FIRST)

    assert len(stage.meta.accepted) == 3


def test_nothing_of_a_deleted_series_begins(stage: Stage) -> None:
    series = begun(stage)
    at(stage, FIRST - BEFORE)
    (broadcast,) = made(stage, series)

    stage.recurring.delete(TENANT, series.id)
    at(stage, FIRST)
    at(stage, FIRST + DAY)

    assert stage.broadcasts.get(TENANT, broadcast.id).trouble == "its series was deleted"
    assert stage.meta.calls == []
    assert stage.recurring.all(TENANT) == ()
    for verb in (stage.recurring.get, stage.recurring.pause, stage.recurring.delete):
        with pytest.raises(NotFound):
            verb(TENANT, series.id)


def test_a_changed_series_never_happens_twice_on_a_day(stage: Stage) -> None:
    series = begun(stage)
    at(stage, FIRST - BEFORE)

    later = Rule(Every.DAY, time(18), "Europe/Berlin", date(2026, 9, 22), count=2)
    changed = stage.recurring.edit(TENANT, series.id, request(stage, rule=later))
    for moment in (FIRST, FIRST + 2 * HOUR, FIRST + DAY + 2 * HOUR):
        at(stage, moment)

    assert changed.next == Occurrence(date(2026, 9, 23), FIRST + DAY + 2 * HOUR)
    assert stage.meta.to(f"phone:{phone(1)}") == 2


def test_a_change_of_words_keeps_the_rule_and_its_place(stage: Stage) -> None:
    series = begun(stage)
    at(stage, FIRST - BEFORE)
    at(stage, FIRST)

    changed = stage.recurring.edit(TENANT, series.id, request(stage, name="Autumn"))

    assert changed.next == known(stage, series).next == Occurrence(date(2026, 9, 23), FIRST + DAY)
    assert known(stage, series).request.broadcast.name == "Autumn"


def test_somebody_who_was_slower_looks_again(stage: Stage) -> None:
    series = begun(stage)
    rows = stage.series
    stage.recurring.pause(TENANT, series.id)

    assert not rows.replace(series, since=series.version)
    assert known(stage, series).state is SeriesState.PAUSED


def test_pausing_twice_and_resuming_what_runs_are_conflicts(stage: Stage) -> None:
    series = begun(stage)

    with pytest.raises(Conflict, match="not paused"):
        stage.recurring.resume(TENANT, series.id)
    stage.recurring.pause(TENANT, series.id)
    with pytest.raises(Conflict, match="paused already"):
        stage.recurring.pause(TENANT, series.id)


# ---- asking


def test_a_repeated_request_is_one_series(stage: Stage) -> None:
    first, again = begun(stage, key="k"), begun(stage, key="k")

    assert first == again
    assert len(stage.recurring.all(TENANT)) == 1
    with pytest.raises(Conflict, match="another series"):
        begun(stage, key="k", name="Another")


def test_a_series_is_kept_as_it_was_asked_for(stage: Stage) -> None:
    bounds = Bounds(7, Decimal("1.50"), "USD")
    asked = request(stage, bounds=bounds, rule=DAILY, key="k")

    series = stage.recurring.create(TENANT, asked)

    assert stage.series.get(TENANT, series.id) == series
    assert known(stage, series).request == asked


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"line": "nowhere"}, "no line nowhere"),
        ({"template": "nothing"}, "no template nothing"),
        ({"audience": Audience()}, "needs people, a list or a segment"),
        ({"audience": Audience(segment="tag =")}, "segment ends where a value"),
        ({"bounds": Bounds(5, Decimal(1))}, "a cost needs its currency"),
        ({"bounds": Bounds(5, None, "USD")}, "a cost needs its currency"),
        ({"rule": Rule(Every.DAY, time(9), "Europe/Berlin", date(2030, 1, 1))}, "a year ahead"),
    ],
)
def test_what_cannot_become_a_broadcast_is_no_series(
    stage: Stage, wrong: dict[str, Any], words: str
) -> None:
    with pytest.raises((Invalid, NotFound, Conflict), match=words):
        begun(stage, **wrong)
    assert stage.recurring.all(TENANT) == ()


def test_people_given_one_by_one_are_for_a_broadcast(stage: Stage) -> None:
    with pytest.raises(Invalid, match="use a segment, or upload a list"):
        begun(stage, audience=Audience(people(1)))


def test_a_tenant_has_a_hundred_series_at_most(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tandem.broadcasts.series.recurring.SERIES_LIMIT", 2)
    begun(stage, key="a")
    begun(stage, key="b")

    with pytest.raises(Conflict, match="delete one"):
        begun(stage, key="c")
    assert begun(stage, key="b").id


# ---- bounds


def plan(size: int, *, each: str = "0.05", currency: str = "USD", unpriced: int = 0) -> Plan:
    cost = Cost("Colombia", "marketing", size, Decimal(each), currency, "card")
    forecast = Forecast(size, NOW, NOW, 20, (cost,), {}, {"DE": unpriced} if unpriced else {})
    return Plan("0" * 64, size, {}, NOW, forecast)


@pytest.mark.parametrize(
    ("bounds", "of", "why"),
    [
        (Bounds(10), plan(10), None),
        (Bounds(10), plan(11), "11 people would get it, and up to 10"),
        (Bounds(10), plan(10, each="1000"), None),
        (Bounds(10, Decimal("0.50"), "USD"), plan(10), None),
        (Bounds(10, Decimal("0.49"), "USD"), plan(10), "would cost 0.50 USD, and up to 0.49"),
        (Bounds(10, Decimal(9), "EUR"), plan(10), "0.50 USD, and .* is in EUR"),
        (Bounds(10, Decimal(9), "EUR"), plan(10, each="0"), None),
        (Bounds(10, Decimal(9), "USD"), plan(10, unpriced=2), "to reach 2 of them: import one"),
    ],
)
def test_a_plan_is_within_its_bounds_or_says_why_not(
    bounds: Bounds, of: Plan, why: str | None
) -> None:
    said = beyond(bounds, of)

    assert (said is None) if why is None else re.search(why, said or "")


def test_what_happened_longest_ago_is_forgotten(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tandem.broadcasts.series.occurring.HAPPENED_KEPT", 2)
    series = begun(stage)

    at(stage, FIRST + 30 * DAY)

    assert [happened.occurrence.day.day for happened in known(stage, series).happened] == [23, 24]
