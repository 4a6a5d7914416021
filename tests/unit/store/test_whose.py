"""Whose an attribute is: what of a row outlives a rebuild, and what is made anew."""

import pytest

from tandem.store.kinds import Kind
from tandem.store.registers import Row
from tandem.store.whose import as_merge, facts_in, ours, unnamed
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import LINE, TENANT, Workbench

SENT: Row = {
    "place": "740#1790000000##phone:15550100042",
    "group": "acme#TALK#1#phone:15550100042",
    "moment": "001790000000#1#wamid.1",
    "content": "34#abc",
    "kind": "text",
    "text": "hello",
    "sources": frozenset({"api"}),
    "status_read": "001790000009#~",
    "read_detail": {"pricing": "{}"},
    "edit": "001790000010#wamid.2#3#x",
    "edited": {"kind": "text", "text": "now"},
    "reaction_customer": "001790000011#wamid.3#x",
    "emoji_customer": "\U0001f44d",
    "file_m1": "1#x",
    "stored_m1": {"media_id": "m1"},
}
RECEIVED = {
    **SENT,
    "place": "731#1790000000##x",
    "content": "33#abc",
    "sources": frozenset({"echo"}),
}


@pytest.mark.parametrize("row", [SENT, RECEIVED], ids=["sent", "received"])
def test_all_that_a_row_says_can_be_said_again(row: Row) -> None:
    told = as_merge(row, facts_in(Kind.MESSAGE, row))

    assert told.into({}) == row


def test_what_we_sent_and_what_we_fetched_is_ours_and_a_status_is_not() -> None:
    mine, stays = ours(Kind.MESSAGE, SENT)

    assert stays
    assert set(mine.fresh_row()) >= {"place", "group", "moment", "text", "sources", "stored_m1"}
    assert not {"status_read", "read_detail", "edit", "emoji_customer"} & set(mine.fresh_row())


def test_a_fetched_file_alone_does_not_make_a_message() -> None:
    mine, stays = ours(Kind.MESSAGE, RECEIVED)

    assert not stays
    assert set(mine.fresh_row()) == {"file_m1", "stored_m1"}


def test_a_wish_is_never_forgotten() -> None:
    wish = {"wish": "001790000000#1#stop#word", "marketing": "stop", "wished_by": "word"}
    row = {**wish, "book": "1", "book_name": "Ana"}

    mine, stays = ours(Kind.PERSON, row)

    assert stays
    assert mine.fresh_row() == wish


def test_an_attribute_that_is_not_named_is_left_as_it_is() -> None:
    mine, stays = ours(Kind.CONVERSATION, {"last_activity": "1#w", "a_new_thing": 7})

    assert (mine.fresh_row(), stays) == ({"a_new_thing": 7}, False)


def test_no_test_can_write_an_attribute_that_is_not_named() -> None:
    bench = Workbench(MemoryTable())
    bench.talks.mark_read(TENANT, LINE, "phone:15550100042", 5)
    key = next(key for key in bench.table.contents() if key.sk == "TALK")  # type: ignore[attr-defined]

    with pytest.raises(AssertionError, match="a_new_thing"):
        bench.table.update(key, put={"a_new_thing": 1})

    assert unnamed(Kind.CONVERSATION, {"pk": "p", "sk": "TALK", "last_read": 5}) == frozenset()


def test_what_a_team_wrote_outlives_a_rebuild_and_what_meta_told_does_not() -> None:
    words = {
        "team:name": "000000000001000#f",
        "is:team:name": "Ana",
        "tag:vip\n": "000000000001000#1",
        "attribute:city": "000000000001000#f",
        "is:attribute:city": "Lima",
    }
    told = {"book": "1", "book_name": "Ana", "moved": frozenset({"bsuid:US.9"})}

    mine, stays = ours(Kind.PERSON, {**words, **told})

    assert stays
    assert mine.fresh_row() == words
