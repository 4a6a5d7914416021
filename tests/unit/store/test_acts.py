"""Edits, revokes and reactions: applied to the message they act on, whatever comes first."""

from itertools import permutations
from typing import Any

import pytest

from tandem.model.acts import Reaction, Revocation, Side
from tandem.model.events import (
    Completeness,
    Content,
    Media,
    Origin,
    Sighting,
    Source,
    StatusNote,
)
from tandem.model.files import file_now
from tandem.model.message import FileState, StoredFile
from tandem.store import keys
from tandem.store.messages import Messages
from tandem.store.table import Table
from tests.fakes.memory_table import MemoryTable
from tests.unit.store.in_any_order import ANA, LINE, WAMID, after, filed

TEXT = Content("text", "helo", reply_to="wamid.0", extra={"context": {"forwarded": True}})
GHOST = Content("unsupported", "not available", completeness=Completeness.GHOST)
NEW_PICTURE = Content("image", "a cake", Media("m2"), extra={"image": {"url": "new"}})
PICTURE = Content("image", "the cake", media=Media("m1"), extra={"image": {"url": "old"}})


def said(content: Content | None = None, source: Source = Source.INBOUND, **more: Any) -> Sighting:
    settled = {"at": 1000, "wamid": WAMID, **more}
    return Sighting(LINE, source=source, person=ANA, content=content or TEXT, **settled)


def act(kind: str, wamid: str, at: int, source: Source = Source.INBOUND, **more: Any) -> Sighting:
    content = Content(kind, target=WAMID, **more)
    return Sighting(LINE, wamid, source, at, ANA, content)


def edit(wamid: str, at: int, now: Content | None, source: Source = Source.INBOUND) -> Sighting:
    return act("edit", wamid, at, source, instead=now)


def reaction(wamid: str, at: int, emoji: str | None, source: Source = Source.INBOUND) -> Sighting:
    return act("reaction", wamid, at, source, text=emoji)


def timeline(messages: Messages) -> list[str]:
    shown, _ = messages.timeline("acme", LINE, "phone:15550100001", limit=10)
    return [message.wamid for message in shown]


# ---- edits


def test_an_edited_message_shows_what_it_says_now_and_keeps_what_it_is() -> None:
    message = after(said(), edit("wamid.e", 1060, Content("text", "hello")))

    assert (message.text, message.kind, message.at, message.edited_at) == (
        "hello",
        "text",
        1000,
        1060,
    )
    assert (message.reply_to, message.extra) == ("wamid.0", {"context": {"forwarded": True}})
    assert message.origin is Origin.CUSTOMER


def test_the_latest_edit_stands_and_of_one_second_the_greater_wamid() -> None:
    edits = [
        edit("wamid.e2", 1060, Content("text", "two")),
        edit("wamid.e3", 1050, Content("text", "three")),
        edit("wamid.e1", 1060, Content("text", "one")),
    ]

    message = after(said(), *edits)

    assert (message.text, message.edited_at) == ("two", 1060)


def test_what_was_said_first_stays_in_the_row() -> None:
    table = MemoryTable()
    messages = Messages(table)
    messages.record("acme", said())

    messages.record("acme", edit("wamid.e", 1060, Content("text", "hello")))

    assert table.contents()[keys.message("acme", LINE, WAMID)]["text"] == "helo"


@pytest.mark.parametrize(
    ("now", "text", "media", "url"),
    [
        (NEW_PICTURE, "a cake", "m2", "new"),
        (Content("image", "a cake"), "a cake", "m1", "old"),
        (Content("image", None, Media("m2")), None, "m2", "old"),
        (None, None, "m1", "old"),
    ],
    ids=["caption and file", "caption alone", "caption taken away", "nothing that can be read"],
)
def test_an_edit_may_change_a_caption_and_name_the_file_anew(
    now: Content | None, text: str | None, media: str, url: str
) -> None:
    message = after(said(PICTURE), edit("wamid.e", 1060, now))

    assert message.media is not None
    assert (message.text, message.media.media_id, message.kind) == (text, media, "image")
    assert message.extra["image"] == {"url": url}
    assert message.edited_at == 1060


def test_the_file_that_is_shown_is_the_one_of_the_edit() -> None:
    messages = filed(said(PICTURE), edit("wamid.e", 1060, Content("image", None, Media("m0"))))
    messages.note_file("acme", LINE, WAMID, StoredFile("m1", key="acme/old"))
    before = messages.get("acme", LINE, WAMID)

    messages.note_file("acme", LINE, WAMID, StoredFile("m0", key="acme/new"))

    now = messages.get("acme", LINE, WAMID)
    assert before is not None
    assert now is not None
    assert before.file_state is FileState.WAITING
    assert now.file == StoredFile("m0", key="acme/new")


def test_one_edit_seen_twice_is_as_the_sighting_nearer_to_it_says() -> None:
    live = edit("wamid.e", 1060, Content("text", "live"), Source.ECHO)
    past = edit("wamid.e", 1060, Content("text", "past"), Source.HISTORY_OUT)

    assert after(said(source=Source.ECHO), live, past).text == "live"


# ---- revokes


@pytest.mark.parametrize("content", [TEXT, PICTURE], ids=["a text", "a picture"])
def test_a_revoked_message_shows_by_whom_and_nothing_of_what_it_said(content: Content) -> None:
    message = after(
        said(content, Source.ECHO),
        act("revoke", "wamid.r", 1060, Source.ECHO),
        edit("wamid.e", 1050, content._replace(text="new words"), Source.ECHO),
    )

    assert message.revoked == Revocation(1060, Side.BUSINESS)
    assert (message.text, message.media, message.file_state, message.extra) == (
        None,
        None,
        None,
        {},
    )
    assert (message.kind, message.at) == (content.kind, 1000)


def test_the_first_revoke_says_when_and_by_whom() -> None:
    message = after(
        said(),
        act("revoke", "wamid.r1", 1070, Source.ECHO),
        act("revoke", "wamid.r2", 1060),
        act("revoke", "wamid.r3", 1080),
    )

    assert message.revoked == Revocation(1060, Side.CUSTOMER)


def test_what_a_revoked_message_said_and_its_file_stay_stored() -> None:
    table = MemoryTable()
    messages = Messages(table)
    messages.record("acme", said(PICTURE))
    messages.record("acme", act("revoke", "wamid.r", 1060))

    messages.note_file("acme", LINE, WAMID, StoredFile("m1", key="acme/one"))

    assert table.contents()[keys.message("acme", LINE, WAMID)]["text"] == "the cake"
    shown = messages.get("acme", LINE, WAMID)
    assert messages.file("acme", LINE, WAMID, "m1") == StoredFile("m1", key="acme/one")
    assert shown is not None
    assert shown.file is None


def test_a_revoked_message_has_no_file_to_speak_of() -> None:
    placeholder = Content("media_placeholder", completeness=Completeness.PLACEHOLDER)
    before = after(said(placeholder, Source.HISTORY_IN))
    revoked = after(said(placeholder, Source.HISTORY_IN), act("revoke", "wamid.r", 1060))

    assert file_now(before, now=2000, onboarded_at=900) is not None
    assert file_now(revoked, now=2000, onboarded_at=900) is None


# ---- reactions


def test_each_side_has_one_reaction_its_latest() -> None:
    message = after(
        said(),
        reaction("wamid.1", 1010, "\U0001f44d"),
        reaction("wamid.2", 1020, "\U0001f389"),
        reaction("wamid.3", 1015, "\U0001f64f", Source.ECHO),
    )

    assert message.reactions == (
        Reaction(Side.CUSTOMER, "\U0001f389", 1020),
        Reaction(Side.BUSINESS, "\U0001f64f", 1015),
    )


def test_a_reaction_that_was_taken_back_is_not_shown() -> None:
    message = after(
        said(), reaction("wamid.1", 1010, "\U0001f44d"), reaction("wamid.2", 1020, None)
    )

    assert message.reactions == ()


def test_a_reaction_taken_back_and_given_again_is_shown() -> None:
    message = after(
        said(),
        reaction("wamid.1", 1010, "\U0001f44d"),
        reaction("wamid.2", 1020, None),
        reaction("wamid.3", 1030, "\U0001f389"),
    )

    assert message.reactions == (Reaction(Side.CUSTOMER, "\U0001f389", 1030),)


@pytest.mark.parametrize(
    ("source", "by"),
    [
        (Source.INBOUND, Side.CUSTOMER),
        (Source.HISTORY_IN, Side.CUSTOMER),
        (Source.ECHO, Side.BUSINESS),
        (Source.HISTORY_OUT, Side.BUSINESS),
        (Source.API, Side.BUSINESS),
    ],
)
def test_an_act_counts_for_the_side_that_it_came_from(source: Source, by: Side) -> None:
    message = after(
        said(), reaction("wamid.1", 1010, "\U0001f44d", source), act("revoke", "w", 1020, source)
    )

    assert message.reactions == (Reaction(by, "\U0001f44d", 1010),)
    assert message.revoked == Revocation(1020, by)


# ---- the act itself


def test_an_act_has_a_row_of_its_own_and_no_place_in_the_timeline() -> None:
    messages = filed(said(), reaction("wamid.1", 1010, "\U0001f44d"))

    own = messages.get("acme", LINE, "wamid.1")

    assert timeline(messages) == [WAMID]
    assert messages.shelf("acme", LINE, limit=10) == ((), None)
    assert own is not None
    assert (own.kind, own.text, own.target) == ("reaction", "\U0001f44d", WAMID)
    assert own.contact == "phone:15550100001"


def test_an_edit_itself_has_no_file_that_anybody_waits_for() -> None:
    new = Content("edit", media=Media("m2"), target=WAMID, instead=NEW_PICTURE)

    messages = filed(said(PICTURE), said(new, wamid="wamid.e"))

    own, shown = (messages.get("acme", LINE, wamid) for wamid in ("wamid.e", WAMID))
    assert own is not None
    assert shown is not None
    assert (own.file_state, shown.file_state) == (None, FileState.WAITING)


@pytest.mark.parametrize("target", [None, "wamid.odd"], ids=["no target", "itself"])
@pytest.mark.parametrize("kind", ["edit", "revoke", "reaction"])
def test_an_act_that_does_not_say_on_what_it_acts_stays_a_message(
    kind: str, target: str | None
) -> None:
    odd = said(Content(kind, "word", target=target), wamid="wamid.odd")

    messages = filed(odd)

    shown = messages.get("acme", LINE, "wamid.odd")
    assert timeline(messages) == ["wamid.odd"]
    assert shown is not None
    assert (shown.reactions, shown.revoked, shown.edited_at) == ((), None, None)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_status_and_a_ghost_of_an_act_do_not_bring_it_into_sight(order: tuple[int, ...]) -> None:
    facts = [
        said(GHOST, wamid="wamid.1"),
        reaction("wamid.1", 1000, "\U0001f44d"),
        StatusNote(LINE, "wamid.1", "delivered", 1001, ANA),
    ]

    messages = filed(said(), *(facts[number] for number in order))

    assert timeline(messages) == [WAMID]
    assert messages.shelf("acme", LINE, limit=10) == ((), None)


@pytest.mark.parametrize("act_first", [True, False])
def test_what_is_a_message_and_an_act_under_one_id_stays_in_sight(*, act_first: bool) -> None:
    facts = [reaction("wamid.1", 1000, "\U0001f44d"), said(wamid="wamid.1", source=Source.ECHO)]

    messages = filed(*(facts if act_first else reversed(facts)))

    assert timeline(messages) == ["wamid.1"]


def test_a_follow_up_of_the_import_acts_on_nothing() -> None:
    odd = reaction("wamid.1", 1010, "\U0001f44d", Source.HISTORY_MEDIA)

    messages = filed(said(), odd)

    shown = messages.get("acme", LINE, WAMID)
    assert shown is not None
    assert shown.reactions == ()


def test_the_acts_of_an_import_are_applied_in_whatever_batch_they_come(table: Table) -> None:
    messages = Messages(table)
    rows = [
        reaction("wamid.1", 1010, "\U0001f44d", Source.HISTORY_IN),
        said(source=Source.HISTORY_OUT),
        edit("wamid.2", 1020, Content("text", "hello"), Source.HISTORY_OUT),
    ]

    refused = messages.record_many("acme", rows)
    refused += messages.record_many("acme", rows)

    shown = messages.get("acme", LINE, WAMID)
    assert refused == []
    assert timeline(messages) == [WAMID]
    assert shown is not None
    assert (shown.text, [one.by for one in shown.reactions]) == ("hello", [Side.CUSTOMER])
    assert shown.imported


def test_an_act_on_what_no_table_can_name_is_told_and_harms_no_other(table: Table) -> None:
    far = Content("reaction", "\U0001f44d", target="x" * 3000)
    rows = [
        Sighting(LINE, "wamid.1", Source.HISTORY_IN, 1010, ANA, far),
        reaction("wamid.2", 1020, "\U0001f389", Source.HISTORY_IN),
        said(source=Source.HISTORY_IN),
    ]

    refused = Messages(table).record_many("acme", rows)

    shown = Messages(table).get("acme", LINE, WAMID)
    assert [one.wamid for one, _ in refused] == ["wamid.1"]
    assert shown is not None
    assert [one.emoji for one in shown.reactions] == ["\U0001f389"]


def test_a_replay_takes_the_acts_that_version_0_1_0_filed_out_of_the_timeline() -> None:
    table = MemoryTable()
    messages = Messages(table)
    own = keys.message("acme", LINE, "wamid.1")
    place = {"group": keys.timeline("acme", LINE, "phone:15550100001"), "moment": "000000001010#0"}
    table.insert(own, {"place": "31#1010##phone:15550100001", **place})

    messages.record("acme", reaction("wamid.1", 1010, "\U0001f44d"))

    assert timeline(messages) == []


# ---- ghosts


def test_a_ghost_says_so_until_the_real_message_comes() -> None:
    alone = after(said(GHOST))
    joined = after(said(GHOST), said(Content("text", "hello"), at=1001))

    assert (alone.ghost, alone.kind, alone.contact) == (True, "unsupported", "phone:15550100001")
    assert (joined.ghost, joined.text) == (False, "hello")


def test_the_real_message_says_when_it_was_whichever_side_of_its_ghost_it_comes() -> None:
    message = after(said(GHOST, at=1001), said(Content("text", "hello"), at=1000))

    assert message.at == 1000


def test_a_ghost_of_which_an_edit_tells_what_it_says_is_a_ghost_no_more() -> None:
    message = after(said(GHOST), edit("wamid.e", 1060, Content("text", "hello")))

    assert (message.ghost, message.kind, message.text) == (False, "text", "hello")


def test_what_meta_can_never_show_is_no_ghost() -> None:
    assert not after(said(Content("unsupported", "a poll"))).ghost
