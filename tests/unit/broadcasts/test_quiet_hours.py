"""Quiet hours at the moment of sending: whatever a broadcast comes upon while it is under way."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tandem.model.broadcast import Addressee, Broadcast, BroadcastState, Quiet, Timing
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import NOW, TENANT

# NOW is 09:13 in Bogotá, 16:13 in Berlin, 23:13 in Tokyo.
BERLIN, BOGOTA = ZoneInfo("Europe/Berlin"), ZoneInfo("America/Bogota")
NIGHT = Quiet(since=time(21), until=time(9))
HOUR = 3600


def germans(count: int) -> tuple[Addressee, ...]:
    return tuple(Addressee(f"+49151123456{number:02d}") for number in range(count))


def clocks(stage: Stage, zone: ZoneInfo, prefix: str) -> list[time]:
    """What the clocks showed whenever Meta was called for somebody."""
    calls = [each for each in stage.meta.calls if each.alias.startswith(f"phone:{prefix}")]
    return [datetime.fromtimestamp(each.at, UTC).astimezone(zone).time() for each in calls]


def looked_after(stage: Stage, broadcast: Broadcast) -> Broadcast:
    """The broadcast once the keeper has woken it for as often as it asked to be."""
    for _ in range(200):
        known = stage.broadcasts.get(TENANT, broadcast.id)
        if known.over:
            break
        (watch,) = stage.rows.due(2**31)
        stage.time.now = max(stage.time.now, watch.at)
        stage.keep_watch()
    return known


def test_what_is_resumed_at_night_waits_for_the_morning_of_each_country() -> None:
    stage = Stage()
    audience = (*germans(2), Addressee("573001234567"))
    broadcast = stage.create(audience, timing=Timing(quiet=NIGHT))
    stage.plan()
    stage.holding.pause(TENANT, broadcast.id, by="Kim")
    stage.work()
    assert stage.meta.calls == []

    stage.time.now = NOW + 6 * HOUR  # 22:13 in Berlin, 15:13 in Bogotá
    stage.holding.resume(TENANT, broadcast.id)
    stage.plan()
    stage.work()

    assert [call.alias for call in stage.meta.calls] == ["phone:573001234567"]
    stage.time.now += HOUR
    stage.plan_queue.put({"tenant": TENANT, "broadcast": broadcast.id})
    stage.plan()
    assert stage.send_queue.jobs == []
    assert looked_after(stage, broadcast).state is BroadcastState.FINISHED
    assert [(at.hour, at.minute) for at in clocks(stage, BERLIN, "49")] == [(9, 0), (9, 0)]
    assert stage.states(broadcast) == {"sent": 3}


def test_a_broadcast_that_takes_longer_than_the_day_goes_on_in_the_morning() -> None:
    stage = Stage(rate=1)
    evening = NOW + 5 * HOUR - 1000  # 20:56 in Berlin
    stage.time.now = evening
    broadcast = stage.create(
        (*germans(100), *(Addressee(f"+49151223456{n:02d}") for n in range(100))),
        timing=Timing(quiet=Quiet(time(20, 58), time(9))),
    )
    stage.plan()
    plan = stage.broadcasts.get(TENANT, broadcast.id).plan
    assert plan is not None
    assert plan.included == 200

    stage.work()
    assert 0 < len(stage.meta.calls) < 200

    assert looked_after(stage, broadcast).state is BroadcastState.FINISHED
    assert stage.states(broadcast) == {"sent": 200}
    foreseen = plan.forecast.ends_at
    assert abs(foreseen - stage.meta.calls[-1].at) <= 0.03 * plan.forecast.seconds
    shown = clocks(stage, BERLIN, "49")
    assert [at for at in shown if not time(9) <= at < time(21)] == []


def test_how_long_it_takes_is_foreseen_by_the_order_of_the_list() -> None:
    stage = Stage()
    stage.time.now = NOW + 1000 - 40  # 40 seconds before half past four in Berlin
    finns, later = (
        tuple(Addressee(bsuid=f"{country}.{number:015d}") for number in range(1000))
        for country in ("FI", "DE")
    )
    broadcast = stage.create((*finns, *later), timing=Timing(quiet=Quiet(time(16, 30), time(17))))
    stage.plan()
    plan = stage.broadcasts.get(TENANT, broadcast.id).plan
    assert plan is not None

    stage.work()
    assert stage.states(broadcast) == {"sent": 1000, "planned": 1000}
    assert looked_after(stage, broadcast).state is BroadcastState.FINISHED

    assert abs(plan.forecast.ends_at - stage.meta.calls[-1].at) < 5


@pytest.mark.parametrize(("quiet", "sent"), [(None, 2), (NIGHT, 0)])
def test_a_slice_that_was_queued_by_day_is_not_sent_at_night(
    quiet: Quiet | None, sent: int
) -> None:
    stage = Stage()
    stage.create(germans(2), timing=Timing(quiet=quiet))
    stage.plan()

    stage.time.now = NOW + 6 * HOUR
    stage.work()

    assert len(stage.meta.calls) == sent
