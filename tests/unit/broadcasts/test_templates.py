"""What is known of templates: read when it must be, and true at the moment of sending."""

import json
from dataclasses import replace
from datetime import date

import pytest

from tandem.broadcasts.sending.sender import LOOK_SECONDS
from tandem.broadcasts.templates.known_templates import FRESH_SECONDS, KEPT_SECONDS, KnownTemplates
from tandem.insights.cards import read_card
from tandem.lines.lifecycle import Lifecycle
from tandem.meta.errors import Reason, Unanswered, graph_error
from tandem.meta.translation import translate
from tandem.model.broadcast import Broadcast, BroadcastState, PausedFor
from tandem.model.errors import TryAgain
from tandem.model.line import Account, Line, LineState
from tandem.model.notice import Notice
from tandem.store.happenings import Happenings
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, NOW, TENANT, WABA, people, template_of
from tests.fakes.template_lists import FakeLists


class Desk:
    """A stage whose templates are read from a list of Meta's."""

    def __init__(self) -> None:
        self.stage, self.lists = Stage(), FakeLists()
        self.known = KnownTemplates(
            templates=self.stage.templates,
            lines=self.stage.lines,
            graph_of=lambda _tenant, _line: self.lists,
            clock=self.stage.time.clock,
        )

    @property
    def line(self) -> Line:
        line = self.stage.lines.get(TENANT, LINE)
        assert line
        return line

    def announce(self, field: str, *, at: int, **value: object) -> None:
        """Meta posts a notice of the one template."""
        of = {"message_template_name": "spring_offer", "message_template_language": "en_US"}
        entry = {"id": WABA, "time": at, "changes": [{"field": field, "value": {**of, **value}}]}
        body = {"object": "whatsapp_business_account", "entry": [entry]}
        stage = self.stage
        lifecycle = Lifecycle(stage.lines, Happenings(stage.table), stage.templates)
        for event in translate(json.dumps(body).encode()):
            assert isinstance(event, Notice)
            lifecycle.note(TENANT, event, at)


def test_a_fresh_list_is_believed_and_an_old_one_is_read() -> None:
    desk = Desk()

    desk.known.all(desk.line)
    desk.stage.time.now += FRESH_SECONDS
    desk.known.all(desk.line)
    desk.known.all(desk.line)

    assert desk.lists.asked == 1


def test_what_was_announced_to_be_rewritten_is_read_before_it_is_believed() -> None:
    desk = Desk()
    new = replace(template_of(), components=({"type": "BODY", "text": "New, {{1}}."},))
    desk.lists.there = (new,)

    desk.announce("message_template_components_update", at=NOW + 5)
    desk.stage.time.now = NOW + 10

    found = desk.known.get(desk.line, "spring_offer", "en_US")
    assert found.components == new.components
    assert desk.lists.asked == 1


def test_the_keeper_reads_what_somebody_uses_every_six_hours() -> None:
    desk = Desk()

    for _ in range(24):
        desk.stage.time.now += KEPT_SECONDS / 12
        desk.known.keep(desk.line)

    assert desk.lists.asked == 2


def test_the_keeper_reads_at_once_what_only_a_reading_can_tell() -> None:
    desk = Desk()
    desk.announce("message_template_status_update", event="FLAGGED", at=NOW + 5)
    desk.stage.time.now = NOW + 10

    desk.known.keep(desk.line)
    desk.known.keep(desk.line)

    assert desk.lists.asked == 1


@pytest.mark.parametrize("used", [False, True])
def test_the_keeper_asks_nothing_of_an_account_that_nobody_uses_or_that_is_away(
    used: bool,
) -> None:
    desk = Desk()
    desk.stage.time.now += 10 * KEPT_SECONDS
    line = replace(desk.line, state=LineState.OFFBOARDED) if used else replace(desk.line, waba="9")

    desk.known.keep(line)

    assert desk.lists.asked == 0


def test_a_list_that_meta_does_not_give_leaves_what_is_known() -> None:
    desk = Desk()
    desk.lists.fault = Unanswered("no answer")
    desk.stage.time.now += KEPT_SECONDS

    desk.known.keep(desk.line)
    with pytest.raises(TryAgain):
        desk.known.all(desk.line)

    assert desk.stage.templates.listing(TENANT, WABA).listed_at == NOW


# ---- from the notice to the broadcast


def scheduled(desk: Desk) -> Broadcast:
    broadcast = desk.stage.create(people(3), schedule_at=NOW + 3600)
    desk.stage.plan()
    return broadcast


def at_its_start(desk: Desk, broadcast: Broadcast) -> Broadcast:
    desk.stage.time.now = NOW + 3600
    desk.stage.keep_watch()
    return desk.stage.broadcasts.get(TENANT, broadcast.id)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        (
            "template_category_update",
            {"new_category": "MARKETING", "previous_category": "UTILITY"},
            "not what it was",
        ),
        ("message_template_status_update", {"event": "PAUSED"}, "(paused)"),
        ("message_template_status_update", {"event": "DELETED"}, "(deleted)"),
    ],
)
def test_a_notice_alone_holds_a_broadcast_that_was_approved_before(
    field: str, value: dict[str, object], says: str
) -> None:
    desk = Desk()
    broadcast = scheduled(desk)

    desk.announce(field, at=NOW + 60, **value)
    held = at_its_start(desk, broadcast)

    assert held.state is BroadcastState.PAUSED
    assert held.pause
    assert says in held.pause.reason
    assert desk.stage.meta.calls == []


def test_a_category_that_is_to_come_holds_nothing_yet_and_is_shown() -> None:
    desk = Desk()
    broadcast = scheduled(desk)

    desk.announce(
        "template_category_update",
        at=NOW + 60,
        new_category="UTILITY",
        correct_category="MARKETING",
    )
    at_its_start(desk, broadcast)

    known = desk.stage.templates.get(TENANT, WABA, "spring_offer", "en_US")
    assert known
    assert (known.category, known.correct_category) == ("UTILITY", "MARKETING")
    assert len(desk.stage.meta.accepted) == 3


@pytest.mark.parametrize("same", [True, False])
def test_a_broadcast_whose_template_may_be_another_waits_until_it_was_read(same: bool) -> None:
    desk = Desk()
    broadcast = scheduled(desk)
    desk.announce("message_template_status_update", event="APPROVED", at=NOW + 60)
    if not same:
        anew = replace(template_of(), components=({"type": "BODY", "text": "{{1}}!"},))
        desk.lists.there = (anew,)

    waiting = at_its_start(desk, broadcast)
    assert (waiting.state, desk.stage.meta.calls) == (BroadcastState.SCHEDULED, [])

    desk.known.keep(desk.line)
    desk.stage.time.now += 700
    desk.stage.keep_watch()
    sent = len(desk.stage.meta.accepted)
    state = desk.stage.broadcasts.get(TENANT, broadcast.id).state
    assert (sent, state is BroadcastState.PAUSED) == ((3, False) if same else (0, True))


# ---- while it is sent

PAUSED = ("message_template_status_update", {"event": "PAUSED"}, "(paused)")
DISABLED = ("message_template_status_update", {"event": "DISABLED"}, "(disabled)")
DELETED = ("message_template_status_update", {"event": "DELETED"}, "(deleted)")
RECATEGORISED = (
    "template_category_update",
    {"new_category": "MARKETING", "previous_category": "UTILITY"},
    "not what it was",
)
WRONG = pytest.mark.parametrize(
    ("field", "value", "says"),
    [PAUSED, DISABLED, DELETED, RECATEGORISED],
    ids=["paused", "disabled", "deleted", "recategorised"],
)


@WRONG
def test_a_slice_that_is_queued_already_is_not_sent_with_a_template_that_is_wrong_by_now(
    field: str, value: dict[str, object], says: str
) -> None:
    desk = Desk()
    broadcast = desk.stage.started(people(250))
    desk.announce(field, at=NOW + 1, **value)

    desk.stage.work()

    held = desk.stage.broadcasts.get(TENANT, broadcast.id)
    assert held.pause
    assert (held.pause.cause, desk.stage.meta.calls) == (PausedFor.TEMPLATE, [])
    assert says in held.pause.reason


@WRONG
def test_a_slice_under_way_stops_within_a_second_when_its_template_is_wrong(
    field: str, value: dict[str, object], says: str
) -> None:
    desk = Desk()
    broadcast = desk.stage.started(people(100))

    def announced_after_thirty(_alias: str) -> None:
        if len(desk.stage.meta.calls) == 30:
            desk.announce(field, at=NOW + 1, **value)

    desk.stage.meta.answer = announced_after_thirty
    desk.stage.work()

    held = desk.stage.broadcasts.get(TENANT, broadcast.id)
    assert held.pause
    assert says in held.pause.reason
    assert 30 <= len(desk.stage.meta.calls) <= 30 + 20 * LOOK_SECONDS + 8
    assert desk.stage.progress(broadcast).waiting == 100 - len(desk.stage.meta.calls)


def test_a_slice_under_way_waits_when_its_template_may_be_another_and_goes_on_when_it_is_not() -> (
    None
):
    desk = Desk()
    broadcast = desk.stage.started(people(100))

    def announced_after_thirty(_alias: str) -> None:
        if len(desk.stage.meta.calls) == 30:
            desk.announce("message_template_components_update", at=NOW + 1)

    desk.stage.meta.answer = announced_after_thirty
    desk.stage.work()
    waiting = desk.stage.broadcasts.get(TENANT, broadcast.id)
    assert waiting.pause is None
    assert "until Meta's list was read again" in (waiting.trouble or "")
    assert len(desk.stage.meta.calls) < 60

    desk.known.keep(desk.line)
    desk.stage.time.now += 700
    desk.stage.keep_watch()

    sent = desk.stage.broadcasts.get(TENANT, broadcast.id)
    assert (sent.state, sent.trouble) == (BroadcastState.FINISHED, None)
    assert len(desk.stage.meta.calls) == 100


# ---- when Meta gives no list


def test_a_broadcast_that_waits_for_a_list_which_meta_refuses_says_so_and_so_does_its_line() -> (
    None
):
    desk = Desk()
    broadcast = scheduled(desk)
    desk.announce("message_template_components_update", at=NOW + 60)
    desk.lists.fault = graph_error(Reason(code=200, title="Permission denied", http=403))

    desk.stage.time.now += 120
    desk.known.keep(desk.line)
    waiting = at_its_start(desk, broadcast)

    assert waiting.state is BroadcastState.SCHEDULED
    refused = "Meta gives no templates: Connect the number again: the permission is gone."
    assert refused in (waiting.trouble or "")
    assert desk.line.advice == refused
    assert desk.line.trouble is None

    desk.lists.fault = None
    desk.known.keep(desk.line)
    desk.stage.time.now += 700
    desk.stage.keep_watch()

    sent = desk.stage.broadcasts.get(TENANT, broadcast.id)
    assert (sent.state, sent.trouble, desk.line.advice) == (BroadcastState.FINISHED, None, None)


@pytest.mark.parametrize("code", [80007, 2])
def test_a_list_that_meta_gives_later_is_no_trouble_of_the_owner_s(code: int) -> None:
    desk = Desk()
    desk.announce("message_template_components_update", at=NOW + 60)
    desk.stage.time.now += 120
    desk.lists.fault = graph_error(Reason(code=code, title="Later", http=400))

    desk.known.keep(desk.line)
    with pytest.raises(TryAgain):
        desk.known.read(desk.line)

    assert desk.line.advice is None


def test_every_line_of_an_account_hears_that_its_list_is_given_again() -> None:
    desk = Desk()
    desk.announce("message_template_components_update", at=NOW + 60)
    desk.stage.time.now += 120
    desk.lists.fault = graph_error(Reason(code=10, title="Permission denied", http=403))
    desk.known.keep(desk.line)
    assert desk.line.advice

    desk.lists.fault = None
    desk.known.read(desk.line)
    desk.known.keep(desk.line)

    assert desk.line.advice is None


def test_a_broadcast_that_waits_for_its_line_says_so() -> None:
    desk = Desk()
    broadcast = scheduled(desk)
    desk.stage.lines.set_state(TENANT, LINE, LineState.OFFBOARDED, since=LineState.ACTIVE)

    waiting = at_its_start(desk, broadcast)
    assert (waiting.state, desk.stage.meta.calls) == (BroadcastState.SCHEDULED, [])
    assert waiting.trouble == "The line is offboarded: it goes on when the line is active again."

    desk.stage.lines.set_state(TENANT, LINE, LineState.ACTIVE, since=LineState.OFFBOARDED)
    desk.stage.time.now += 700
    desk.stage.keep_watch()
    assert desk.stage.broadcasts.get(TENANT, broadcast.id).trouble is None


def test_whoever_hears_of_a_rewritten_template_has_the_line_looked_at_at_once() -> None:
    desk = Desk()

    desk.announce("message_template_components_update", at=NOW + 60)

    assert [watch.line.line for watch in desk.stage.lines.due(NOW + 120)] == [LINE]
    assert [watch.noted_at for watch in desk.stage.lines.due(NOW + 120)] == [NOW + 60]


def test_a_plan_reckons_in_the_currency_of_the_line_s_account() -> None:
    stage = Stage()
    line = stage.lines.get(TENANT, LINE)
    assert line
    euros = read_card(
        "Market,Marketing,Utility\nOther,0.1,0.05\nNorth America,0.1,0.05\n",
        currency="EUR",
        since=date(2026, 1, 1),
        source="Meta",
    )
    stage.cards.keep(TENANT, euros, at=NOW)
    stage.lines.note_account(line, Account("EUR", "47"), at=NOW)

    broadcast = stage.create(people(3))
    stage.plan()

    plan = stage.broadcasts.get(TENANT, broadcast.id).plan
    assert plan
    assert (plan.forecast.currency, str(plan.forecast.total)) == ("EUR", "0.15")
    assert {cost.card for cost in plan.forecast.costs} == {euros.id}
