import itertools
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.model.errors import Invalid, TryAgain
from tandem.store.keys import Key
from tandem.store.registers import Merge, Register
from tandem.store.table import Table
from tests.fakes.memory_aws import MemoryDynamoDB, Wire
from tests.fakes.memory_table import MemoryTable


@pytest.fixture(params=["engine", "memory", "memory client"])
def table(request: pytest.FixtureRequest) -> Table:
    """Every case runs against the real engine and against the fakes that stand for it."""
    if request.param == "memory":
        return MemoryTable()
    if request.param == "memory client":
        return Table(cast("Any", MemoryDynamoDB(Wire())), "tandem")
    engine: Table = request.getfixturevalue("engine_table")
    return engine


KEY = Key("acme#THING#1", "THING")


def fact(at: int, *, word: str, member: str) -> Merge:
    return Merge(
        registers=(
            Register("latest", at, "latest", carry={"last_word": word}),
            Register("earliest", at, "earliest", carry={"first_word": word}),
        ),
        firsts={"kind": "thing"},
        members={"seen_by": frozenset({member})},
    )


def test_facts_merged_in_any_order_and_twice_give_the_same_row(table: Table) -> None:
    facts = [fact(at, word=f"w{at}", member=f"m{at}") for at in (5, 7, 3)]
    rows = []

    for number, order in enumerate(itertools.permutations(facts)):
        key = Key(f"acme#THING#{number}", "THING")
        for one in (*order, *order):
            table.merge(key, one)
        rows.append({k: v for k, v in (table.get(key) or {}).items() if k not in ("pk", "sk")})

    assert all(row == rows[0] for row in rows)
    assert rows[0] == {
        "latest": 7,
        "last_word": "w7",
        "earliest": 3,
        "first_word": "w3",
        "kind": "thing",
        "seen_by": frozenset({"m3", "m5", "m7"}),
    }


def test_merging_says_whether_it_changed_anything(table: Table) -> None:
    assert table.merge(KEY, fact(5, word="a", member="x")) is True
    assert table.merge(KEY, fact(5, word="a", member="x")) is False
    assert table.merge(KEY, fact(5, word="a", member="y")) is True


def test_a_register_that_moves_takes_away_what_the_older_value_carried(table: Table) -> None:
    table.merge(KEY, Merge((Register("at", 1, "latest", carry={"name": "Ana", "note": "x"}),)))

    table.merge(KEY, Merge((Register("at", 2, "latest", carry={"name": "Ana", "note": None}),)))

    assert "note" not in (table.get(KEY) or {})


def test_a_fresh_row_is_what_merging_into_nothing_gives(table: Table) -> None:
    one = fact(5, word="a", member="x")
    table.merge(KEY, one)
    other = Key("acme#THING#2", "THING")

    inserted = table.insert(other, one.fresh_row())

    there, fresh = table.get(KEY) or {}, table.get(other) or {}
    assert inserted
    assert {**there, "pk": ""} == {**fresh, "pk": ""}


def test_inserting_many_tells_which_were_there_already(table: Table) -> None:
    keys = [Key(f"acme#THING#{n}", "THING") for n in range(60)]
    table.insert(keys[31], {"word": "first"})

    answers = table.insert_many([(key, {"word": "late", "tags": frozenset({"a"})}) for key in keys])

    assert [n for n, inserted in enumerate(answers) if not inserted] == [31]
    assert (table.get(keys[31]) or {})["word"] == "first"
    assert len(table.get_many(keys)) == 60


def test_merging_many_is_merging_each(table: Table) -> None:
    many = [Key(f"acme#MANY#{n % 40}", "THING") for n in range(60)]
    each = [Key(f"acme#EACH#{n % 40}", "THING") for n in range(60)]
    facts = [fact(n % 7, word=f"w{n % 7}", member=f"m{n}") for n in range(60)]
    for keys in (many, each):
        table.merge(keys[3], fact(9, word="w9", member="there before"))

    refused = table.merge_many(list(zip(many, facts, strict=True)))
    for key, one in zip(each, facts, strict=True):
        table.merge(key, one)

    assert refused == {}
    merged, expected = table.get_many(many), table.get_many(each)
    assert [{**merged[key], "pk": ""} for key in many] == [
        {**expected[key], "pk": ""} for key in each
    ]


def test_merging_many_names_what_no_table_takes_and_takes_the_rest(engine_table: Table) -> None:
    facts = [(Key(f"acme#THING#{n}", "THING"), fact(n, word="w", member="m")) for n in range(3)]
    facts[1] = (facts[1][0], Merge(firsts={"word": "x" * 500_000}))

    refused = engine_table.merge_many(facts)

    assert list(refused) == [1]
    assert len(engine_table.get_many(key for key, _ in (facts[0], facts[2]))) == 2


class Reluctant:
    """DynamoDB that leaves keys unread for some calls."""

    def __init__(self, calls: int) -> None:
        self.calls = calls

    def batch_get_item(self, *, RequestItems: Any) -> Any:  # noqa: N803 - AWS's name
        self.calls -= 1
        ((name, wanted),) = RequestItems.items()
        if self.calls >= 0:
            return {"Responses": {}, "UnprocessedKeys": RequestItems}
        return {"Responses": {name: wanted["Keys"]}, "UnprocessedKeys": {}}


def test_rows_that_are_left_unread_are_asked_for_again_after_a_while() -> None:
    pauses: list[float] = []
    table = Table(cast("Any", Reluctant(3)), "t", sleep=pauses.append)

    rows = table.get_many([KEY])

    assert list(rows) == [KEY]
    assert pauses == [0.05, 0.1, 0.2]


def test_a_table_that_leaves_rows_unread_for_long_is_asked_another_time() -> None:
    table = Table(cast("Any", Reluctant(99)), "t", sleep=lambda _: None)

    with pytest.raises(TryAgain):
        table.get_many([KEY])


def test_a_conditional_update_answers_no_and_leaves_the_row(table: Table) -> None:
    table.insert(KEY, {"state": "open"})

    assert table.update(KEY, put={"state": "closed"}, if_equal={"state": "open"}) is True
    assert table.update(KEY, put={"state": "lost"}, if_equal={"state": "open"}) is False
    assert table.update(KEY, put={"by": "x"}, if_absent=["state"]) is False
    assert table.update(KEY, remove=["state"], if_present=["state"]) is True
    assert table.update(KEY, put={"by": "x"}, if_equal={"state": None}) is True
    assert (table.get(KEY) or {}).get("by") == "x"


def test_pages_follow_each_other_and_a_cursor_opens_no_other_group(table: Table) -> None:
    for n in range(5):
        for group in ("acme#A", "acme#B"):
            table.insert(Key(f"{group}#{n}", "X"), {"group": group, "moment": f"{n}", "n": n})

    first = table.page("acme#A", limit=3)
    second = table.page("acme#A", limit=3, cursor=first.cursor)
    stolen = table.page("acme#B", limit=9, cursor=first.cursor)

    assert [row["n"] for row in first.rows + second.rows] == [4, 3, 2, 1, 0]
    assert second.cursor is None
    assert all(row["group"] == "acme#B" for row in stolen.rows)


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "bnVsbA", "WzFd", "é"])
def test_a_foreign_cursor_is_refused_in_words(table: Table, cursor: str) -> None:
    with pytest.raises(Invalid, match="start again without it"):
        table.page("acme#A", limit=3, cursor=cursor)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6))
def test_merging_in_memory_follows_the_same_rule(moves: list[tuple[int, int]]) -> None:
    row: dict[str, object] = {}
    for late, early in moves:
        one = Merge((Register("l", late, "latest"), Register("e", early, "earliest")))
        row |= one.narrowed(row).fresh_row() if one.changes(row) else {}

    assert row == {"l": max(late for late, _ in moves), "e": min(early for _, early in moves)}


def test_a_row_is_deleted_only_while_it_is_as_it_was_read(table: Table) -> None:
    table.insert(KEY, {"at": 1, "seen_by": frozenset({"a", "b"}), "inner": {"x": [1, "y"]}})
    seen = {name: v for name, v in (table.get(KEY) or {}).items() if name not in ("pk", "sk")}
    table.merge(KEY, Merge(members={"seen_by": frozenset({"c"})}))
    now = {**seen, "seen_by": frozenset({"a", "b", "c"})}

    refused = table.delete(KEY, if_equal=seen)
    refused_too = table.delete(KEY, if_equal={**now, "at": None})
    deleted = table.delete(KEY, if_equal={**now, "unheard_of": None})

    assert (refused, refused_too, deleted) == (False, False, True)
    assert table.get(KEY) is None


def test_a_fact_merged_into_a_row_in_hand_gives_what_the_table_gives(table: Table) -> None:
    older, newer = fact(3, word="a", member="x"), fact(5, word="b", member="y")
    table.merge(KEY, newer)
    row = table.get(KEY) or {}

    in_hand = older.into(row)

    table.merge(KEY, older)
    assert in_hand == table.get(KEY)
