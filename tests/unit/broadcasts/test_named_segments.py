"""Segments with a name, looked through, and as the audience of a broadcast."""

import pytest

from tandem.broadcasts.audience.named_segments import Preview
from tandem.model.broadcast import Audience, BroadcastState
from tandem.model.contact import Consent, Edit
from tandem.model.errors import Conflict, Invalid, NotFound
from tandem.model.events import ContactNote, Content, Sighting, Source
from tandem.model.identity import Person
from tandem.store import keys
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, NOW, TENANT, phone

DAY = 86_400
LONG, SHORT = "5523987650100", "552387650100"


def met(stage: Stage, person: Person, *, days_ago: int | None = None, tag: str = "") -> None:
    """A line has met somebody, who perhaps wrote, and whom the team perhaps gave a tag."""
    stage.people.join(TENANT, person, line=LINE)
    if days_ago is not None:
        at = NOW - days_ago * DAY
        wamid = f"wamid.{person.alias}"
        said = Sighting(LINE, wamid, Source.INBOUND, at, person, Content("text", "Hello"))
        stage.settler._recording.record(TENANT, said)
    if tag:
        contact = stage.people.contact(TENANT, person.alias or "")
        stage.people.write(TENANT, contact, Edit(tags={tag: True}), now_ms=NOW * 1000)


def planned(stage: Stage, segment: str) -> list[str | None]:
    """Under which alias each person of the plan is sent to, in order; they are all included."""
    broadcast = stage.create(Audience(segment=segment))
    stage.plan()
    rows = stage.everybody(broadcast)
    assert not [row for row in rows if row.excluded]
    return [row.person.alias for row in rows]


def test_everybody_in_a_segment_is_sent_to_once_whatever_they_are_called() -> None:
    stage = Stage()
    met(stage, Person(phone=phone(1), bsuid="US.1001"), tag="vip")
    met(stage, Person(bsuid="US.1001", parent_bsuid="P.1"))
    met(stage, Person(phone=LONG), tag="vip")
    met(stage, Person(phone=SHORT), days_ago=1)
    met(stage, Person(bsuid="US.2002"), tag="vip")
    met(stage, Person(phone=phone(3)), tag="other")
    # Two who turn out to be one only now.
    met(stage, Person(phone=phone(4)), tag="vip")
    met(stage, Person(phone=phone(5)), tag="vip")
    stage.people.tie(TENANT, Person(phone=phone(4)), Person(phone=phone(5)), line=LINE)

    aliases = planned(stage, "tag = vip")

    assert len(aliases) == 4
    assert f"phone:{phone(1)}" in aliases
    assert "bsuid:US.2002" in aliases
    assert len({f"phone:{LONG}", f"phone:{SHORT}"} & set(aliases)) == 1
    assert len({f"phone:{phone(4)}", f"phone:{phone(5)}"} & set(aliases)) == 1


def test_when_somebody_wrote_is_known_of_every_alias() -> None:
    stage = Stage()
    met(stage, Person(phone=LONG), days_ago=40)
    met(stage, Person(phone=SHORT), days_ago=3)
    met(stage, Person(phone=phone(1)), days_ago=40)
    met(stage, Person(phone=phone(2)))

    assert planned(stage, "wrote within 30 days") == [f"phone:{SHORT}"]
    assert planned(stage, "wrote never") == [f"phone:{phone(2)}"]
    assert len(planned(stage, "country = BR or not wrote never")) == 2


@pytest.mark.parametrize(
    "segment",
    [
        "country = CO",
        "language = es",
        "consent = granted",
        "marketed within 7 days",
        "name begins with ana",
        "username = ana.mx",
        "attribute.orders >= 3",
        "tag = regular",
    ],
)
def test_whatever_is_known_of_somebody_says_whether_they_belong(segment: str) -> None:
    stage = Stage()
    ana = Person(phone="573001234567", username="ana.mx")
    met(stage, ana, tag="regular")
    met(stage, Person(phone=phone(1)), tag="new")
    book = ContactNote(LINE, ana, NOW, removed=False, first_name="Ana")
    stage.people.note_contact(TENANT, book)
    contact = stage.people.contact(TENANT, "phone:573001234567")
    told = Edit(attributes={"language": "es", "orders": "3"})
    stage.people.write(TENANT, contact, told, now_ms=NOW * 1000)
    stage.people.note_consent(TENANT, contact, Consent.GRANTED, source=None, at=NOW - DAY)
    stage.people.note_marketed(TENANT, ana, keys.moment(NOW - DAY, "before"))

    assert planned(stage, segment) == ["phone:573001234567"]
    assert planned(stage, f"not ({segment})") == [f"phone:{phone(1)}"]


def test_a_broadcast_keeps_the_words_that_a_name_stood_for() -> None:
    stage = Stage()
    met(stage, Person(phone=phone(1)), tag="vip")
    stage.named_segments.create(TENANT, "regulars", "tag = vip", by="Kim")

    broadcast = stage.create(Audience(segment="@regulars"))
    stage.named_segments.delete(TENANT, "regulars")
    stage.plan()

    known = stage.broadcasts.get(TENANT, broadcast.id)
    assert known.audience.segment == "tag = vip"
    assert (known.state, known.size) == (BroadcastState.SENDING, 1)


def test_a_name_that_nobody_gave_is_refused_also_in_a_change_and_for_another_tenant() -> None:
    stage = Stage()
    stage.named_segments.create("globex", "theirs", "tag = vip", by="Kim")
    broadcast = stage.create(Audience(segment="tag = vip"))

    for wrong in ("@nobody", "@theirs"):
        request = stage.request(Audience(segment=wrong))
        with pytest.raises(Invalid, match="there is no segment"):
            stage.create(Audience(segment=wrong))
        with pytest.raises(Invalid, match="there is no segment"):
            stage.broadcasts.edit(TENANT, broadcast.id, request)


def test_a_name_means_one_condition_until_it_is_deleted() -> None:
    named = Stage().named_segments
    first = named.create(TENANT, "regulars", "tag = vip", by="Kim")

    again = named.create(TENANT, "regulars", "tag = vip", by="Ada")
    with pytest.raises(Conflict) as refusal:
        named.create(TENANT, "regulars", "tag = other", by="Kim")
    with pytest.raises(Invalid):
        named.create(TENANT, "wrong", "tag =", by="Kim")
    named.delete(TENANT, "regulars")
    other = named.create(TENANT, "regulars", "tag = other", by="Kim")

    assert (again, refusal.value.code) == (first, "segment_exists")
    assert named.all(TENANT) == (other,)
    assert named.all("globex") == ()
    with pytest.raises(NotFound):
        named.delete("globex", "regulars")


def test_a_preview_counts_people_and_says_when_it_saw_all() -> None:
    stage = Stage()
    met(stage, Person(phone=phone(1), bsuid="US.1001"), tag="vip")
    met(stage, Person(bsuid="US.1001"))
    met(stage, Person(phone=phone(2)))

    found = stage.named_segments.preview(TENANT, "tag = vip")

    ((contact, person),) = found.some
    assert found == Preview(2, 1, whole=True, some=found.some)
    assert (contact.written.tags, person.phone) == (("vip",), phone(1))


def test_a_preview_looks_at_a_bounded_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tandem.broadcasts.audience.named_segments.PAGE_SIZE", 5)
    stage = Stage()
    for number in range(30):
        met(stage, Person(phone=phone(number)), tag="vip")

    found = stage.named_segments.preview(TENANT, "tag = vip", line=LINE)

    assert (found.looked_at, found.matching, found.whole) == (20, 20, False)
    assert len(found.some) == 10


def test_a_preview_asks_for_the_line_where_there_is_a_choice() -> None:
    stage = Stage()

    with pytest.raises(NotFound):
        stage.named_segments.preview(TENANT, "tag = vip", line="nowhere")
    with pytest.raises(Invalid, match="which line"):
        stage.named_segments.preview("globex", "tag = vip")
