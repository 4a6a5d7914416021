"""Kept things go back once they are understood, and are never lost on the way."""

import pytest

from tandem.meta import translation
from tandem.model.events import Kept
from tandem.replay.returning import Returned, Returning
from tandem.store import keys
from tandem.store.kept import Shown
from tests.fakes.bodies import body_of
from tests.fakes.crashing import CrashingTable, Died, Fuse
from tests.fakes.memory_table import MemoryTable
from tests.fakes.replays import LIFE, NOW, lived, said
from tests.fakes.workbench import TENANT, Workbench

NEWS = {"news": [said("wamid.news", "told in a new field")]}
NEW_FIELD = body_of(("a_new_field", NEWS))


def returning(bench: Workbench) -> Returning:
    return Returning(kept=bench.kept, archive=bench.archive, letters=bench.queueing)


def listed(bench: Workbench, tenant: str = TENANT) -> list[Shown]:
    return list(bench.kept.every(tenant))


def understands_the_new_field(patched: pytest.MonkeyPatch) -> None:
    """A version whose mappers read what the one before kept."""
    fields = {**translation.ROWS, "a_new_field": {"news": translation.ROWS["messages"]["messages"]}}
    patched.setattr(translation, "ROWS", fields)


def test_a_kept_thing_knows_the_body_that_it_came_in() -> None:
    bench = lived(*LIFE, NEW_FIELD)

    things = listed(bench)

    bodies = {
        thing.kept.what: {bench.archive.kept[key].body for key in thing.archived}
        for thing in things
    }
    assert bodies["a_new_field"] <= {NEW_FIELD, LIFE[6]}
    assert all(bodies.values())


def test_what_is_not_understood_yet_stays_where_it_is() -> None:
    bench = lived(NEW_FIELD)
    before = bench.table.contents()  # type: ignore[attr-defined]

    done = returning(bench).give_back(TENANT, listed(bench), at=NOW)

    assert done == Returned(returned=0, not_understood=1, cannot=0)
    assert bench.table.contents() == before  # type: ignore[attr-defined]
    assert bench.queueing.letters == []


def test_what_is_understood_by_now_is_filed_and_leaves_the_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = lived(NEW_FIELD)
    (thing,) = listed(bench)

    understands_the_new_field(monkeypatch)
    done = returning(bench).give_back(TENANT, listed(bench), at=NOW)
    bench.work()

    message = bench.messages.get(TENANT, "106540352242922", "wamid.news")
    still = bench.kept.get(TENANT, thing.id)
    assert done == Returned(returned=1, not_understood=0, cannot=0)
    assert message is not None
    assert message.text == "told in a new field"
    assert listed(bench) == []
    assert still is not None
    assert (still.resolved_at, still.kept) == (NOW, thing.kept)


def test_what_the_workers_keep_again_is_shown_again(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = lived(NEW_FIELD)
    (before,) = listed(bench)

    with monkeypatch.context() as newer:
        understands_the_new_field(newer)
        returning(bench).give_back(TENANT, listed(bench), at=NOW)
    bench.work()

    assert listed(bench) == [before]


def test_what_knows_no_body_or_waits_for_its_line_cannot_go_back() -> None:
    bench = lived()
    bench.kept.keep(keys.SYSTEM, Kept("malformed", "messages", "7"), NOW)
    bench.deliver(NEW_FIELD.replace(b"106540352242922", b"404").replace(b"102290129340398", b"405"))

    done = returning(bench).give_back(keys.SYSTEM, listed(bench, keys.SYSTEM), at=NOW)

    assert done.returned == 0
    assert done.cannot == len(listed(bench, keys.SYSTEM)) >= 2
    assert bench.queueing.letters == []


@pytest.mark.parametrize("after_effect", [False, True], ids=["before the call", "after the call"])
def test_whoever_dies_while_giving_back_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, *, after_effect: bool
) -> None:
    deaths = 0
    understood = monkeypatch.context

    while True:
        table = CrashingTable()
        bench = lived(NEW_FIELD, table=table)
        with understood() as newer:
            understands_the_new_field(newer)
            things = listed(bench)
            table.fuse = Fuse(deaths + 1, after_effect=after_effect)
            try:
                returning(bench).give_back(TENANT, things, at=NOW)
            except Died:
                deaths += 1
                again = True
            else:
                again = False
            table.fuse = None
            returning(bench).give_back(TENANT, listed(bench), at=NOW)
            bench.work()
        assert bench.messages.get(TENANT, "106540352242922", "wamid.news")
        assert listed(bench) == []
        if not again:
            break

    assert deaths == 1


def test_a_text_that_was_cut_can_go_back_too() -> None:
    bench = Workbench(MemoryTable())
    thing = Kept("malformed", "messages", "".join(map(chr, range(33, 0xD000))) * 40)
    bench.kept.keep(TENANT, thing, NOW)

    bench.kept.resolve(TENANT, listed(bench)[0].id, at=NOW)

    assert listed(bench) == []
