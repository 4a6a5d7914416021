"""Uploaded lists: read into people, and used in broadcasts."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from tandem.broadcasts.audience.fingerprints import fingerprint, unpacked
from tandem.broadcasts.audience.lists import PAGE_SIZE
from tandem.model.broadcast import Addressee, Audience, BroadcastState, Category, Timing
from tandem.model.errors import Conflict, Invalid, NotFound
from tandem.model.events import Content, Sighting, Source
from tandem.model.identity import Person
from tandem.model.series import Every, Rule, SeriesRequest
from tandem.model.uploaded import LARGEST_LIST, ListState
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, NOW, TENANT, people, phone


def csv_of(*numbers: int, heading: str = "phone") -> bytes:
    return "\n".join([heading, *(f"+{phone(number)}" for number in numbers)]).encode()


def people_on(stage: Stage, name: str) -> list[Addressee]:
    found: list[Addressee] = []
    cursor: str | None = None
    while True:
        piece, cursor = stage.lists.read(TENANT, name, cursor, 700)
        found += piece
        if cursor is None:
            return found


def states(stage: Stage, broadcast: Any) -> dict[str, str | None]:
    """Why each person of a plan is left out; None for who is not."""
    rows = stage.everybody(broadcast)
    return {row.person.alias or "": row.excluded for row in rows}


# ---- reading one


def test_a_list_becomes_people_with_what_their_columns_say() -> None:
    content = (
        "Nombre;Teléfono;user_id;Formula;\r\n"
        "Ana;+1 555 010 0001;US.1001;=1+1;\r\n"
        '"Ben; the younger";;US.1002;-5;extra\r\n'
        ";;;;\r\n"
        "Eve;5,73E+11;;;\r\n"
        "Nobody;;;;\r\n"
        "Zoe;+15550100001;not an id;;\r\n"
        "Ana again;0015550100001;;@home;\r\n"
    ).encode("utf-8-sig")
    stage = Stage()

    told = stage.uploaded(content)

    assert (told.state, told.people, told.repeated) == (ListState.READY, 3, 1)
    assert (told.encoding, told.separator) == ("UTF-8", ";")
    assert told.columns == ("Nombre", "Formula", "column 5")
    assert people_on(stage, told.id) == [
        Addressee("15550100001", "US.1001", attributes={"Nombre": "Ana", "Formula": "=1+1"}),
        Addressee(
            None,
            "US.1002",
            attributes={"Nombre": "Ben; the younger", "Formula": "-5", "column 5": "extra"},
        ),
        Addressee("15550100001", attributes={"Nombre": "Ana again", "Formula": "@home"}),
    ]
    assert [(row.line, row.why[:20]) for row in told.bad] == [
        (5, "a spreadsheet has ro"),
        (6, "there is neither a p"),
        (7, "'not an id': this is"),
    ]
    assert told.preview[0] == {
        "phone": "15550100001",
        "bsuid": "US.1001",
        "Nombre": "Ana",
        "Formula": "=1+1",
    }
    (names,) = stage.lists.names(TENANT, [told.id])
    aliases = ("phone:15550100001", "bsuid:US.1001", "bsuid:US.1002")
    assert unpacked(names) == {fingerprint(alias) for alias in aliases}


def test_a_long_list_is_kept_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("broadcasts.audience.list_reading", "store.lists"):
        monkeypatch.setattr(f"tandem.{module}.PART_SIZE", 7)
    monkeypatch.setattr("tandem.broadcasts.audience.list_reading.PARTS_BETWEEN_NOTES", 1)
    stage = Stage()

    told = stage.uploaded(csv_of(*range(45)))

    assert told.people == 45
    assert [each.phone for each in people_on(stage, told.id)] == [phone(n) for n in range(45)]


def test_only_the_first_bad_rows_are_shown_and_all_are_counted() -> None:
    told = Stage().uploaded(csv_of(1) + b"\n-" * 150)

    assert (told.people, told.bad_rows, len(told.bad)) == (1, 150, 100)
    assert (told.bad[0].line, told.bad[99].line) == (3, 102)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"name,city\nAna,Lima\n", "line 1: no column is called phone or bsuid"),
        (b"+15550100001\n+15550100002\n", "line 1: no column"),
        (b"phone\nnobody\n", "no row names anybody"),
        (b"phone,a,a\n", "two columns are called a"),
        (b"phone,phone\n", "two columns are called phone"),
        (b"phone," + b",".join(b"c%d" % n for n in range(51)), "at most 50 columns"),
        (b"phone," + b"c" * 65, "more than 64 characters"),
        (b"PK\x03\x04", "Excel"),
    ],
)
def test_a_list_that_cannot_be_read_says_why_and_stays_so(content: bytes, says: str) -> None:
    stage = Stage()

    told = stage.uploaded(content, size=9)

    assert (told.state, says in (told.trouble or "")) == (ListState.REFUSED, True), told.trouble
    assert stage.uploads.read(TENANT, told.id) == told
    assert stage.list_queue.jobs == []


def test_a_list_of_too_many_is_refused_at_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tandem.broadcasts.audience.list_reading.PLAN_LIMIT", 3)

    told = Stage().uploaded(csv_of(1, 2, 3, 4))

    assert (told.trouble or "").startswith("line 5: a list has at most 3 people")


def test_a_file_that_is_larger_than_it_said_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tandem.broadcasts.audience.list_reading.LARGEST_LIST", 10)

    told = Stage().uploaded(csv_of(1, 2))

    assert "split it" in (told.trouble or "")


@pytest.mark.parametrize("size", [0, LARGEST_LIST + 1])
def test_an_address_is_for_a_file_of_a_size_that_can_be_read(size: int) -> None:
    with pytest.raises(Invalid):
        Stage().uploads.create(TENANT, "Spring", size=size, country=None, by="Kim")


def test_an_address_is_bound_to_its_size_and_a_quarter_of_an_hour() -> None:
    new, address = Stage().uploads.create(TENANT, "Spring", size=12, country="CO", by="Kim")

    assert f"uploads/{TENANT}/{new.id}?put_object&content-length=12&expires=900" in address


def test_a_list_is_read_only_once_something_came() -> None:
    stage = Stage()
    new, _ = stage.uploads.create(TENANT, "Spring", size=12, country=None, by="Kim")

    with pytest.raises(Conflict) as refusal:
        stage.uploads.read(TENANT, new.id)

    assert refusal.value.code == "not_uploaded"


def test_reading_a_list_twice_leaves_what_reading_it_once_leaves() -> None:
    stage = Stage()
    told = stage.uploaded(csv_of(1, 2, 3))
    before = stage.table.contents(), dict(stage.buckets.objects)

    stage.list_reading.read(TENANT, told.id)

    assert (stage.table.contents(), stage.buckets.objects) == before


# ---- using one


def test_a_broadcast_goes_to_lists_and_spares_lists() -> None:
    stage = Stage()
    guests = stage.uploaded(b"phone,name\n+15550100001,Ana\n+15550100002,Ben\n15550100001,Ana\n")
    staff = stage.uploaded(csv_of(2, 3, heading="whatsapp"))
    audience = Audience(
        (Addressee(f"+{phone(3)}"), Addressee(f"+{phone(4)}")),
        lists=(guests.id,),
        leave_out=(staff.id,),
    )

    broadcast = stage.create(audience)
    stage.plan()

    assert [(row.person.phone, row.excluded) for row in stage.everybody(broadcast)] == [
        (phone(3), "on_a_list"),
        (phone(4), None),
        (phone(1), None),
        (phone(2), "on_a_list"),
        (phone(1), "duplicate"),
    ]


def test_somebody_on_a_list_to_leave_out_is_spared_under_every_name() -> None:
    stage = Stage()
    staff = stage.uploaded(b"phone\n+55 23 8765-0100\n")
    audience = Audience((Addressee("5523987650100"),), leave_out=(staff.id,))

    broadcast = stage.create(audience)
    stage.plan()

    assert states(stage, broadcast) == {"phone:5523987650100": "on_a_list"}


def test_a_list_that_is_not_there_yet_is_the_trouble_until_the_audience_changes() -> None:
    stage = Stage()
    late, _ = stage.uploads.create(TENANT, "Late", size=12, country=None, by="Kim")
    ready = stage.uploaded(csv_of(1))
    broadcast = stage.create(Audience(lists=(late.id,)))
    stage.plan()
    waiting = stage.broadcasts.get(TENANT, broadcast.id)

    stage.broadcasts.edit(TENANT, broadcast.id, stage.request(Audience(lists=("x",))))
    stage.plan()
    unknown = stage.broadcasts.get(TENANT, broadcast.id)
    mended = Audience(lists=(ready.id,))
    stage.broadcasts.edit(TENANT, broadcast.id, stage.request(mended))
    stage.plan()

    assert (waiting.state, waiting.trouble) == (
        BroadcastState.UNPLANNABLE,
        "the list Late is not ready: awaited",
    )
    assert unknown.trouble == "there is no list x: upload it first"
    assert stage.broadcasts.get(TENANT, broadcast.id).state is BroadcastState.SENDING
    assert stage.states(stage.broadcasts.get(TENANT, broadcast.id)) == {"planned": 1}


def test_another_tenant_s_list_is_none() -> None:
    stage = Stage()
    told = stage.uploaded(csv_of(1))

    assert stage.lists.get("globex", told.id) is None
    assert stage.uploads.all("globex") == ()


def test_who_stopped_marketing_stays_stopped_however_often_a_list_names_them() -> None:
    stage = Stage(category=Category.MARKETING)
    ben = Person(phone="4915112345678", bsuid="DE.1002")
    said = Sighting(LINE, "wamid.1", Source.INBOUND, NOW - 60, ben, Content("text", "Abmelden."))
    stage.settler._recording.record(TENANT, said)
    lists = [stage.uploaded(b"phone\n+49 151 12345678\n") for _ in range(2)]

    broadcast = stage.create(Audience(lists=tuple(each.id for each in lists)))
    stage.plan()

    rows = stage.everybody(broadcast)
    assert [row.excluded for row in rows] == ["opted_out", "opted_out"]


# ---- deleting one


def keys_of(stage: Stage) -> list[str]:
    return sorted(key for _, key in stage.buckets.objects)


def test_a_deleted_list_leaves_nothing_and_what_was_planned_over_it_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("tandem.store.lists", "tandem.broadcasts.audience.list_reading"):
        monkeypatch.setattr(f"{module}.PART_SIZE", 2)
    stage = Stage()
    kept = stage.uploaded(csv_of(8, 9))
    left = keys_of(stage)
    known = stage.uploaded(csv_of(*range(5)))
    broadcast = stage.create(audience=Audience(lists=(known.id,), leave_out=(kept.id,)))
    stage.plan()

    stage.uploads.delete(TENANT, known.id)
    stage.work()

    assert keys_of(stage) == left
    assert [each.id for each in stage.uploads.all(TENANT)] == [kept.id]
    assert stage.states(broadcast) == {"sent": 5}
    with pytest.raises(NotFound):
        stage.uploads.delete(TENANT, known.id)


@pytest.mark.parametrize("left_out", [False, True], ids=["sent to", "left out"])
def test_a_list_is_not_deleted_before_the_plan_that_needs_it_is_made_or_given_up(
    left_out: bool,
) -> None:
    stage = Stage()
    known, other = stage.uploaded(csv_of(1, 2)), stage.uploaded(csv_of(3))
    names = {"lists": (other.id,), "leave_out": (known.id,)} if left_out else {"lists": (known.id,)}
    # Beyond the first page of broadcasts, the newest of which need no list.
    broadcast = stage.create(audience=Audience(**names))
    stage.time.now += 1
    for _ in range(PAGE_SIZE):
        stage.create(people(1))

    with pytest.raises(Conflict, match=f"{broadcast.id} has no plan yet") as refused:
        stage.uploads.delete(TENANT, known.id)
    before = stage.uploads.get(TENANT, known.id)
    stage.holding.cancel(TENANT, broadcast.id)
    stage.uploads.delete(TENANT, known.id)

    assert refused.value.code == "list_in_use"
    assert before.state is ListState.READY
    assert [each.id for each in stage.uploads.all(TENANT)] == [other.id]


def test_a_list_that_a_series_needs_again_and_again_is_not_deleted_before_the_series() -> None:
    stage = Stage()
    known = stage.uploaded(csv_of(1, 2))
    rule = Rule(Every.DAY, time(16), "Europe/Berlin", date(2026, 9, 22), count=3)
    broadcast = stage.request(
        Audience(lists=(known.id,)), approve=False, timing=Timing(zone=rule.zone)
    )
    asked = SeriesRequest(broadcast, rule)
    series = stage.recurring.create(TENANT, asked)

    with pytest.raises(Conflict, match=f"the series {series.id} sends to it"):
        stage.uploads.delete(TENANT, known.id)
    stage.recurring.delete(TENANT, series.id)
    stage.uploads.delete(TENANT, known.id)

    assert stage.uploads.all(TENANT) == ()


def test_another_tenant_deletes_nothing() -> None:
    stage = Stage()
    known = stage.uploaded(csv_of(1, 2))
    before = keys_of(stage)

    with pytest.raises(NotFound):
        stage.uploads.delete("another", known.id)

    assert keys_of(stage) == before
    assert stage.uploads.get(TENANT, known.id).state is ListState.READY


def test_a_list_that_is_deleted_while_it_is_read_leaves_nothing_either() -> None:
    stage = Stage()
    known = stage.uploaded(csv_of(1, 2))
    stage.lists.delete(TENANT, known.id)
    stage.lists.insert(TENANT, replace(known, state=ListState.READING))
    fetch = stage.lists.fetch_upload

    def deleted_meanwhile(*asked: Any) -> None:
        fetch(*asked)
        stage.uploads.delete(TENANT, known.id)

    stage.lists.fetch_upload = deleted_meanwhile  # type: ignore[method-assign]

    assert stage.list_reading.read(TENANT, known.id) is None
    assert keys_of(stage) == []


def test_whatever_a_death_leaves_of_a_deleted_list_goes_when_it_is_asked_for_again() -> None:
    by_reader, by_owner = Stage(), Stage()
    for stage in (by_reader, by_owner):
        known = stage.uploaded(csv_of(1, 2))
        stage.lists.delete(TENANT, known.id)
        assert keys_of(stage) != []

        if stage is by_reader:
            stage.list_reading.read(TENANT, known.id)
        else:
            with pytest.raises(NotFound):
                stage.uploads.delete(TENANT, known.id)

        assert keys_of(stage) == []
