"""Reading: one person is one conversation, and paging neither loses nor repeats anything."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.model.errors import Invalid, NotFound
from tandem.model.events import ContactNote, Content, Source, StatusNote
from tandem.model.identity import Person
from tandem.model.reading import conversation_id, line_and_alias
from tandem.model.window import WINDOW_SECONDS
from tandem.store.table import Table
from tests.fakes.broadcast_world import LINE, NOW, TENANT
from tests.fakes.front_desk import ANA, BEN, HOUR, ONBOARDED_AT, FrontDesk

EARLIER = NOW - 1000

HIDDEN_ANA = Person.of(bsuid="US.1001")
OLD_ANA = Person.of("15550100009", bsuid="US.1001")
ANAS = (ANA, HIDDEN_ANA, OLD_ANA)


@pytest.fixture
def desk() -> FrontDesk:
    return FrontDesk()


def inbox(desk: FrontDesk, limit: int = 100) -> list[str]:
    """The names of the inbox, through pages of `limit`."""
    return [whole.conversation.name or "?" for whole in paged(desk, limit)]


def paged(desk: FrontDesk, limit: int) -> list[object]:
    shown, cursor = desk.reading.inbox(TENANT, LINE, limit=limit)
    found = [*shown]
    while cursor:
        shown, cursor = desk.reading.inbox(TENANT, LINE, limit=limit, cursor=cursor)
        found += shown
    return found  # type: ignore[return-value]


# ---- the inbox


def test_two_aliases_of_one_person_are_one_conversation(desk: FrontDesk) -> None:
    desk.sees("wamid.1", ANA, at=NOW - 300)
    desk.sees("wamid.2", BEN, at=NOW - 200)
    desk.sees("wamid.3", HIDDEN_ANA, at=NOW - 100)

    shown, _ = desk.reading.inbox(TENANT, LINE, limit=10)

    assert [whole.conversation.name for whole in shown] == ["Ana", "Ben"]
    assert shown[0].conversation.last_activity_at == NOW - 100
    assert shown[0].conversation.aliases == ("bsuid:US.1001", "phone:15550100001")
    assert {desk.reading.conversation(TENANT, desk.id(who))[1].id for who in (ANA, HIDDEN_ANA)} == {
        shown[0].id
    }


@pytest.mark.parametrize("times", [(300, 100), (100, 300)], ids=["late", "early"])
def test_an_inbox_is_in_the_order_of_what_was_said_last(
    desk: FrontDesk, times: tuple[int, int]
) -> None:
    desk.sees("wamid.b", BEN, at=NOW - 200)
    for number, ago in enumerate(times):
        desk.sees(f"wamid.{number}", ANA, at=NOW - ago)

    shown, _ = desk.reading.inbox(TENANT, LINE, limit=10)

    assert [whole.conversation.name for whole in shown] == ["Ana", "Ben"]
    assert shown[0].conversation.last_activity_at == NOW - 100


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_every_contact_stands_in_the_inbox_once_whatever_the_page_size(
    desk: FrontDesk, limit: int
) -> None:
    for number in range(7):
        person = Person.of(f"155501001{number:02d}", bsuid=f"US.{number}", name=f"P{number}")
        desk.sees(f"wamid.a{number}", person, at=NOW - 1000 + 7 * number % 11)
        desk.sees(f"wamid.b{number}", Person.of(bsuid=f"US.{number}"), at=NOW - 500 - number)

    names = inbox(desk, limit)

    assert names == [f"P{number}" for number in range(7)]


def test_the_address_book_names_a_person_before_the_profile_does(desk: FrontDesk) -> None:
    desk.sees("wamid.1", ANA)
    booked = Person.of("15550100001", name="Ana from the bakery")
    desk.people.note_contact(TENANT, ContactNote(LINE, booked, at=5, removed=False))

    assert inbox(desk) == ["Ana from the bakery"]

    desk.people.note_contact(TENANT, ContactNote(LINE, booked, at=6, removed=True))

    assert inbox(desk) == ["Ana"]


def test_unread_until_the_team_has_read_it_and_again_when_the_customer_writes(
    desk: FrontDesk,
) -> None:
    desk.sees("wamid.1", ANA, at=NOW - 300)
    desk.sees("wamid.2", HIDDEN_ANA, at=NOW - 200)

    def unread() -> bool:
        return desk.reading.conversation(TENANT, desk.id(ANA))[1].conversation.unread

    assert unread()
    desk.reading.mark_read(TENANT, desk.id(ANA), up_to=NOW - 300)
    assert unread()
    desk.reading.mark_read(TENANT, desk.id(ANA))
    assert not unread()
    desk.sees("wamid.3", ANA, at=NOW + 1)
    assert unread()


def test_nothing_can_be_read_before_it_was_written(desk: FrontDesk) -> None:
    desk.sees("wamid.1", ANA, at=NOW - 300)
    desk.reading.mark_read(TENANT, desk.id(ANA), up_to=NOW + 10**6)

    desk.sees("wamid.2", ANA, at=NOW + 5)

    assert desk.reading.conversation(TENANT, desk.id(ANA))[1].conversation.unread


def test_the_import_is_never_unread_and_opens_no_window(desk: FrontDesk) -> None:
    desk.sees("wamid.1", ANA, at=NOW - 60, source=Source.HISTORY_IN)

    _, whole = desk.reading.conversation(TENANT, desk.id(ANA))

    assert (whole.conversation.unread, whole.window, whole.closed_at) == (False, None, None)


def test_the_window_says_when_it_closes_and_what_opened_it(desk: FrontDesk) -> None:
    desk.sees("wamid.1", ANA, at=NOW - HOUR)
    desk.sees("wamid.2", HIDDEN_ANA, at=NOW - 60)
    desk.sees("wamid.3", ANA, at=NOW - 30, content=Content("reaction", "👍"))
    desk.ghost("wamid.4", at=NOW - 20)

    _, whole = desk.reading.conversation(TENANT, desk.id(ANA))

    assert whole.window is not None
    assert whole.window.opened_by == "wamid.2"
    assert whole.window.closes_at == NOW - 60 + WINDOW_SECONDS
    desk.time.now = NOW - 60 + WINDOW_SECONDS
    _, whole = desk.reading.conversation(TENANT, desk.id(ANA))
    assert (whole.window, whole.closed_at) == (None, NOW - 60 + WINDOW_SECONDS)


def test_a_message_from_before_the_line_was_connected_never_opened_a_window(
    desk: FrontDesk,
) -> None:
    desk.sees("wamid.1", ANA, at=ONBOARDED_AT - 1)

    _, whole = desk.reading.conversation(TENANT, desk.id(ANA))

    assert (whole.window, whole.closed_at) == (None, None)


# ---- the timeline


moments = st.lists(
    st.tuples(st.sampled_from(ANAS), st.integers(NOW - 20, NOW)), min_size=1, max_size=25
)


@settings(max_examples=60, deadline=None)
@given(seen=moments, limit=st.integers(1, 6))
def test_the_timelines_of_all_aliases_are_one_and_every_page_size_shows_it_whole(
    seen: list[tuple[Person, int]], limit: int
) -> None:
    desk = FrontDesk()
    for person in ANAS:
        desk.people.join(TENANT, person, line=LINE)
    for number, (person, at) in enumerate(seen):
        desk.sees(f"wamid.{number}", person, at=at)
    known = desk.id(seen[0][0])

    shown: list[str] = []
    cursor: str | None = None
    while True:
        page, cursor = desk.reading.messages(TENANT, known, limit=limit, cursor=cursor)
        shown += [entry.message.wamid for entry in page]
        assert len(page) <= limit
        if cursor is None:
            break

    expected = sorted(((at, f"wamid.{n}") for n, (_, at) in enumerate(seen)), reverse=True)
    assert shown == [wamid for _, wamid in expected]


@pytest.mark.parametrize(
    "ours", [Source.ECHO, Source.API, Source.HISTORY_OUT], ids=lambda source: source.value
)
def test_an_answer_of_the_same_second_stands_after_what_it_answers(
    desk: FrontDesk, ours: Source
) -> None:
    desk.sees("wamid.9", at=NOW - 60)
    desk.sees("wamid.1", at=NOW - 60, source=ours)
    desk.sees("wamid.5", at=NOW - 60)

    assert [entry.message.wamid for entry in desk.timeline()] == ["wamid.1", "wamid.9", "wamid.5"]


def test_a_send_stands_where_the_message_will_that_it_becomes(desk: FrontDesk) -> None:
    desk.sees("wamid.zzz", at=NOW)
    desk.meta.silent = True

    desk.write()
    before = [entry.message.origin for entry in desk.timeline()]
    desk.tell()

    assert before == [entry.message.origin for entry in desk.timeline()] == ["api", "customer"]


def test_a_cursor_holds_while_messages_arrive_and_aliases_join(desk: FrontDesk) -> None:
    for number in range(6):
        desk.sees(f"wamid.{number}", ANA, at=NOW - 100 + number)
    first, cursor = desk.reading.messages(TENANT, desk.id(ANA), limit=3)

    desk.sees("wamid.new", ANA, at=NOW)
    desk.sees("wamid.other", OLD_ANA, at=NOW - 1)
    rest, end = desk.reading.messages(TENANT, desk.id(ANA), limit=10, cursor=cursor)

    assert [entry.message.wamid for entry in first] == ["wamid.5", "wamid.4", "wamid.3"]
    assert [entry.message.wamid for entry in rest] == ["wamid.2", "wamid.1", "wamid.0"]
    assert end is None


def test_a_message_tells_what_meta_charges_and_why_it_failed(desk: FrontDesk) -> None:
    desk.sees("wamid.1", ANA, at=NOW - 60, source=Source.API)
    priced = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "utility"}
    said = {"code": 131026, "title": "Message undeliverable", "error_data": {"details": "No app"}}
    for note in (
        StatusNote(LINE, "wamid.1", "sent", NOW - 59, ANA, pricing=priced),
        StatusNote(LINE, "wamid.1", "failed", NOW - 58, ANA, errors=(said,)),
    ):
        desk.messages.note_status(TENANT, note)

    entry = desk.timeline()[0]

    assert entry.message.state == "failed"
    assert entry.charge is not None
    assert (entry.charge.type, entry.charge.category) == ("regular", "utility")
    assert [(failure.code, failure.detail) for failure in entry.failures] == [(131026, "No app")]
    assert entry.failures[0].advice.startswith("Not deliverable")


def test_of_a_message_that_meta_says_no_price_of_nothing_is_claimed(desk: FrontDesk) -> None:
    desk.sees("wamid.1", ANA, source=Source.ECHO)

    assert desk.timeline()[0].charge is None


def test_what_waits_for_its_message_lies_on_the_shelf_and_not_in_a_timeline(
    desk: FrontDesk,
) -> None:
    desk.sees("wamid.1", ANA)
    desk.messages.note_status(TENANT, StatusNote(LINE, "wamid.9", "read", NOW, ANA))

    waiting, _ = desk.reading.shelf(TENANT, LINE, limit=10)

    shown = [shelved.entry.message for shelved in waiting]
    assert [(message.wamid, message.state) for message in shown] == [("wamid.9", "waiting")]
    assert [entry.message.wamid for entry in desk.timeline()] == ["wamid.1"]


# ---- what anybody may send us


@settings(max_examples=150, deadline=None)
@given(cursor=st.text(max_size=80) | st.binary(max_size=60).map(bytes.hex))
def test_a_cursor_that_is_not_ours_is_invalid_and_never_a_fault(cursor: str) -> None:
    desk = FrontDesk()
    desk.sees("wamid.1", ANA)
    reads: list[Callable[[], object]] = [
        lambda: desk.reading.messages(TENANT, desk.id(ANA), limit=5, cursor=cursor),
        lambda: desk.reading.inbox(TENANT, LINE, limit=5, cursor=cursor or "x"),
        lambda: desk.reading.shelf(TENANT, LINE, limit=5, cursor=cursor or "x"),
    ]

    for read in reads:
        with pytest.raises(Invalid, match="not one of ours"):
            read()


@given(line=st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True), name=st.text(min_size=1))
def test_a_conversation_s_id_gives_back_its_line_and_alias_or_nothing(line: str, name: str) -> None:
    made = conversation_id(line, f"phone:{name}") if name.isprintable() else ""

    named = line_and_alias(made)

    assert named in ((line, f"phone:{name}"), None)
    assert named or not made or len(name) > 256 or len(made) > 512


@given(text=st.text(max_size=100))
def test_any_other_text_is_no_conversation(text: str) -> None:
    desk = FrontDesk()

    with pytest.raises(NotFound):
        desk.reading.conversation(TENANT, text)


def test_the_engine_pages_as_the_memory_does(engine_table: Table) -> None:
    desk = FrontDesk(engine_table)
    for number in range(5):
        desk.sees(f"wamid.{number}", ANAS[number % 3], at=NOW - number)
    desk.sees("wamid.b", BEN, at=NOW - 60)

    first, cursor = desk.reading.messages(TENANT, desk.id(ANA), limit=3)
    rest, end = desk.reading.messages(TENANT, desk.id(ANA), limit=3, cursor=cursor)

    shown = [entry.message.wamid for entry in (*first, *rest)]
    assert shown == [f"wamid.{number}" for number in range(5)]
    assert end is None
    assert inbox(desk, 1) == ["Ana", "Ben"]
    sent = desk.write()
    assert desk.written() == [(sent.wamid, "accepted")]


def test_a_line_that_is_connected_again_keeps_its_past_and_opens_no_window_by_it(
    desk: FrontDesk,
) -> None:
    for number in range(3):
        desk.sees(f"wamid.{number}", ANA, at=EARLIER + number)
    desk.people.tie(TENANT, ANA, Person.of(bsuid="US.77"), line=LINE)
    before = desk.reading.conversation(TENANT, desk.id(ANA))[1]
    known = desk.reading.line(TENANT, LINE)

    desk.lines.save_connected(replace(known, onboarded_at=NOW - 10, sync="second"))
    # The new import brings what is there already, and something older.
    desk.sees("wamid.1", ANA, at=EARLIER + 1, source=Source.HISTORY_IN)
    desk.sees("wamid.old", ANA, at=EARLIER - 90, source=Source.HISTORY_IN)

    after = desk.reading.conversation(TENANT, desk.id(ANA))[1]
    assert [entry.message.wamid for entry in desk.timeline()] == [
        "wamid.2",
        "wamid.1",
        "wamid.0",
        "wamid.old",
    ]
    assert after.conversation.aliases == before.conversation.aliases
    assert before.window is not None
    assert after.window is None
