"""Lines and their routes: who holds a number, and what an older word may no longer change."""

from dataclasses import replace

import pytest

from tandem.model.errors import NotAllowed
from tandem.model.line import Line, LineState, Mode
from tandem.model.standing import Standing
from tandem.store.lines import Lines, Reading
from tandem.store.table import Table
from tandem.store.troubles import Trouble

NOON = 1_790_000_000
DAY = 24 * 3600
SHOP = Line(
    tenant="acme",
    line="101",
    waba="901",
    display_number="15550100001",
    mode=Mode.COEXISTENCE,
    state=LineState.CONNECTING,
    onboarded_at=NOON,
    sync="first",
    verified_name="Corner Shop",
)


def seen(line: Line) -> Line:
    """Connecting the number was a sign of its phone."""
    return replace(line, standing=Standing(phone_seen_at=line.onboarded_at))


@pytest.fixture
def lines(table: Table) -> Lines:
    return Lines(table)


def test_a_connected_line_is_found_by_its_number_and_by_its_waba(lines: Lines) -> None:
    lines.save_connected(SHOP)
    lines.save_connected(replace(SHOP, line="102", display_number="15550100002"))

    by_phone, by_waba = lines.route_of_phone("101"), lines.route_of_waba("901")

    assert by_phone is not None and (by_phone.tenant, by_phone.lines) == ("acme", ("101",))
    assert by_waba is not None and (by_waba.tenant, by_waba.lines) == ("acme", ("101", "102"))
    assert lines.get("acme", "101") == seen(SHOP)
    assert [line.line for line in lines.all("acme")] == ["101", "102"]


@pytest.mark.parametrize(("line", "waba"), [("101", "902"), ("103", "901")])
def test_a_number_or_waba_of_another_tenant_is_refused(lines: Lines, line: str, waba: str) -> None:
    lines.save_connected(SHOP)

    with pytest.raises(NotAllowed):
        lines.save_connected(replace(SHOP, tenant="rival", line=line, waba=waba))

    assert lines.all("rival") == ()
    route = lines.route_of_phone("101")
    assert route is not None and route.tenant == "acme"


def test_the_database_decides_between_two_tenants_that_both_looked_first(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines.save_connected(SHOP)
    monkeypatch.setattr(Lines, "route_of_phone", lambda self, phone: None)

    with pytest.raises(NotAllowed):
        lines.claim("rival", waba="902", line="101")

    row = lines.route_of_waba("901")
    assert row is not None and row.tenant == "acme"


def test_who_is_refused_a_number_does_not_get_its_account_either(lines: Lines) -> None:
    lines.save_connected(SHOP)

    with pytest.raises(NotAllowed):
        lines.claim("rival", waba="902", line="101")

    assert lines.route_of_waba("902") is None


def test_another_tenants_line_is_nobody_here(lines: Lines) -> None:
    lines.save_connected(SHOP)

    found = lines.get("rival", "101")

    assert found is None


def test_saving_the_same_connection_again_leaves_what_became_of_it(lines: Lines) -> None:
    lines.save_connected(SHOP)
    lines.set_state("acme", "101", LineState.ACTIVE, since=LineState.CONNECTING)

    lines.save_connected(SHOP)

    line = lines.get("acme", "101")
    assert line is not None and line.state is LineState.ACTIVE


def test_a_newer_onboarding_replaces_an_older_one_whatever_comes_last(lines: Lines) -> None:
    newer = replace(SHOP, onboarded_at=NOON + 60, sync="second")

    lines.save_connected(newer)
    lines.save_connected(SHOP)

    assert lines.get("acme", "101") == seen(newer)


def test_a_state_moves_only_from_the_one_that_was_seen(lines: Lines) -> None:
    lines.save_connected(SHOP)

    moved = lines.set_state("acme", "101", LineState.ACTIVE, since=LineState.OFFBOARDED)

    line = lines.get("acme", "101")
    assert not moved and line is not None and line.state is LineState.CONNECTING


def test_each_source_of_trouble_clears_only_its_own(lines: Lines) -> None:
    lines.save_connected(SHOP)
    lines.note_trouble("acme", "101", "Add a payment method.")
    lines.note_trouble("acme", "101", "Keep the app open.", kind=Trouble.SYNC)

    lines.note_trouble("acme", "101", None, kind=Trouble.SYNC)

    line = lines.get("acme", "101")
    assert line is not None and (line.trouble, line.advice) == ("Add a payment method.", None)


def test_a_trouble_that_is_over_does_not_come_back_with_a_webhook_that_comes_again(
    lines: Lines,
) -> None:
    lines.save_connected(SHOP)
    lines.hear_of_trouble("acme", "101", "Add a payment method.", at=NOON + 10)
    heard = lines.get("acme", "101")
    lines.note_trouble("acme", "101", None)

    lines.hear_of_trouble("acme", "101", "Add a payment method.", at=NOON + 10)
    lines.hear_of_trouble("acme", "101", "Something older.", at=NOON + 5)
    again = lines.get("acme", "101")
    lines.hear_of_trouble("acme", "101", "Add a payment method.", at=NOON + 20)
    anew = lines.get("acme", "101")

    assert [line and line.trouble for line in (heard, again, anew)] == [
        "Add a payment method.",
        None,
        "Add a payment method.",
    ]


def test_trouble_of_a_line_that_is_not_there_makes_no_line(lines: Lines) -> None:
    lines.note_trouble("acme", "101", "Add a payment method.")

    assert lines.all("acme") == ()


def test_an_older_reading_does_not_undo_a_newer_one(lines: Lines) -> None:
    lines.save_connected(SHOP)
    lines.note_reading("acme", "101", Reading(LineState.ACTIVE, quality="GREEN"), at=NOON + 20)

    lines.note_reading("acme", "101", Reading(LineState.OFFBOARDED, quality="RED"), at=NOON + 10)

    line = lines.get("acme", "101")
    assert line is not None and (line.state, line.quality) == (LineState.ACTIVE, "GREEN")


def test_a_reading_from_before_the_onboarding_does_not_touch_it(lines: Lines) -> None:
    lines.save_connected(SHOP)

    lines.note_reading("acme", "101", Reading(LineState.OFFBOARDED), at=NOON - 1)

    line = lines.get("acme", "101")
    assert line is not None and line.state is LineState.CONNECTING


def test_a_line_is_due_once_and_an_announcement_makes_it_due_again(lines: Lines) -> None:
    lines.save_connected(SHOP)
    (watch,) = lines.due(NOON)

    taken = [lines.take(watch, next_at=NOON + 1800) for _ in range(2)]

    assert [bool(watch) for watch in taken] == [True, False]
    assert list(lines.due(NOON + 600)) == []
    lines.note_announcement("acme", "101", at=NOON + 500, removal=True)
    (again,) = lines.due(NOON + 600)
    assert (again.noted_at, again.removal_noted_at) == (NOON + 500, NOON + 500)


def test_announcements_in_any_order_leave_the_same_line(lines: Lines) -> None:
    lines.save_connected(SHOP)
    lines.note_announcement("acme", "101", at=NOON + 9)
    lines.note_announcement("acme", "101", at=NOON + 5, removal=True)

    (watch,) = lines.due(NOON + 10)

    assert (watch.noted_at, watch.removal_noted_at) == (NOON + 9, NOON + 5)
    assert watch.due.startswith(f"{NOON + 9:012d}")


def test_an_announcement_for_an_unknown_line_is_no_line(lines: Lines) -> None:
    lines.note_announcement("acme", "101", at=NOON)

    assert lines.all("acme") == ()
    assert list(lines.due(NOON + 10)) == []


def test_a_number_is_freed_only_when_its_removal_is_proven(lines: Lines) -> None:
    lines.save_connected(SHOP)

    too_soon = lines.release("acme", "101", at=NOON + 5)
    lines.set_state("acme", "101", LineState.REMOVED, since=LineState.CONNECTING)
    freed = lines.release("acme", "101", at=NOON + 10)
    lines.save_connected(replace(SHOP, tenant="rival", onboarded_at=NOON + 20))

    assert (too_soon, freed) == (False, True)
    route = lines.route_of_phone("101")
    assert route is not None and route.tenant == "rival"
    mine = lines.get("acme", "101")
    assert mine is not None and mine.state is LineState.REMOVED
    assert [watch.line.tenant for watch in lines.due(NOON + DAY)] == ["rival"]


def test_a_freed_number_keeps_its_account_while_the_tenant_has_another_of_it(lines: Lines) -> None:
    lines.save_connected(SHOP)
    lines.save_connected(replace(SHOP, line="102", display_number="15550100002"))
    lines.set_state("acme", "101", LineState.REMOVED, since=LineState.CONNECTING)

    lines.release("acme", "101", at=NOON + 10)

    assert lines.route_of_phone("101") is None
    by_waba = lines.route_of_waba("901")
    assert by_waba is not None and by_waba.tenant == "acme"
