"""The shelf: what waits is shown with its age, and leaves when its message comes."""

from typing import Any

import pytest

from tandem.model.events import (
    Completeness,
    Content,
    Media,
    Origin,
    Sighting,
    Source,
    StatusNote,
)
from tandem.model.identity import Person
from tandem.model.message import FileState, MessageState, StoredFile
from tandem.model.reading import ShelfSummary, Shelved
from tandem.model.shelf import Awaited
from tests.fakes.broadcast_world import LINE, NOW, TENANT
from tests.fakes.front_desk import ANA, BEN, HOUR, ONBOARDED_AT, FrontDesk

DAY, WEEK = 24 * 3600, 7 * 24 * 3600
NOBODY = Person()
PLACEHOLDER = Content("media_placeholder", completeness=Completeness.PLACEHOLDER)
PICTURE = Content("image", "the cake", media=Media("m1", "image/jpeg"))


@pytest.fixture
def desk() -> FrontDesk:
    return FrontDesk()


def status(desk: FrontDesk, wamid: str, at: int, state: str = "read") -> None:
    desk.messages.note_status(TENANT, StatusNote(LINE, wamid, state, at, ANA))


def act(desk: FrontDesk, kind: str, at: int, source: Source = Source.INBOUND, **more: Any) -> None:
    content = Content(kind, target="wamid.9", **more)
    desk.sees(f"wamid.{kind}{at}", at=at, source=source, content=content)


def follow_up(desk: FrontDesk, at: int) -> None:
    desk.sees("wamid.9", at=at, source=Source.HISTORY_MEDIA, content=PICTURE)


def shelf(desk: FrontDesk) -> list[Shelved]:
    return list(desk.reading.shelf(TENANT, LINE, limit=10)[0])


def test_what_waits_says_for_what_and_since_the_earliest_of_it(desk: FrontDesk) -> None:
    act(desk, "reaction", NOW - 20, text=None)
    status(desk, "wamid.9", NOW - 10, "sent")
    status(desk, "wamid.9", NOW - 30, "delivered")
    act(desk, "edit", NOW - 15, instead=Content("text", "now"))
    act(desk, "edit", NOW - 40, instead=Content("text", "before"))
    act(desk, "revoke", NOW - 5)

    (waiting,) = shelf(desk)

    assert waiting.waits_for == (
        Awaited.STATUSES,
        Awaited.EDIT,
        Awaited.REVOKE,
        Awaited.REACTION,
    )
    assert (waiting.since, waiting.orphan) == (NOW - 40, False)
    assert waiting.entry.message.state is MessageState.WAITING


def test_all_of_it_is_applied_when_the_message_comes_and_nothing_is_left_behind(
    desk: FrontDesk,
) -> None:
    act(desk, "edit", NOW - 15, instead=Content("text", "now"))
    act(desk, "reaction", NOW - 10, text="*")
    status(desk, "wamid.9", NOW - 30)

    desk.sees("wamid.9", at=NOW - 60, source=Source.ECHO)

    (shown,) = (entry.message for entry in desk.timeline())
    assert shelf(desk) == []
    assert (shown.text, shown.state, [one.emoji for one in shown.reactions]) == (
        "now",
        MessageState.READ,
        ["*"],
    )
    assert (shown.at, shown.wait) == (NOW - 60, None)


def test_what_comes_later_does_not_bring_a_message_back_to_the_shelf(desk: FrontDesk) -> None:
    desk.sees("wamid.9", at=NOW - 60)

    act(desk, "edit", NOW - 90, instead=Content("text", "now"))
    follow_up(desk, NOW - 100)
    status(desk, "wamid.9", NOW - 80)
    desk.messages.note_file(TENANT, LINE, "wamid.9", StoredFile("m1", key="acme/one"))

    assert shelf(desk) == []
    assert [entry.message.at for entry in desk.timeline()] == [NOW - 60]


@pytest.mark.parametrize(("ago", "orphan"), [(DAY - 1, False), (DAY, True)], ids=["not yet", "now"])
@pytest.mark.parametrize("kind", ["status", "revoke"])
def test_what_came_live_is_an_orphan_after_a_day(
    desk: FrontDesk, kind: str, ago: int, *, orphan: bool
) -> None:
    if kind == "status":
        status(desk, "wamid.9", NOW - ago)
    else:
        act(desk, "revoke", NOW - ago)

    assert [one.orphan for one in shelf(desk)] == [orphan]


@pytest.mark.parametrize(
    ("ago", "orphan"), [(WEEK - 1, False), (WEEK, True)], ids=["not yet", "now"]
)
@pytest.mark.parametrize("kind", ["media", "reaction"])
def test_what_came_with_the_import_is_an_orphan_after_a_week(
    desk: FrontDesk, kind: str, ago: int, *, orphan: bool
) -> None:
    if kind == "media":
        follow_up(desk, NOW - ago)
    else:
        act(desk, "reaction", NOW - ago, Source.HISTORY_IN, text="*")

    (waiting,) = shelf(desk)

    assert (waiting.waits_for, waiting.orphan) == ((Awaited(kind),), orphan)


def test_nothing_waits_since_before_the_number_was_connected(desk: FrontDesk) -> None:
    """A follow-up tells when its message was written, which may be weeks before the import."""
    desk.time.now = ONBOARDED_AT + HOUR
    follow_up(desk, ONBOARDED_AT - 14 * 24 * HOUR)

    (waiting,) = shelf(desk)

    assert (waiting.since, waiting.orphan) == (ONBOARDED_AT, False)


def test_a_file_two_hours_before_its_text_is_there_when_the_text_comes(desk: FrontDesk) -> None:
    follow_up(desk, NOW - 3 * HOUR)
    desk.messages.note_file(TENANT, LINE, "wamid.9", StoredFile("m1", key="acme/one"))
    (waiting,) = shelf(desk)

    desk.time.now += 2 * HOUR
    desk.sees("wamid.9", at=NOW - 3 * HOUR, source=Source.HISTORY_OUT, content=PICTURE)

    (shown,) = (entry.message for entry in desk.timeline())
    assert waiting.waits_for == (Awaited.MEDIA,)
    assert (shown.file_state, shown.imported) == (FileState.FETCHED, True)
    assert shelf(desk) == []


def test_a_file_of_which_nobody_said_when_waits_since_nobody_knows(desk: FrontDesk) -> None:
    desk.messages.note_file(TENANT, LINE, "wamid.9", StoredFile("m1", key="acme/one"))

    (waiting,) = shelf(desk)

    assert (waiting.waits_for, waiting.since, waiting.orphan) == ((Awaited.MEDIA,), None, False)


def test_the_shelf_is_summed_up(desk: FrontDesk) -> None:
    status(desk, "wamid.1", NOW - DAY)
    status(desk, "wamid.2", NOW - 5)
    desk.messages.note_file(TENANT, LINE, "wamid.3", StoredFile("m1", key="acme/one"))

    summary = desk.reading.shelf_summary(TENANT, LINE)

    assert summary == ShelfSummary(waiting=3, orphans=1, oldest_since=NOW - DAY, complete=True)


def test_an_empty_shelf_is_summed_up_as_empty(desk: FrontDesk) -> None:
    assert desk.reading.shelf_summary(TENANT, LINE) == ShelfSummary(0, 0, None, complete=True)


def test_a_summary_says_when_more_waits_than_it_counted(
    desk: FrontDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tandem.conversations.reading.LONGEST_SHELF", 2)
    for number in range(3):
        status(desk, f"wamid.{number}", NOW - number)

    summary = desk.reading.shelf_summary(TENANT, LINE)

    assert (summary.waiting, summary.complete) == (2, False)


def test_a_ghost_makes_a_contact_and_a_conversation_that_is_unread(desk: FrontDesk) -> None:
    desk.ghost("wamid.1", at=NOW - 10)

    (whole,), _ = desk.reading.inbox(TENANT, LINE, limit=10)

    (shown,) = (entry.message for entry in desk.timeline())
    assert whole.conversation.unread
    assert whole.conversation.last_inbound_at == NOW - 10
    assert whole.window is None
    assert (shown.ghost, shown.kind) == (True, "unsupported")


def test_a_kind_that_meta_cannot_show_is_a_message_like_any_other(desk: FrontDesk) -> None:
    desk.sees("wamid.1", content=Content("unsupported", "a poll"))

    (whole,), _ = desk.reading.inbox(TENANT, LINE, limit=10)

    (shown,) = (entry.message for entry in desk.timeline())
    assert whole.window is not None
    assert not shown.ghost


def test_an_act_of_the_customer_is_unread_and_opens_no_window(desk: FrontDesk) -> None:
    act(desk, "reaction", NOW - 10, text="*")

    (whole,), _ = desk.reading.inbox(TENANT, LINE, limit=10)

    assert whole.conversation.unread
    assert whole.window is None


@pytest.mark.parametrize("first", ["follow-up", "placeholder"])
@pytest.mark.parametrize("said", ["from the customer", "from the business", "by nobody"])
def test_a_follow_up_takes_its_direction_from_its_placeholder_whatever_it_says(
    desk: FrontDesk, first: str, said: str
) -> None:
    people = {"from the customer": ANA, "from the business": BEN, "by nobody": NOBODY}
    told = [
        Sighting(LINE, "wamid.9", Source.HISTORY_MEDIA, NOW - 5, people[said], PICTURE),
        Sighting(LINE, "wamid.9", Source.HISTORY_OUT, NOW - 9, ANA, PLACEHOLDER, "READ"),
    ]

    for sighting in told if first == "follow-up" else reversed(told):
        desk.recording.record(TENANT, sighting)

    (shown,) = (entry.message for entry in desk.timeline())
    assert (shown.origin, shown.at, shown.media) == (Origin.APP, NOW - 9, PICTURE.media)
    assert desk.timeline(BEN) == ()
