"""Creating a broadcast: what is promised, and what happens when it is asked for twice."""

from dataclasses import replace

import pytest

from tandem.model.broadcast import Addressee, Broadcast, BroadcastState, Category
from tandem.model.errors import Conflict, Invalid, NotFound
from tandem.model.recipient import Slice
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, NOW, TENANT, WABA, people, phone, template_of
from tests.fakes.crashing import Died, Fuse


def test_a_broadcast_for_now_is_queued_to_be_planned() -> None:
    stage = Stage()

    broadcast = stage.create(people(3))

    assert stage.plan_queue.jobs == [{"tenant": TENANT, "broadcast": broadcast.id}]
    assert stage.states(broadcast) == {}
    assert broadcast.state is BroadcastState.PLANNING


def test_a_broadcast_for_later_gets_a_schedule_and_a_watch_behind_it() -> None:
    stage = Stage()

    broadcast = stage.create(people(3), schedule_at=NOW + 3600)

    assert len(stage.plan_queue.jobs) == 1
    assert stage.schedules.times == {broadcast.edition: NOW + 3600}
    stage.plan()
    assert list(stage.rows.due(NOW + 3599)) == []
    assert [watch.broadcast for watch in stage.rows.due(NOW + 3600)] == [broadcast.id]
    assert stage.broadcasts.get(TENANT, broadcast.id).state is BroadcastState.SCHEDULED


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

    assert stage.audiences.fetch(first.given) == people(3)


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
        assert list(stage.rows.due(2**31)) == []

    assert outcomes == {(0, 0), (1, 3)}


@pytest.mark.parametrize(
    ("audience", "more", "says"),
    [
        ((), {}, "needs people, a list or a segment"),
        (people(10_001), {}, "at most 10000 people.*upload a list"),
        ((Addressee("15550100001", values={"body.1": ""}),), {}, "values of entry 0"),
        ((Addressee("15550100001", values={"body.1": "x" * 1025}),), {}, "entry 0"),
        ((Addressee("15550100001", values={"body.2": "x"}),), {}, "no blank 'body.2'"),
        (people(1), {"schedule_at": NOW - 3600}, "is past"),
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
        stage.holding.resume(TENANT, broadcast.id)

    stage.work()

    with pytest.raises(Conflict, match="finished"):
        stage.holding.pause(TENANT, broadcast.id, by="Kim")


def test_without_approval_nothing_is_sent_and_with_it_exactly_the_plan() -> None:
    stage = Stage()
    broadcast = stage.create(people(3), approve=False)
    stage.plan()
    planned = stage.broadcasts.get(TENANT, broadcast.id)
    assert planned.state is BroadcastState.PLANNED
    assert planned.plan is not None
    stage.work()
    assert stage.meta.calls == []

    with pytest.raises(Conflict, match="another one by now"):
        stage.broadcasts.approve(TENANT, broadcast.id, plan="0" * 64, by="Kim")
    for _ in range(2):
        stage.broadcasts.approve(TENANT, broadcast.id, plan=planned.plan.hash, by="Kim")
    stage.plan()
    stage.work()

    assert stage.states(broadcast) == {"sent": 3}
    approval = stage.broadcasts.get(TENANT, broadcast.id).approval
    assert approval is not None
    assert (approval.plan, approval.by) == (planned.plan.hash, "Kim")


def test_a_plan_that_is_not_made_yet_cannot_be_approved() -> None:
    stage = Stage()
    broadcast = stage.create(people(3), approve=False)

    with pytest.raises(Conflict, match="still being made"):
        stage.broadcasts.approve(TENANT, broadcast.id, plan="0" * 64, by="Kim")


def test_a_plan_with_nobody_left_is_shown_and_cannot_be_approved() -> None:
    stage = Stage()
    broadcast = stage.create((Addressee("12"),))
    stage.plan()
    plan = stage.broadcasts.get(TENANT, broadcast.id).plan

    assert plan is not None
    assert (plan.included, plan.excluded) == (0, {"invalid_number": 1})
    with pytest.raises(Conflict, match="nobody is left"):
        stage.broadcasts.approve(TENANT, broadcast.id, plan=plan.hash, by="Kim")


def test_an_approval_that_comes_after_its_time_is_refused() -> None:
    stage = Stage()
    broadcast = stage.create(people(1), approve=False, schedule_at=NOW + 600)
    stage.plan()
    plan = stage.broadcasts.get(TENANT, broadcast.id).plan
    assert plan is not None
    stage.time.now += 3600

    with pytest.raises(Conflict, match="its time has passed"):
        stage.broadcasts.approve(TENANT, broadcast.id, plan=plan.hash, by="Kim")


def test_an_edit_before_the_start_makes_the_plan_anew_and_voids_the_approval() -> None:
    stage = Stage()
    broadcast = stage.create(people(3), schedule_at=NOW + 3600)
    stage.plan()
    first = stage.broadcasts.get(TENANT, broadcast.id)
    assert first.state is BroadcastState.SCHEDULED

    request = stage.request(people(2), schedule_at=NOW + 7200, approve=False)
    edited = stage.broadcasts.edit(TENANT, broadcast.id, request)
    assert (edited.state, edited.revision) == (BroadcastState.PLANNING, 2)
    assert stage.schedules.times == {edited.edition: NOW + 7200}
    stage.plan()

    again = stage.broadcasts.get(TENANT, broadcast.id)
    assert again.state is BroadcastState.PLANNED
    assert again.plan is not None
    assert first.plan is not None
    assert (again.plan.size, again.created_at) == (2, first.created_at)
    with pytest.raises(Conflict, match="another one"):
        stage.broadcasts.approve(TENANT, broadcast.id, plan=first.plan.hash, by="Kim")


def test_what_has_begun_is_not_edited() -> None:
    stage = Stage()
    broadcast = stage.started(people(3))

    with pytest.raises(Conflict, match="has begun"):
        stage.broadcasts.edit(TENANT, broadcast.id, stage.request(people(1)))

    stage.work()
    assert stage.states(broadcast) == {"sent": 3}


def test_slices_of_a_plan_that_was_replaced_are_sent_to_nobody() -> None:
    stage = Stage()
    broadcast = stage.create(people(3), schedule_at=NOW + 3600)
    stage.plan()
    replaced = Slice(TENANT, broadcast.edition, LINE, 0, 2)
    stage.broadcasts.edit(TENANT, broadcast.id, stage.request(people(1)))
    stage.plan()

    stage.sender.send(replaced, lambda: 100.0)
    assert stage.meta.calls == []

    stage.work()
    assert [call.alias for call in stage.meta.calls] == [f"phone:{phone(0)}"]


def test_what_is_cancelled_before_its_time_leaves_no_schedule_and_never_begins() -> None:
    stage = Stage()
    broadcast = stage.create(people(3), schedule_at=NOW + 3600)
    stage.plan()

    stage.holding.cancel(TENANT, broadcast.id)
    assert stage.schedules.times == {}
    assert list(stage.rows.due(2**31)) == []

    # A schedule that had fired already, or a message that comes again.
    stage.time.now += 3600
    stage.plan_queue.put({"tenant": TENANT, "broadcast": broadcast.id})
    stage.plan()
    stage.work()

    known = stage.broadcasts.get(TENANT, broadcast.id)
    assert (known.state, known.begun_at) == (BroadcastState.CANCELLED, None)
    assert stage.send_queue.groups == []
    assert stage.meta.calls == []


@pytest.mark.parametrize("planned", [False, True], ids=["while it is planned", "scheduled"])
def test_what_is_paused_before_its_time_waits_until_it_is_resumed(planned: bool) -> None:
    stage = Stage()
    broadcast = stage.create(people(3), schedule_at=NOW + 3600)
    if planned:
        stage.plan()
    stage.holding.pause(TENANT, broadcast.id, by="Kim")

    stage.time.now += 3600
    stage.keep_watch()
    assert stage.meta.calls == []
    assert stage.broadcasts.get(TENANT, broadcast.id).state is BroadcastState.PAUSED

    stage.holding.resume(TENANT, broadcast.id)
    stage.plan()
    stage.work()
    assert stage.states(broadcast) == {"sent": 3}


def test_a_cancelled_broadcast_sends_nothing_more_and_keeps_what_was_sent() -> None:
    stage = Stage()
    broadcast = stage.started(people(250))
    stage.sender.send(Slice(**stage.send_queue.jobs.pop(0)), lambda: 100.0)

    stage.holding.cancel(TENANT, broadcast.id)
    stage.work()
    stage.time.now += 7200
    stage.keep_watch()

    assert stage.states(broadcast) == {"sent": 100, "planned": 150}
    assert stage.broadcasts.get(TENANT, broadcast.id).state is BroadcastState.CANCELLED
    assert list(stage.rows.due(2**31)) == []
    for refused in (
        lambda: stage.holding.cancel(TENANT, broadcast.id),
        lambda: stage.holding.resume(TENANT, broadcast.id),
        lambda: stage.holding.pause(TENANT, broadcast.id, by="Kim"),
    ):
        with pytest.raises(Conflict):
            refused()


@pytest.mark.parametrize("status", ["PAUSED", "REJECTED", "PENDING"])
def test_a_template_that_meta_does_not_send_is_refused(status: str) -> None:
    stage = Stage()
    stage.templates.note_listing(TENANT, WABA, [template_of(status=status)], at=NOW + 1)

    with pytest.raises(Conflict, match=status.lower()):
        stage.create(people(1))


def test_whoever_shares_the_line_meanwhile_is_named() -> None:
    stage = Stage()
    # At 20 messages a second, 600 people take half a minute.
    first, ours, alone, unasked = (
        stage.create(people(600), schedule_at=NOW + 3600 + after, approve=approve)
        for after, approve in ((0, True), (20, True), (300, True), (25, False))
    )
    cancelled = stage.create(people(600), schedule_at=NOW + 3600)
    line = stage.lines.get(TENANT, LINE)
    assert line is not None
    stage.lines.save_connected(replace(line, line="another"))
    stage.create(people(600), schedule_at=NOW + 3600, line="another")
    stage.plan()
    stage.holding.cancel(TENANT, cancelled.id)

    def beside(broadcast: Broadcast) -> set[str]:
        known = stage.broadcasts.get(TENANT, broadcast.id)
        return {other.id for other in stage.broadcasts.beside(known)}

    assert beside(first) == {ours.id}
    assert beside(ours) == {first.id}
    assert beside(unasked) == {ours.id, first.id}
    assert beside(alone) == beside(cancelled) == set()

    stage.time.now = NOW + 3600
    stage.plan_queue.put({"tenant": TENANT, "broadcast": first.id})
    stage.plan()
    assert beside(alone) == {first.id}, "one that is late still has the line"
