"""Creating a broadcast: what is promised, and what happens when it is asked for twice."""

import pytest

from tandem.model.broadcast import Addressee, BroadcastState, Category
from tandem.model.errors import Conflict, Invalid, NotFound
from tests.fakes.broadcast_stage import NOW, TENANT, Stage, people
from tests.fakes.crashing import Died, Fuse


def test_a_broadcast_for_now_is_queued_to_be_planned() -> None:
    stage = Stage()

    broadcast = stage.create(people(3))

    assert stage.plan_queue.jobs == [{"tenant": TENANT, "broadcast": broadcast.id}]
    assert stage.states(broadcast) == {"planned": 3}
    assert broadcast.state is BroadcastState.SCHEDULED


def test_a_broadcast_for_later_gets_a_schedule_and_a_watch_behind_it() -> None:
    stage = Stage()

    broadcast = stage.create(people(3), schedule_at=NOW + 3600)

    assert stage.plan_queue.jobs == []
    assert stage.schedules.times == {f"{TENANT}-{broadcast.id}": NOW + 3600}
    assert list(stage.rows.overdue(NOW + 3600)) == []
    assert [watch.broadcast for watch in stage.rows.overdue(NOW + 3900)] == [broadcast.id]


def test_the_same_request_under_one_key_is_one_broadcast() -> None:
    stage = Stage()

    first = stage.create(people(3), key="k")
    stage.time.now += 5
    second = stage.create(people(3), key="k")

    assert first == second
    assert stage.rows.page(TENANT, limit=10)[0] == (first,)


def test_another_request_under_a_used_key_is_a_conflict() -> None:
    stage = Stage()
    first = stage.create(people(3), key="k")

    with pytest.raises(Conflict, match="use a new key"):
        stage.create(people(4), key="k")

    assert stage.audiences.fetch(first.audience) == people(3)


def test_the_same_key_of_two_tenants_is_two_broadcasts() -> None:
    stage = Stage()
    broadcast = stage.create(people(3), key="k")

    with pytest.raises(NotFound):
        stage.broadcasts.get("other", broadcast.id)
    with pytest.raises(NotFound):
        stage.broadcasts.create("other", stage.request(people(3), key="k"))


@pytest.mark.parametrize("after_effect", [False, True])
def test_a_create_that_died_is_finished_by_asking_again(*, after_effect: bool) -> None:
    deaths = 0
    while True:
        stage = Stage()
        stage.light(Fuse(deaths + 1, after_effect=after_effect))
        try:
            stage.create(people(3), key="k")
        except Died:
            deaths += 1
        else:
            break
        stage.light(None)
        broadcast = stage.create(people(3), key="k")
        stage.plan()
        stage.work()
        assert stage.states(broadcast) == {"sent": 3}
        assert len(stage.meta.calls) == 3
    assert deaths >= 6


@pytest.mark.parametrize("after_effect", [False, True])
def test_a_create_that_died_and_is_never_asked_for_again_is_whole_or_nothing(
    *, after_effect: bool
) -> None:
    outcomes = set()
    for death in range(1, 8):
        stage = Stage()
        stage.light(Fuse(death, after_effect=after_effect))
        try:
            stage.create(people(3))
        except Died:
            stage.light(None)
        stage.light(None)
        stage.time.now += 4000
        stage.keep_watch()
        listed, _ = stage.rows.page(TENANT, limit=10)
        outcomes.add((len(listed), len(stage.meta.calls)))
        assert list(stage.rows.overdue(2**31)) == []

    assert outcomes == {(0, 0), (1, 3)}


@pytest.mark.parametrize(
    ("audience", "more", "says"),
    [
        ((), {}, "1 to 10000 people"),
        (people(10_001), {}, "1 to 10000 people"),
        ((Addressee(phone="15550100001", parameters=("",)),), {}, "parameters of entry 0"),
        ((Addressee(phone="15550100001", parameters={"a": "x" * 1025}),), {}, "entry 0"),
        (people(1), {"schedule_at": NOW + 400 * 86_400}, "a year ahead"),
    ],
)
def test_a_request_that_cannot_be_meant_is_refused(
    audience: tuple[Addressee, ...], more: dict[str, int], says: str
) -> None:
    stage = Stage()

    with pytest.raises(Invalid, match=says):
        stage.create(audience, **more)

    assert stage.rows.page(TENANT, limit=10)[0] == ()


def test_one_time_codes_are_not_for_broadcasting() -> None:
    stage = Stage(category=Category.AUTHENTICATION)

    with pytest.raises(Invalid, match="authentication"):
        stage.create(people(1))


def test_what_is_not_held_cannot_be_resumed_and_what_is_finished_not_paused() -> None:
    stage = Stage()
    broadcast = stage.started(people(2))
    with pytest.raises(Conflict, match="nothing to resume"):
        stage.broadcasts.resume(TENANT, broadcast.id)

    stage.work()

    with pytest.raises(Conflict, match="finished"):
        stage.broadcasts.pause(TENANT, broadcast.id, by="Kim")
