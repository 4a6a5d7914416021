"""Planning: from an audience to a frozen list and slices on a queue, once or a hundred times."""

from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from tandem.broadcasts.audience import sources
from tandem.broadcasts.plans import plan_making
from tandem.model.broadcast import (
    Addressee,
    Audience,
    Broadcast,
    BroadcastState,
    Category,
    Plan,
    Quiet,
    Timing,
)
from tandem.model.contact import Edit
from tandem.model.errors import Conflict
from tandem.model.events import ContactNote
from tandem.model.identity import Person
from tandem.model.recipient import Excluded, RecipientState
from tandem.model.template import FilledBy, KnownTemplate
from tandem.store import keys
from tandem.store.keys import broadcast_keys
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, NOW, TENANT, WABA, people, phone, template_of

USER = "US.13491208655302741918"


def plan_of(stage: Stage, broadcast: Broadcast) -> Plan:
    plan = stage.broadcasts.get(TENANT, broadcast.id).plan
    assert plan is not None
    return plan


def test_one_person_in_any_spelling_is_in_the_plan_once() -> None:
    stage = Stage()
    stage.people.join(TENANT, Person(phone=phone(2), bsuid=USER), line=LINE)
    audience = (
        Addressee(phone=phone(1)),
        Addressee(phone=f"+{phone(1)[:1]} {phone(1)[1:4]}-{phone(1)[4:]}"),
        Addressee(phone=phone(2)),
        Addressee(bsuid=USER),
    )

    broadcast = stage.started(audience)
    stage.work()

    plan = plan_of(stage, broadcast)
    assert (plan.size, plan.included, plan.excluded) == (4, 2, {"duplicate": 2})
    assert [call.alias for call in stage.meta.calls] == [f"phone:{phone(1)}", f"phone:{phone(2)}"]
    assert stage.progress(broadcast).reasons == {"duplicate": 2}


def test_a_number_in_both_spellings_is_one_person_whom_nobody_has_met() -> None:
    stage = Stage()
    audience = (Addressee(phone="+55 23 98765-0100"), Addressee(phone="+55 23 8765-0100"))

    broadcast = stage.started(audience)
    stage.work()

    assert [call.alias for call in stage.meta.calls] == ["phone:5523987650100"]
    assert stage.progress(broadcast).reasons == {"duplicate": 1}


@pytest.mark.parametrize("category", [Category.MARKETING, Category.UTILITY])
def test_a_broadcast_reaches_people_without_a_number(category: Category) -> None:
    stage = Stage(category=category)

    stage.started((Addressee(bsuid=USER),))
    stage.work()

    assert [call.alias for call in stage.meta.calls] == [f"bsuid:{USER}"]


def test_an_entry_that_means_nobody_is_left_out_with_its_reason() -> None:
    stage = Stage()
    audience = (
        Addressee(phone="12"),
        Addressee(phone="call me"),
        Addressee(),
        Addressee(bsuid="13491208655302741918"),
        Addressee(phone=phone(1)),
    )

    broadcast = stage.started(audience)
    stage.work()

    assert stage.states(broadcast) == {"sent": 1, "skipped": 4}
    assert stage.progress(broadcast).reasons == {
        Excluded.INVALID_NUMBER: 2,
        Excluded.UNREACHABLE: 1,
        Excluded.INVALID_USER_ID: 1,
    }


def test_whoever_misses_a_value_is_left_out_with_the_reason_and_the_broadcast_goes_on() -> None:
    stage = Stage()
    told = stage.uploaded(f"phone,city\n{phone(0)},Lima\n{phone(1)},\n{phone(2)},Cusco\n".encode())
    broadcast = stage.create(
        Audience(lists=(told.id,)), filling={"body.1": FilledBy(field="attribute.city")}
    )
    stage.plan()
    stage.work()

    rows = stage.everybody(broadcast)
    assert [(row.excluded, dict(row.values)) for row in rows] == [
        (None, {"body.1": "Lima"}),
        ("missing_value", {}),
        (None, {"body.1": "Cusco"}),
    ]
    assert stage.states(broadcast) == {"sent": 2, "skipped": 1}
    assert stage.progress(broadcast).reasons == {"missing_value": 1}


def test_the_hash_covers_people_their_words_and_the_template() -> None:
    def hash_of(audience: tuple[Addressee, ...]) -> str:
        stage = Stage()
        return plan_of(stage, stage.started(audience)).hash

    same = hash_of(people(3))

    assert same == hash_of(people(3))
    assert same != hash_of(people(4))
    assert same != hash_of((*people(2), Addressee(phone(2), values={"body.1": "Bea"})))


def test_a_plan_of_many_parts_is_the_same_as_one_of_a_single_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def planned() -> tuple[Plan, dict[str, int]]:
        stage = Stage()
        broadcast = stage.started((*people(40), *people(25)))
        stage.work()
        return plan_of(stage, broadcast), stage.states(broadcast)

    whole, states = planned()
    for module in (sources, plan_making):
        monkeypatch.setattr(module, "PART_SIZE", 10)
    # A part begins where a shard does.
    for module in (keys, broadcast_keys):
        monkeypatch.setattr(module, "RECIPIENTS_PER_SHARD", 10)
    parted, parted_states = planned()

    assert parted_states == states == {"sent": 40, "skipped": 25}
    assert (parted.size, parted.excluded) == (whole.size, whole.excluded)
    assert parted.forecast == whole.forecast


def test_a_plan_goes_on_where_time_ran_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (sources, plan_making):
        monkeypatch.setattr(module, "PART_SIZE", 10)
    for module in (keys, broadcast_keys):
        monkeypatch.setattr(module, "RECIPIENTS_PER_SHARD", 10)
    stage = Stage()
    broadcast = stage.create((*people(30), *people(5)))
    runs = 0

    while stage.plan_queue.jobs:
        del stage.plan_queue.jobs[0]
        left = iter([100.0, 0.0])
        stage.planner.plan(TENANT, broadcast.id, lambda clock=left: next(clock))
        stage.revive()
        runs += 1

    assert runs == 4
    assert plan_of(stage, broadcast).excluded == {"duplicate": 5}
    stage.work()
    assert stage.states(broadcast) == {"sent": 30, "skipped": 5}


def test_few_among_many_are_looked_for_over_as_many_turns_as_it_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sources, "PIECE_SIZE", 10)
    stage = Stage()
    everybody = [Person(phone=phone(n)) for n in range(60)]
    stage.people.note_contacts(
        TENANT, [ContactNote(LINE, person, NOW - 10, removed=False) for person in everybody]
    )
    for number in (3, 31, 58):
        contact = stage.people.contact(TENANT, f"phone:{phone(number)}")
        stage.people.write(TENANT, contact, Edit(tags={"vip": True}), now_ms=NOW * 1000)
    broadcast = stage.create(Audience(segment="tag = vip"))
    turns = 0

    while stage.plan_queue.jobs and turns < 20:
        del stage.plan_queue.jobs[0]
        left = iter([100.0])
        stage.planner.plan(TENANT, broadcast.id, lambda clock=left: next(clock, 0.0))
        stage.revive()
        turns += 1

    assert turns == 6
    assert plan_of(stage, broadcast).included == 3
    stage.work()
    assert stage.states(broadcast) == {"sent": 3}


def test_a_plan_is_the_same_however_often_it_is_made() -> None:
    stage = Stage()
    broadcast = stage.started(people(10))
    frozen = stage.broadcasts.get(TENANT, broadcast.id).plan
    stage.work()

    for _ in range(3):
        stage.time.now += 60
        stage.planner.plan(TENANT, broadcast.id)

    assert stage.broadcasts.get(TENANT, broadcast.id).plan == frozen
    assert stage.states(broadcast) == {"sent": 10}
    assert stage.send_queue.jobs == []


def test_a_plan_whose_rows_were_changed_is_refused() -> None:
    stage = Stage()
    broadcast = stage.started(people(3))
    stage.table.update(keys.recipient(TENANT, broadcast.edition, 1), put={"phone": phone(99)})

    with pytest.raises(Conflict, match="not those of its plan"):
        stage.planner.plan(TENANT, broadcast.id)


def test_a_plan_queued_twice_puts_each_slice_on_the_queue_once() -> None:
    stage = Stage()
    broadcast = stage.create(people(250))

    stage.planner.plan(TENANT, broadcast.id)
    stage.revive()
    stage.rows.watch(TENANT, broadcast.id, NOW + 300)
    stage.planner.plan(TENANT, broadcast.id)

    ranges = [(job["first"], job["last"]) for job in stage.send_queue.jobs]
    assert ranges == [(0, 99), (100, 199), (200, 249)]
    assert set(stage.send_queue.groups) == {LINE}


def test_a_fast_line_has_lanes_and_a_slice_keeps_its_own() -> None:
    stage = Stage(rate=200)

    stage.started(people(1900))

    assert stage.send_queue.groups == [f"{LINE}.{lane}" for lane in (0, 1, 2, 0, 1)]


def test_a_broadcast_that_died_at_40_percent_resumes_with_the_other_60() -> None:
    stage = Stage()
    broadcast = stage.started(people(500))
    del stage.send_queue.jobs[2:]
    stage.work()
    assert stage.states(broadcast) == {"planned": 300, "sent": 200}
    already = len(stage.meta.calls)

    stage.time.now += 3600
    stage.keep_watch()

    again = {call.alias for call in stage.meta.calls[already:]}
    assert again == {f"phone:{phone(n)}" for n in range(200, 500)}
    assert len(stage.meta.calls) == 500
    assert stage.broadcasts.get(TENANT, broadcast.id).state is BroadcastState.FINISHED


def test_a_plan_asked_for_too_early_waits_for_its_time() -> None:
    stage = Stage()
    broadcast = stage.create(people(3), schedule_at=NOW + 7200)

    stage.planner.plan(TENANT, broadcast.id)
    assert stage.send_queue.jobs == []

    stage.time.now = NOW + 7201
    stage.keep_watch()
    assert stage.states(broadcast) == {"sent": 3}


def test_a_plan_for_a_broadcast_that_was_never_written_is_forgotten() -> None:
    stage = Stage()
    stage.rows.watch(TENANT, "never", NOW)

    stage.keep_watch()

    assert list(stage.rows.due(2**31)) == []


def test_an_attempt_whose_sender_never_came_back_counts_as_unknown_in_the_end() -> None:
    stage = Stage()
    broadcast = stage.started(people(1))
    stage.send_queue.jobs.clear()
    stage.recipients.begin(TENANT, broadcast.edition, 0, attempt="a", at=NOW)

    assert stage.state_of(broadcast, 0) is RecipientState.ATTEMPTING
    stage.time.now += 1000

    assert stage.state_of(broadcast, 0) is RecipientState.UNKNOWN
    stage.keep_watch()
    assert stage.broadcasts.get(TENANT, broadcast.id).state is BroadcastState.FINISHED


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (template_of(status="PAUSED"), "does not send the template spring_offer now .paused"),
        (replace(template_of(), components=({"type": "BODY", "text": "{{1}}!"},)), "not what it"),
    ],
)
def test_a_template_that_changed_since_the_approval_holds_the_broadcast(
    changed: KnownTemplate, says: str
) -> None:
    stage = Stage()
    broadcast = stage.create(people(3), schedule_at=NOW + 3600)
    stage.plan()
    stage.templates.note_listing(TENANT, WABA, [changed], at=NOW + 60)

    stage.time.now += 3600
    stage.keep_watch()

    held = stage.broadcasts.get(TENANT, broadcast.id)
    assert held.state is BroadcastState.PAUSED
    assert held.pause is not None
    assert says.partition(" .")[0] in held.pause.reason
    assert (stage.send_queue.groups, stage.meta.calls) == ([], [])


def test_whoever_is_due_later_waits_for_their_time_and_stops_nobody_else() -> None:
    stage = Stage()
    night = Quiet(since=time(21), until=time(10))
    # 08:33 in Bogotá, 15:33 in Berlin.
    audience = (Addressee("573001234567"), Addressee("4915112345678"), Addressee("573007654321"))
    broadcast = stage.create(audience, timing=Timing(quiet=night))
    stage.plan()
    stage.work()
    assert [call.alias for call in stage.meta.calls] == ["phone:4915112345678"]
    assert stage.states(broadcast) == {"sent": 1, "planned": 2}

    bogota = ZoneInfo("America/Bogota")
    while datetime.fromtimestamp(stage.time.now, bogota).time() < time(10):
        assert len(stage.meta.calls) == 1
        (watch,) = stage.rows.due(2**31)
        stage.time.now = watch.at
        stage.keep_watch()

    assert datetime.fromtimestamp(stage.time.now, bogota).time() < time(10, 1)
    assert stage.states(broadcast) == {"sent": 3}
    assert stage.broadcasts.get(TENANT, broadcast.id).state is BroadcastState.FINISHED


@pytest.mark.parametrize("ahead", [5, 60, 61, 3600])
def test_nothing_goes_out_a_second_before_its_time(ahead: int) -> None:
    stage = Stage()
    broadcast = stage.create(people(3), schedule_at=NOW + ahead)
    stage.plan()
    for moment in (NOW + ahead - 1, NOW + ahead):
        assert stage.send_queue.jobs == []
        stage.time.now = moment
        # A schedule that fires by a clock of its own, or our own delay.
        stage.plan_queue.put({"tenant": TENANT, "broadcast": broadcast.id})
        stage.plan()

    stage.work()

    assert min(call.at for call in stage.meta.calls) >= NOW + ahead
    assert stage.states(broadcast) == {"sent": 3}
