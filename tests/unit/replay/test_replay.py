"""Replaying a line: the archive rebuilt, compared, and the table repaired; nothing is set off."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from tandem.conversations import intake
from tandem.meta.translation import translate
from tandem.model.errors import Invalid
from tandem.model.events import (
    ContactNote,
    Content,
    Event,
    HistoryChunk,
    Kept,
    Sighting,
    Source,
)
from tandem.model.identity import Person
from tandem.replay import rebuilding
from tandem.replay.rebuilding import Days
from tandem.replay.repairing import Difference
from tandem.replay.telling import as_data, as_lines
from tandem.store import keys
from tandem.store.keys import Key
from tests.fakes.bodies import body, body_of
from tests.fakes.memory_table import MemoryTable
from tests.fakes.replays import (
    ANA,
    LIFE,
    NOW,
    OTHER_LINE,
    OTHER_NUMBER,
    chunk,
    connect_another,
    lived,
    recording,
    replay,
    said,
    status,
    work,
)
from tests.fakes.workbench import LINE, ONBOARDED_AT, SYNC, TENANT, Workbench

LIVE = keys.message(TENANT, LINE, "wamid.live")
ANAS_TALK = keys.conversation(TENANT, LINE, f"phone:{ANA}")


def rows(bench: Workbench) -> dict[Key, dict[str, Any]]:
    """The state, without what a replay notes of its own doing."""
    table = bench.table
    assert isinstance(table, MemoryTable)
    return {key: row for key, row in table.contents().items() if row.get("reason") != "replay"}


def verdicts(difference: Difference) -> set[tuple[str, str]]:
    return {(change.key.pk.split("#", 2)[2], change.verdict.value) for change in difference.changes}


# ---- looking


def test_a_line_that_is_right_shows_no_difference_and_is_not_touched() -> None:
    bench = lived()
    before, letters, files = rows(bench), bench.queueing.letters, set(bench.media.media_ids)

    found = replay(bench).difference()

    assert found.changes == ()
    assert (found.bodies, found.failed) == (len(LIFE), ())
    assert found.rows["message"] == 9
    assert rows(bench) == before
    assert (bench.queueing.letters, bench.media.media_ids) == (letters, files)


def test_a_row_that_is_missing_wrong_or_unexplained_is_named() -> None:
    bench = lived()
    bench.table.delete(LIVE)
    bench.table.update(keys.message(TENANT, LINE, "wamid.echo"), put={"text": "no"})
    recorded_elsewhere = translate(body("messages", messages=[said("wamid.none", "?")]))[0]
    assert isinstance(recorded_elsewhere, Sighting)
    bench.messages.record(TENANT, recorded_elsewhere)

    found = replay(bench).difference()

    assert verdicts(found) == {
        (f"{LINE}#wamid.live", "missing"),
        (f"{LINE}#wamid.echo", "differs"),
        (f"{LINE}#wamid.none", "unexplained"),
    }
    assert found.counts() == {"message": {"differs": 1, "missing": 1, "unexplained": 1}}


def test_what_people_wrote_is_told_only_to_who_asks() -> None:
    bench = lived()
    bench.table.update(LIVE, put={"text": "something else"})

    found = replay(bench).difference()

    masked, shown = as_data(found, show=False), as_data(found, show=True)
    (change,) = masked["changes"]
    assert change["attributes"] == {"text": ["14 character(s)", "5 character(s)"]}
    assert shown["changes"][0]["attributes"] == {"text": ["something else", "hello"]}
    assert "hello" not in json.dumps(masked) + "\n".join(as_lines(found, show=False))
    assert "hello" in "\n".join(as_lines(found, show=True))


def test_a_line_that_is_not_the_tenant_s_is_not_replayed() -> None:
    bench = lived()

    with pytest.raises(Invalid, match="no line"):
        replay(bench, line="999")


# ---- a mapper is fixed


def _wrong_text(event: Event) -> Iterable[Event]:
    if isinstance(event, HistoryChunk):
        wrong = tuple(_backwards(one) for one in event.sightings)
        yield replace(event, sightings=wrong)
    elif isinstance(event, Sighting):
        yield _backwards(event)
    else:
        yield event


def _backwards(sighting: Sighting) -> Sighting:
    text = sighting.content.text
    wrong = sighting.content._replace(text=text[::-1] if text else text)
    return sighting._replace(content=wrong)


def _wrong_person(event: Event) -> Iterable[Event]:
    wrong = Person(phone="15550100099")
    if isinstance(event, HistoryChunk):
        yield replace(event, sightings=tuple(s._replace(person=wrong) for s in event.sightings))
    elif isinstance(event, Sighting):
        yield event._replace(person=wrong)
    else:
        yield event


def _not_understood(event: Event) -> Iterable[Event]:
    if isinstance(event, ContactNote):
        yield Kept("unknown_type", "contact", repr(event), at=event.at, line=event.line)
    else:
        yield event


def _twice(event: Event) -> Iterable[Event]:
    yield event
    if isinstance(event, Sighting):
        yield event._replace(wamid=f"{event.wamid}.again")


MISTAKES = {
    "text is read backwards": _wrong_text,
    "everybody is taken for one": _wrong_person,
    "contacts are not understood": _not_understood,
    "every message makes two": _twice,
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_after_a_mapper_is_fixed_a_replay_ends_as_if_it_had_always_been_right(
    mistake: Callable[[Event], Iterable[Event]], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = rows(lived())
    with monkeypatch.context() as wrong:
        wrong.setattr(
            intake, "translate", lambda raw: [w for e in translate(raw) for w in mistake(e)]
        )
        bench = lived()
    before, files = rows(bench), set(bench.media.media_ids)
    noted = bench.lines.get(TENANT, LINE)

    found = replay(bench).difference()
    assert rows(bench) == before
    done = replay(bench).apply(take_away=True, at=NOW)

    changed = {key for key in {*right, *before} if right.get(key) != before.get(key)}
    assert {change.key for change in found.changes} == changed
    assert {change.key for change in done.changes} == changed
    resolved = {
        name: rows(bench)[name] for name in changed if rows(bench).get(name, {}).get("resolved_at")
    }
    assert {key: row for key, row in rows(bench).items() if key not in resolved} == right
    assert all("group" not in row for row in resolved.values())
    assert replay(bench).difference().changes == ()
    assert (bench.queueing.letters, bench.media.media_ids) == ([], files)
    assert bench.lines.get(TENANT, LINE) == noted


def test_what_the_team_did_meanwhile_outlives_the_repair(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as wrong:
        wrong.setattr(
            intake, "translate", lambda raw: [w for e in translate(raw) for w in _wrong_text(e)]
        )
        bench = lived()

    replay(bench).apply(take_away=True, at=NOW)

    reply = bench.messages.get(TENANT, LINE, "wamid.api")
    picture = bench.messages.get(TENANT, LINE, "wamid.picture")
    talk = bench.talks.get(TENANT, LINE, f"phone:{ANA}")
    assert reply is not None
    assert (reply.text, reply.state) == ("a reply", "delivered")
    assert picture is not None
    assert picture.file is not None
    assert talk is not None
    assert (talk.last_read_at, talk.last_activity_at) == (NOW, NOW)


# ---- what a replay may not take away


def unexplained(bench: Workbench) -> Key:
    (event,) = translate(body("messages", messages=[said("wamid.only", "the only copy")]))
    assert isinstance(event, Sighting)
    bench.messages.record(TENANT, event)
    return keys.message(TENANT, LINE, "wamid.only")


def test_what_nothing_explains_stays_unless_it_is_told_to_go() -> None:
    bench = lived()
    key = unexplained(bench)

    done = replay(bench).apply(take_away=False, at=NOW)

    assert done.changes == ()
    assert bench.table.get(key)


def test_what_is_taken_away_is_kept_word_for_word() -> None:
    bench = lived()
    key = unexplained(bench)

    done = replay(bench).apply(take_away=True, at=NOW)

    (kept,) = (one for one in bench.kept.page(TENANT, limit=50)[0] if one.reason == "replay")
    assert verdicts(done) == {(f"{LINE}#wamid.only", "unexplained")}
    assert bench.table.get(key) is None
    assert json.loads(kept.raw)["text"] == "the only copy"
    assert kept.what == "message"


@pytest.mark.parametrize("take_away", [True, False])
def test_a_replay_of_some_days_takes_nothing_away(*, take_away: bool) -> None:
    bench = lived()
    key = unexplained(bench)
    bench.table.delete(LIVE)
    text = {"text": "as another day may say"}
    bench.table.update(keys.message(TENANT, LINE, "wamid.echo"), put=text)

    done = replay(bench, days=Days("2020-01-01", "2040-01-01")).apply(take_away=take_away, at=NOW)

    assert verdicts(done) == {(f"{LINE}#wamid.live", "missing")}
    assert bench.table.get(key)
    assert (bench.table.get(keys.message(TENANT, LINE, "wamid.echo")) or {})["text"] == text["text"]


def test_an_archive_that_has_forgotten_costs_no_row_its_words() -> None:
    bench = lived()
    before = rows(bench)
    for key in list(bench.archive.kept):
        if b"statuses" not in bench.archive.kept[key].body:
            del bench.archive.kept[key]

    replay(bench).apply(take_away=False, at=NOW)

    assert rows(bench) == before


def test_a_poorer_copy_in_the_archive_does_not_replace_a_fuller_one_unless_it_is_told_to() -> None:
    placeholder = {**said("wamid.live", ""), "type": "media_placeholder"}
    bench = lived(*LIFE, body_of(("history", chunk(placeholder, order=3))))
    before = rows(bench)
    forgotten = next(key for key, one in bench.archive.kept.items() if one.body == LIFE[3])
    del bench.archive.kept[forgotten]

    corrected = replay(bench).apply(take_away=False, at=NOW)
    assert (corrected.changes, rows(bench)) == ((), before)
    taken = replay(bench).apply(take_away=True, at=NOW)

    (kept,) = (
        one
        for one in bench.kept.page(TENANT, limit=50)[0]
        if (one.reason, one.what) == ("replay", "message")
    )
    assert (f"{LINE}#wamid.live", "differs") in verdicts(taken)
    assert json.loads(kept.raw)["text"] == "hello"


def test_a_kept_thing_that_is_understood_now_is_resolved_without_taking_anything_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as wrong:
        wrong.setattr(
            intake, "translate", lambda raw: [w for e in translate(raw) for w in _not_understood(e)]
        )
        bench = lived()
    (before,) = (one for one in bench.kept.page(TENANT, limit=50)[0] if one.what == "contact")

    done = replay(bench).apply(take_away=False, at=NOW)

    row = bench.table.get(keys.kept(TENANT, before.id)) or {}
    assert done.counts()["kept"] == {"resolved": 1}
    assert before not in bench.kept.page(TENANT, limit=50)[0]
    assert row["resolved_at"] == NOW
    assert row["archived"]


def test_a_body_that_cannot_be_taken_in_is_named_and_nothing_is_taken_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = lived()
    key = unexplained(bench)

    def broken(raw: bytes) -> list[Event]:
        if b"wamid.live" in raw:
            raise KeyError("text")
        return translate(raw)

    monkeypatch.setattr(rebuilding, "translate", broken)
    done = replay(bench).apply(take_away=True, at=NOW)

    assert len(done.failed) == 1
    assert done.failed[0].endswith("KeyError")
    assert done.changes == ()
    assert bench.table.get(key)
    assert bench.table.get(LIVE)


# ---- several lines, several syncs


def test_a_replay_of_one_line_leaves_what_another_knows_of_a_person() -> None:
    bench = lived()
    connect_another(bench)
    contact = {
        "type": "contact",
        "action": "add",
        "metadata": {"timestamp": str(ONBOARDED_AT + 99)},
        "contact": {"full_name": "Ana of the other shop", "phone_number": ANA},
    }
    bench.deliver(
        body_of(
            ("smb_app_state_sync", {"state_sync": [contact]}),
            ("messages", {"messages": [said("wamid.other", "hi")]}),
            line=OTHER_LINE,
            number=OTHER_NUMBER,
        )
    )
    before = rows(bench)

    one = replay(bench).apply(take_away=True, at=NOW)
    both = replay(bench, line=None).apply(take_away=True, at=NOW)

    assert (one.changes, both.changes) == ((), ())
    assert rows(bench) == before
    assert both.rows["message"] == one.rows["message"] + 1


def test_a_body_of_several_lines_is_read_for_each_of_them() -> None:
    bench = lived()
    connect_another(bench)
    told = [json.loads(LIFE[3]), json.loads(body_of(line=OTHER_LINE, number=OTHER_NUMBER))]
    told[0]["entry"][0]["changes"][0]["value"]["messages"] = [said("wamid.mixed", "both")]
    told[1] = json.loads(
        body_of(
            ("messages", {"messages": [said("wamid.other", "hi")]}),
            line=OTHER_LINE,
            number=OTHER_NUMBER,
        )
    )
    bench.deliver(json.dumps({"entry": [told[0]["entry"][0], told[1]["entry"][0]]}).encode())
    for line, wamid in ((LINE, "wamid.mixed"), (OTHER_LINE, "wamid.other")):
        bench.table.delete(keys.message(TENANT, line, wamid))

    mine, other = replay(bench).difference(), replay(bench, line=OTHER_LINE).difference()

    assert verdicts(mine) == {(f"{LINE}#wamid.mixed", "missing")}
    assert verdicts(other) == {(f"{OTHER_LINE}#wamid.other", "missing")}


def test_what_came_for_a_stranger_of_the_account_is_explained_too() -> None:
    bench = lived(*LIFE, body_of(("messages", {"messages": [said("w", "hi"), None]}), line="999"))
    before = rows(bench)

    done = replay(bench).apply(take_away=True, at=NOW)

    assert done.changes == ()
    assert rows(bench) == before


def test_a_chunk_belongs_to_the_sync_that_was_open_when_it_came() -> None:
    clock = [float(ONBOARDED_AT + 10)]
    bench = Workbench(MemoryTable(), clock=lambda: clock[0])
    bench.syncs.open(TENANT, LINE, SYNC, ONBOARDED_AT)
    bench.deliver(LIFE[0])
    line = bench.lines.get(TENANT, LINE)
    assert line is not None
    bench.lines.save_connected(replace(line, sync="second", onboarded_at=ONBOARDED_AT + 500))
    bench.syncs.open(TENANT, LINE, "second", ONBOARDED_AT + 500)
    clock[0] += 1000
    bench.deliver(LIFE[1])

    found = replay(bench).difference()

    assert found.changes == ()
    assert found.rows["receipt"] == 2


# ---- while the line lives


class BusyTable(MemoryTable):
    """Something happens to the line just before or just after its rows are read, so often."""

    def __init__(self, *, before: bool) -> None:
        super().__init__()
        self.happens: list[Callable[[], object]] = []
        self._before = before

    def get_many(self, wanted: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        happen = self.happens.pop() if self.happens else lambda: None
        waiting, self.happens = self.happens, []
        if self._before:
            happen()
        found = super().get_many(wanted)
        if not self._before:
            happen()
        self.happens = waiting
        return found


@pytest.mark.parametrize("moment", range(4))
@pytest.mark.parametrize("before", [True, False], ids=["before a reading", "after a reading"])
def test_what_happens_while_a_line_is_repaired_is_not_lost(
    monkeypatch: pytest.MonkeyPatch, moment: int, *, before: bool
) -> None:
    table = BusyTable(before=before)
    bench = Workbench(table)
    with monkeypatch.context() as wrong:
        wrong.setattr(
            intake, "translate", lambda raw: [w for e in translate(raw) for w in _wrong_text(e)]
        )
        bench.deliver(*LIFE)
    work(bench)
    table.happens = [
        lambda: bench.deliver(body("messages", statuses=[status("wamid.echo", "played")])),
        lambda: bench.deliver(body("messages", messages=[said("wamid.new", "and this")])),
        lambda: bench.talks.mark_read(TENANT, LINE, f"phone:{ANA}", NOW + 9),
    ]
    table.happens += [lambda: None] * moment

    replay(bench).apply(take_away=True, at=NOW)

    left, table.happens = table.happens, []
    again = replay(bench).difference()
    echo = bench.messages.get(TENANT, LINE, "wamid.echo")
    talk = bench.talks.get(TENANT, LINE, f"phone:{ANA}")
    assert left == []
    assert not any(kept.reason == "replay" for kept in bench.kept.page(TENANT, limit=50)[0])
    assert again.changes == ()
    assert echo is not None
    assert (echo.text, echo.state) == ("yes", "played")
    assert talk is not None
    assert talk.last_read_at == NOW + 9
    assert bench.messages.get(TENANT, LINE, "wamid.new")


def answer(bench: Workbench, phone: str, *, at: int) -> None:
    """The team answers somebody, through the API."""
    recording(bench).record(
        TENANT,
        Sighting(LINE, "wamid.ours", Source.API, at, Person(phone=phone), Content("text", "hi")),
    )


@pytest.mark.parametrize("moment", range(5))
@pytest.mark.parametrize("phone", [ANA, "15550100099"], ids=["a person", "nobody's conversation"])
def test_an_answer_that_is_sent_meanwhile_keeps_its_conversation(phone: str, moment: int) -> None:
    table = BusyTable(before=False)
    bench = lived(table=table)
    talk = keys.conversation(TENANT, LINE, f"phone:{phone}")
    wrong = {"last_activity": keys.moment(NOW + 5, "wamid.none"), "group": keys.inbox(TENANT, LINE)}
    table.update(talk, put={**wrong, "moment": keys.moment(NOW + 5, f"phone:{phone}")})
    # It happens after the reading of that number.
    table.happens = [lambda: answer(bench, phone, at=NOW + 90), *[lambda: None] * moment]

    replay(bench).apply(take_away=True, at=NOW)

    found = bench.talks.get(TENANT, LINE, f"phone:{phone}")
    assert found is not None
    assert found.last_activity_at == NOW + 90


def test_an_answer_of_ours_shows_again_when_what_hid_it_is_gone() -> None:
    bench = lived()
    wrong = {"last_activity": keys.moment(NOW + 5, "wamid.none")}
    bench.table.update(ANAS_TALK, put={**wrong, "moment": keys.moment(NOW + 5, f"phone:{ANA}")})

    replay(bench).apply(take_away=True, at=NOW)

    talk = bench.table.get(ANAS_TALK) or {}
    assert talk["last_activity"] == keys.moment(NOW, "wamid.api")
