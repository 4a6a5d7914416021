"""Sending into a conversation: when it may be, and that nobody ever gets a message twice."""

from collections.abc import Callable

import pytest

from tandem.meta.errors import NotSent
from tandem.model.errors import (
    Conflict,
    Invalid,
    NotFound,
    Refusal,
    RefusedByMeta,
    TooFast,
    TryAgain,
    WindowClosed,
)
from tandem.model.events import Source, StatusNote
from tandem.model.identity import Person
from tandem.model.line import LineState
from tandem.model.notice import Topic
from tandem.model.reading import conversation_id
from tandem.model.send import MediaDraft, Outcome, SendRequest, TemplateDraft, TextDraft
from tandem.model.standing import Restriction, Standing, forbidden
from tandem.model.window import WINDOW_SECONDS
from tandem.store import keys
from tandem.store.keys import Key
from tandem.store.registers import Row
from tests.fakes.broadcast_world import LINE, NOW, TENANT, meta_error
from tests.fakes.crashing import Died, Fuse
from tests.fakes.front_desk import ANA, ONBOARDED_AT, FrontDesk

TEMPLATE = TemplateDraft(
    "order_ready",
    "en_US",
    ({"type": "body", "parameters": [{"type": "text", "text": "17:00"}]},),
)


@pytest.fixture
def desk() -> FrontDesk:
    """Ana wrote an hour ago."""
    desk = FrontDesk()
    desk.sees("wamid.in")
    return desk


def say(kind: int) -> "SayNo":
    return SayNo(meta_error(kind))


class SayNo:
    """Meta answers every message with this."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __call__(self, _alias: str) -> None:
        raise self.error


def stray(count: int) -> Callable[[str], None]:
    """Meta throttles so many messages, and takes those that come after."""
    refusals = iter([meta_error(130429)] * count)

    def answer(_alias: str) -> None:
        if refusal := next(refusals, None):
            raise refusal

    return answer


# ---- what is sent


def test_a_message_is_sent_and_shown_at_once(desk: FrontDesk) -> None:
    sent = desk.write("On our way")

    assert (sent.outcome, sent.wamid) == (Outcome.ACCEPTED, "wamid.1")
    newest = desk.timeline()[0].message
    assert (newest.wamid, newest.text, newest.origin, newest.state) == (
        "wamid.1",
        "On our way",
        "api",
        "accepted",
    )
    assert desk.meta.heard[0].callback == f"s:{sent.id}"


def test_it_goes_to_the_alias_that_the_customer_was_last_heard_of_under(desk: FrontDesk) -> None:
    hidden = Person.of(bsuid="US.1001")
    desk.sees("wamid.hidden", hidden, at=NOW - 60)

    desk.write()

    assert desk.meta.heard[0].as_json()["recipient"] == "US.1001"
    assert "to" not in desk.meta.heard[0].as_json()
    assert desk.timeline(ANA)[0].message.wamid == "wamid.1"
    assert desk.timeline(hidden)[0].message.wamid == "wamid.1"


def test_a_customer_known_by_username_alone_cannot_be_written_to(desk: FrontDesk) -> None:
    named = Person.of(username="ana.b")
    desk.sees("wamid.named", named)

    with pytest.raises(Invalid, match="phone number or a business-scoped user id"):
        desk.sending.send(TENANT, desk.id(named), SendRequest(TextDraft("Hi"), by="Kim"))

    assert desk.meta.calls == []


def test_a_reply_a_file_and_a_template_go_out_as_meta_wants_them(desk: FrontDesk) -> None:
    link = MediaDraft("image", link="https://shop.example/a.jpg", caption="Your cake")
    request = SendRequest(link, by="Kim", reply_to="wamid.in")

    desk.sending.send(TENANT, desk.id(ANA), request)
    desk.write(draft=TEMPLATE)

    image, template = (body.as_json() for body in desk.meta.heard)
    assert image["image"] == {"link": "https://shop.example/a.jpg", "caption": "Your cake"}
    assert image["context"] == {"message_id": "wamid.in"}
    assert template["template"]["components"] == list(TEMPLATE.components)
    shown = [entry.message for entry in desk.timeline()][:2]
    assert {message.text for message in shown} == {"Your cake", "order_ready: 17:00"}


@pytest.mark.parametrize(
    "draft",
    [
        TextDraft(" "),
        TextDraft("x" * 4097),
        MediaDraft("image"),
        MediaDraft("image", media_id="1", link="https://shop.example/a.jpg"),
        MediaDraft("image", link="file:///etc/passwd"),
        MediaDraft("audio", media_id="1", caption="no"),
        TemplateDraft("Bad Name", "en"),
    ],
)
def test_what_meta_would_not_take_never_leaves(
    desk: FrontDesk, draft: TextDraft | MediaDraft | TemplateDraft
) -> None:
    with pytest.raises(Invalid):
        desk.write(draft=draft)

    assert desk.meta.calls == []
    assert desk.written() == []


# ---- when it may be


@pytest.mark.parametrize(("age", "is_open"), [(WINDOW_SECONDS - 1, True), (WINDOW_SECONDS, False)])
def test_the_window_is_open_for_24_hours_to_the_second(age: int, *, is_open: bool) -> None:
    desk = FrontDesk()
    desk.sees("wamid.in", at=NOW - age)

    if is_open:
        assert desk.write().wamid == "wamid.1"
    else:
        with pytest.raises(WindowClosed, match=r"closed at 2026-09-21 .* UTC: send a template"):
            desk.write()


def test_who_may_not_write_takes_no_turn_of_the_line() -> None:
    desk = FrontDesk()
    desk.sees("wamid.in", at=NOW - WINDOW_SECONDS)

    with pytest.raises(WindowClosed):
        desk.write()

    assert desk.table.get(keys.pace(TENANT, LINE)) is None


def test_a_window_that_closes_while_the_line_s_turn_is_awaited_is_closed() -> None:
    desk = FrontDesk()
    desk.sees("wamid.in", at=NOW - WINDOW_SECONDS + 1)
    desk.time.now = NOW + 0.5
    desk.pace.reserve(TENANT, LINE, rate=20, count=15, people=True)

    with pytest.raises(WindowClosed, match="closed at"):
        desk.write()

    assert desk.time.now >= NOW + 1
    assert (desk.meta.calls, desk.written()) == ([], [])


def test_what_comes_while_the_line_s_turn_is_awaited_opens_the_window_again() -> None:
    desk = FrontDesk()
    desk.sees("wamid.in", at=NOW - WINDOW_SECONDS + 1)
    desk.time.now = NOW + 0.5
    desk.pace.reserve(TENANT, LINE, rate=20, count=15, people=True)
    sleep = desk.time.sleep

    def interrupted(seconds: float) -> None:
        sleep(seconds)
        desk.sees("wamid.more", at=NOW + 1)

    desk.sending._sleep = interrupted
    sent = desk.write()

    assert sent.outcome is Outcome.ACCEPTED


def test_a_template_needs_no_window_at_the_last_moment_either() -> None:
    desk = FrontDesk()
    desk.sees("wamid.in", at=NOW - WINDOW_SECONDS + 1)
    desk.time.now = NOW + 0.5
    desk.pace.reserve(TENANT, LINE, rate=20, count=15, people=True)

    sent = desk.write(draft=TEMPLATE)

    assert sent.outcome is Outcome.ACCEPTED


def test_a_window_in_which_meta_charges_nothing_opens_none_for_words() -> None:
    desk = FrontDesk()
    desk.sees("wamid.in", at=NOW - WINDOW_SECONDS)
    told = StatusNote(LINE, "wamid.1", "sent", NOW - 60, ANA, free_until=NOW + WINDOW_SECONDS)
    desk.talks.note_free(TENANT, told)

    with pytest.raises(WindowClosed):
        desk.write()

    entry_point = desk.reading.conversation(TENANT, desk.id(ANA))[1].entry_point
    assert entry_point is not None
    assert (entry_point.closes_at, entry_point.proven_by) == (NOW + WINDOW_SECONDS, "wamid.1")


@pytest.mark.parametrize(
    ("source", "at"),
    [
        (Source.HISTORY_IN, NOW - 60),
        (Source.ECHO, NOW - 60),
        (Source.INBOUND, ONBOARDED_AT - 1),
    ],
    ids=["imported", "typed on the phone", "written before the line was connected"],
)
def test_only_a_live_message_of_the_customer_opens_the_window(source: Source, at: int) -> None:
    desk = FrontDesk()
    desk.sees("wamid.in", at=at, source=source)

    with pytest.raises(WindowClosed, match="never opened"):
        desk.write()


def test_a_template_needs_no_window() -> None:
    desk = FrontDesk()
    desk.sees("wamid.old", at=NOW - 3 * WINDOW_SECONDS)

    sent = desk.write(draft=TEMPLATE)

    assert sent.outcome is Outcome.ACCEPTED


def test_any_alias_of_the_contact_opens_the_window_of_all(desk: FrontDesk) -> None:
    other = Person.of("15550100009", bsuid="US.1001")
    desk.sees("wamid.old", other, at=NOW - 3 * WINDOW_SECONDS)

    sent = desk.sending.send(TENANT, desk.id(other), SendRequest(TextDraft("Hi"), by="Kim"))

    assert sent.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("state", [LineState.OFFBOARDED, LineState.REMOVED])
def test_a_line_that_is_gone_sends_nothing_and_says_why(desk: FrontDesk, state: LineState) -> None:
    desk.lines.set_state(TENANT, LINE, state, since=LineState.ACTIVE)

    with pytest.raises(Conflict, match="its owner must") as refused:
        desk.write(draft=TEMPLATE)

    assert refused.value.code == f"line_{state}"
    assert desk.meta.calls == []


def test_a_line_in_trouble_says_what_the_trouble_is(desk: FrontDesk) -> None:
    desk.lines.note_trouble(TENANT, LINE, "Add a valid payment method.")

    with pytest.raises(Conflict, match="payment method"):
        desk.write()


@pytest.mark.parametrize("conversation", ["", "x", "AAAA", "\x00", "é" * 10, "A" * 5000])
def test_what_names_no_conversation_is_not_found(desk: FrontDesk, conversation: str) -> None:
    with pytest.raises(NotFound):
        desk.sending.send(TENANT, conversation, SendRequest(TextDraft("Hi"), by="Kim"))


def test_a_person_who_never_had_a_conversation_gets_a_template_and_nothing_else(
    desk: FrontDesk,
) -> None:
    nobody = conversation_id(LINE, "phone:15550100099")

    with pytest.raises(WindowClosed):
        desk.sending.send(TENANT, nobody, SendRequest(TextDraft("Hi"), by="Kim"))
    desk.sending.send(TENANT, nobody, SendRequest(TEMPLATE, by="Kim"))

    assert [call.alias for call in desk.meta.accepted] == ["phone:15550100099"]


@pytest.mark.parametrize("alias", ["username:ana", "parent:US.ENT.1", "phone:1", "bsuid:x"])
def test_who_cannot_be_addressed_has_no_conversation(desk: FrontDesk, alias: str) -> None:
    with pytest.raises(NotFound):
        desk.sending.send(TENANT, conversation_id(LINE, alias), SendRequest(TEMPLATE, by="Kim"))


# ---- what Meta answers


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (131026, RefusedByMeta),
        (131049, RefusedByMeta),
        (131042, RefusedByMeta),
        (130429, TooFast),
        (131056, TooFast),
        (131016, TryAgain),
    ],
)
def test_what_meta_refuses_is_told_and_leaves_no_message(
    desk: FrontDesk, code: int, error: type[Exception]
) -> None:
    desk.meta.answer = say(code)

    with pytest.raises(error) as told:
        desk.write()

    assert type(told.value) is error
    assert desk.written() == []


def test_a_message_that_meta_refused_for_good_is_not_offered_to_it_again(desk: FrontDesk) -> None:
    desk.meta.answer = say(131026)
    with pytest.raises(RefusedByMeta) as first:
        desk.write(key="k")

    with pytest.raises(RefusedByMeta) as second:
        desk.write(key="k")

    assert (str(second.value), second.value.number) == (str(first.value), 131026)
    assert len(desk.meta.calls) == 1


@pytest.mark.parametrize("code", [130429, 131056, 131016])
def test_what_passes_can_be_asked_again_under_the_same_key(desk: FrontDesk, code: int) -> None:
    desk.meta.answer = say(code)
    with pytest.raises(TryAgain):
        desk.write(key="k")
    desk.meta.answer = lambda _: None
    desk.time.now += 60

    sent = desk.write(key="k")

    assert sent.outcome is Outcome.ACCEPTED
    assert desk.written() == [(sent.wamid, "accepted")]


def test_when_meta_throttles_for_a_moment_the_reply_goes_a_moment_later(desk: FrontDesk) -> None:
    desk.meta.answer = stray(2)
    began = desk.time.now

    sent = desk.write()

    assert sent.outcome is Outcome.ACCEPTED
    assert [call.at - began for call in desk.meta.calls] == pytest.approx([0, 0.125, 0.375])
    slot = desk.pace.next_slot(TENANT, LINE, rate=20)
    assert slot > desk.time.now, "the last call, too, was in a slot of its own"
    assert len({call.callback for call in desk.meta.calls}) == 1
    assert desk.written() == [(sent.wamid, "accepted")]


def test_while_meta_throttles_somebody_who_replies_is_told_so_within_a_second(
    desk: FrontDesk,
) -> None:
    desk.meta.answer = say(130429)
    began = desk.time.now

    with pytest.raises(TooFast) as told:
        desk.write()

    assert told.value.wait == 1
    assert began + 0.5 < desk.time.now <= began + 1
    assert len(desk.meta.calls) == 4
    assert desk.written() == []
    again_at = desk.pace.next_slot(TENANT, LINE, rate=20)
    assert again_at == pytest.approx(desk.time.now + 1, abs=1e-3)

    desk.time.now = again_at
    with pytest.raises(TooFast) as told:
        desk.write()
    assert told.value.wait == 2


@pytest.mark.parametrize(("code", "wait"), [(80007, 300), (131057, 60)])
def test_a_long_throttle_holds_the_whole_line(desk: FrontDesk, code: int, wait: int) -> None:
    desk.meta.answer = say(code)

    with pytest.raises(TooFast) as told:
        desk.write()

    assert told.value.wait == wait
    assert len(desk.meta.calls) == 1
    assert desk.pace.next_slot(TENANT, LINE, rate=20) == desk.time.now + wait


def test_nobody_waits_longer_than_a_second_for_a_free_slot(desk: FrontDesk) -> None:
    desk.pace.reserve(TENANT, LINE, rate=20, count=60, people=True)
    began = desk.time.now

    with pytest.raises(TooFast) as told:
        desk.write()

    assert told.value.wait >= 2
    assert desk.time.now == began
    assert desk.meta.calls == []


def test_what_must_be_repaired_first_pauses_the_line(desk: FrontDesk) -> None:
    desk.meta.answer = say(131042)
    with pytest.raises(RefusedByMeta):
        desk.write(key="k")

    with pytest.raises(Conflict, match="payment method"):
        desk.write()

    desk.lines.note_trouble(TENANT, LINE, None)
    desk.meta.answer = lambda _: None
    assert desk.write(key="k").outcome is Outcome.ACCEPTED


def test_a_connection_that_never_opened_sent_nothing(desk: FrontDesk) -> None:
    desk.meta.answer = SayNo(NotSent("no connection"))

    with pytest.raises(TryAgain, match="nothing was sent"):
        desk.write()

    assert desk.written() == []


# ---- the unknown


def test_a_lost_answer_is_shown_as_unknown_and_settled_by_a_status(desk: FrontDesk) -> None:
    desk.meta.silent = True

    sent = desk.write("Are you there?")

    assert sent.outcome is None
    assert desk.written() == [(f"s:{sent.id}", "unknown")]
    desk.tell("delivered")
    assert desk.written() == [("wamid.1", "delivered")]
    assert desk.timeline()[0].message.text == "Are you there?"


def test_an_unknown_send_is_never_repeated_by_asking_again(desk: FrontDesk) -> None:
    desk.meta.silent = True
    first = desk.write(key="k")
    desk.meta.silent = False

    second = desk.write(key="k")

    assert (second.id, second.outcome) == (first.id, None)
    assert len(desk.meta.accepted) == 1


def test_the_same_request_gets_the_same_answer_even_when_the_window_has_closed(
    desk: FrontDesk,
) -> None:
    first = desk.write(key="k")
    desk.time.now += WINDOW_SECONDS

    second = desk.write(key="k")

    assert (second.id, second.wamid) == (first.id, first.wamid)
    assert len(desk.meta.calls) == 1


def test_an_unknown_send_stays_the_answer_when_the_window_has_closed(desk: FrontDesk) -> None:
    desk.meta.silent = True
    first = desk.write(key="k")
    desk.time.now += WINDOW_SECONDS

    second = desk.write(key="k")

    assert second == first


def test_a_write_that_the_client_repeated_by_itself_is_still_ours(desk: FrontDesk) -> None:
    insert = desk.table.insert

    def repeated(key: Key, row: Row) -> bool:
        insert(key, row)
        return insert(key, row)

    desk.table.insert = repeated  # type: ignore[method-assign]

    sent = desk.write()

    assert sent.outcome is Outcome.ACCEPTED


def test_a_key_used_for_another_message_is_a_conflict(desk: FrontDesk) -> None:
    desk.write("Hello", key="k")

    with pytest.raises(Conflict) as told:
        desk.write("Goodbye", key="k")

    assert told.value.code == "key_reused"
    assert len(desk.meta.calls) == 1


def test_without_a_key_the_same_words_are_two_messages(desk: FrontDesk) -> None:
    desk.write("Hello")
    desk.write("Hello")

    assert [wamid for wamid, _ in desk.written()] == ["wamid.2", "wamid.1"]


def test_a_status_that_overtakes_the_answer_gives_one_message(desk: FrontDesk) -> None:
    desk.meta.answer = lambda _: None
    take = desk.meta.send

    def told_first(line: str, body: object) -> object:
        accepted = take(line, body)  # type: ignore[arg-type]
        desk.tell("sent")
        return accepted

    desk.meta.send = told_first  # type: ignore[method-assign,assignment]

    sent = desk.write()

    assert desk.written() == [(sent.wamid, "sent")]


def test_a_callback_of_another_line_or_of_nobody_settles_nothing(desk: FrontDesk) -> None:
    desk.meta.silent = True
    sent = desk.write()
    desk.line = "another"

    desk.tell("delivered")

    send = desk.sends.get(TENANT, sent.id)
    assert send is not None
    assert send.outcome is None


@pytest.mark.parametrize("key", [None, "k"], ids=["without a key", "with a key"])
@pytest.mark.parametrize("after_effect", [False, True], ids=["before the call", "after the call"])
@pytest.mark.parametrize("strays", [0, 2], ids=["", "throttled twice"])
def test_whichever_call_is_its_last_nobody_gets_two_and_nothing_accepted_is_hidden(
    key: str | None, *, after_effect: bool, strays: int
) -> None:
    deaths = 0
    for at in range(1, 60):
        desk = FrontDesk()
        desk.sees("wamid.in")
        desk.meta.answer = stray(strays)
        desk.light(Fuse(at, after_effect=after_effect))
        try:
            desk.write(key=key)
        except Died:
            deaths += 1
        desk.light(None)
        desk.revive()
        taken = len(desk.meta.accepted)
        shown = desk.written()

        # What Meta took is in the timeline at once, and once: by its wamid, or as unknown.
        assert len(shown) >= taken, f"hidden after call {at}"
        assert len(shown) <= 1
        assert taken <= 1

        if key:
            # Asking again under the key never makes a second message.
            again = desk.write(key=key)
            assert len(desk.meta.accepted) <= 1, f"doubled after call {at}"
            assert again.wamid or shown[0][1] == "unknown"

        desk.tell("delivered")
        if desk.meta.accepted:
            (call,) = desk.meta.accepted
            assert desk.written() == [(call.wamid, "delivered")], f"after call {at}"
    assert deaths > 10


def test_a_refusal_is_one_of_ours(desk: FrontDesk) -> None:
    desk.meta.answer = say(132000)

    with pytest.raises(Refusal, match="Correct the template") as told:
        desk.write(draft=TEMPLATE)

    assert told.value.code == "refused_by_meta"


@pytest.mark.parametrize(
    ("kind", "open_window", "refused"),
    [
        ("RESTRICTED_BIZ_INITIATED_MESSAGING", False, True),
        ("RESTRICTED_BIZ_INITIATED_MESSAGING", True, False),
        ("RESTRICTED_CUSTOMER_INITIATED_MESSAGING", True, True),
        ("RESTRICTED_ADD_PHONE_NUMBER_ACTION", False, False),
    ],
)
@pytest.mark.parametrize("until", [NOW + 60, NOW - 60, None])
def test_what_meta_restricts_is_refused_until_it_ends(
    kind: str, open_window: bool, refused: bool, until: int | None
) -> None:
    restricted = Restriction(kind, until)

    why = forbidden(Standing(restrictions=(restricted,)), first=not open_window, now=NOW)

    assert (why is not None) is (refused and until == NOW + 60)


def test_a_restricted_line_says_until_when(desk: FrontDesk) -> None:
    desk.sees("wamid.1", ANA, at=NOW - 60)
    told = {"type": "RESTRICTED_CUSTOMER_INITIATED_MESSAGING", "until": NOW + 60}
    restrictions = {"restrictions": [told]}
    desk.lines.note_told(TENANT, LINE, Topic.RESTRICTION, restrictions, at=NOW)

    with pytest.raises(Conflict) as refused:
        desk.sending.send(TENANT, desk.id(ANA), SendRequest(TextDraft("Hi"), by="Kim"))

    assert refused.value.code == "line_restricted"
    assert "until" in str(refused.value)
    assert desk.meta.calls == []
