"""People, from the webhooks that name them: who is one person, and who has no number at all."""

from itertools import permutations
from typing import Any

import pytest

from tandem.conversations.contacts import Search
from tandem.model.contact import Contact, contact_id
from tandem.model.events import Origin
from tandem.model.identity import Person
from tests.fakes.bodies import body, body_of
from tests.fakes.broadcast_world import NOW
from tests.fakes.front_desk import FrontDesk
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import LINE, ONBOARDED_AT, TENANT, Workbench

OLD, NEW = "15550100001", "15550100009"
LONG, SHORT = "5523987650100", "552387650100"


def text(wamid: str, **sender: str) -> dict[str, Any]:
    said = {"type": "text", "text": {"body": wamid}}
    return {"id": wamid, "timestamp": str(ONBOARDED_AT + 5), **sender, **said}


def wrote(phone: str | None, bsuid: str | None = None, wamid: str = "wamid.1") -> bytes:
    who = {"from": phone, "from_user_id": bsuid}
    sender = {key: value for key, value in who.items() if value}
    return body("messages", messages=[text(wamid, **sender)])


def told(kind: str, sender: dict[str, str] | None = None, **system: str) -> bytes:
    row = {
        "id": f"wamid.{kind}",
        "timestamp": str(ONBOARDED_AT + 9),
        "type": "system",
        "system": {"type": kind, "body": "\u200echanged", **system},
        **(sender or {}),
    }
    return body("messages", messages=[row])


def contact_after(*bodies: bytes, alias: str) -> Contact:
    bench = Workbench(MemoryTable())
    bench.deliver(*bodies)
    return bench.people.contact(TENANT, alias)


CHANGES = {
    "number": told("user_changed_number", {"from": OLD}, wa_id=NEW),
    "number, older": told("user_changed_number", {"from": OLD}, new_wa_id=NEW),
    "number and id": told(
        "user_changed_number",
        {"from": OLD},
        wa_id=NEW,
        user_id="US.9",
        previous_user_id="US.1",
    ),
    "number and id, untold before": told(
        "user_changed_number", {"from": OLD}, wa_id=NEW, user_id="US.9"
    ),
    "id, nobody named": told("user_changed_user_id", user_id="US.9", previous_user_id="US.1"),
    "id, untold before": told("user_changed_user_id", {"from": OLD}, user_id="US.9"),
    "id, sent by the new one": told(
        "user_changed_user_id",
        {"from": OLD, "from_user_id": "US.9"},
        user_id="US.9",
        previous_user_id="US.1",
    ),
    "withdrawn field": body(
        "user_id_update",
        user_id_update=[
            {
                "wa_id": OLD,
                "timestamp": str(ONBOARDED_AT + 9),
                "user_id": {"previous": "US.1", "current": "US.9"},
            }
        ],
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_before_and_after_a_change_is_one_person_in_any_order(change: bytes) -> None:
    phone = NEW if NEW.encode() in change else OLD
    after = wrote(phone, "US.9", "wamid.2")

    for order in permutations([wrote(OLD, "US.1"), change, after]):
        contact = contact_after(*order, alias="bsuid:US.1")

        assert {f"phone:{OLD}", f"phone:{phone}", "bsuid:US.1", "bsuid:US.9"} <= contact.aliases
        assert not contact.ambiguous


def test_a_number_with_another_user_id_and_no_word_of_a_change_is_marked() -> None:
    before, after = wrote(OLD, "US.1"), wrote(OLD, "US.2", "wamid.2")

    for order in permutations([before, after]):
        assert contact_after(*order, alias=f"phone:{OLD}").ambiguous


def test_a_change_that_names_nobody_before_ties_nothing() -> None:
    change = told("user_changed_user_id", user_id="US.9")

    contact = contact_after(wrote(OLD, "US.1"), change, alias="bsuid:US.9")

    assert contact.aliases == {"bsuid:US.9"}


# ---- numbers with two spellings


def test_a_profile_belongs_to_its_row_in_either_spelling() -> None:
    bench = Workbench(MemoryTable())
    entry = {"wa_id": SHORT, "user_id": "BR.1", "profile": {"name": "Bia"}}

    bench.deliver(body("messages", contacts=[entry], messages=[text("wamid.1", **{"from": LONG})]))

    assert bench.kept.page(TENANT, limit=9)[0] == ()
    assert bench.people.contact(TENANT, "bsuid:BR.1").seen == {f"phone:{LONG}", "bsuid:BR.1"}


@pytest.mark.parametrize("sender", [LONG, SHORT])
def test_the_line_itself_is_known_in_either_spelling(sender: str) -> None:
    bench = Workbench(MemoryTable())
    echo = text("wamid.echo", **{"from": sender, "to": OLD})
    row = text("wamid.past", **{"from": sender}) | {"history_context": {"status": "READ"}}
    thread = {"id": OLD, "messages": [row]}
    place = {"phase": 0, "chunk_order": 1, "progress": 100}

    bench.deliver(
        body_of(("smb_message_echoes", {"message_echoes": [echo]}), number=LONG),
        body_of(("messages", {"messages": [echo | {"id": "wamid.odd"}]}), number=LONG),
        body_of(("history", {"history": [{"metadata": place, "threads": [thread]}]}), number=LONG),
    )

    for wamid in ("wamid.echo", "wamid.odd", "wamid.past"):
        message = bench.messages.get(TENANT, LINE, wamid)
        assert message is not None
        assert (message.origin, message.contact) == (Origin.APP, f"phone:{OLD}")
        assert "from" not in message.extra


def test_an_answer_in_the_other_spelling_is_in_the_same_conversation() -> None:
    desk = FrontDesk()
    desk.sees("wamid.1", Person.of(LONG))
    desk.sees("wamid.2", Person.of(SHORT, bsuid="BR.1"), at=NOW - 60)

    timelines = {
        tuple(entry.message.wamid for entry in desk.timeline(Person.of(phone)))
        for phone in (LONG, SHORT)
    }
    inbox, _ = desk.reading.inbox(desk.tenant, desk.line, limit=9)

    assert timelines == {("wamid.2", "wamid.1")}
    assert len(inbox) == 1
    assert inbox[0].addressed == f"phone:{SHORT}"


@pytest.mark.parametrize("asked", [LONG, SHORT])
def test_a_conversation_begun_in_the_other_spelling_is_the_one_that_there_is(asked: str) -> None:
    desk = FrontDesk()
    desk.sees("wamid.1", Person.of(SHORT))

    whole = desk.reading.conversation_with(desk.tenant, desk.line, phone=asked)

    assert whole.id == desk.reading.inbox(desk.tenant, desk.line, limit=9)[0][0].id
    assert (whole.named, whole.addressed) == ((f"phone:{SHORT}",), f"phone:{SHORT}")


# ---- nobody needs a number


def test_somebody_without_a_number_is_everywhere_that_others_are() -> None:
    desk = FrontDesk()
    hidden = Person.of(bsuid="US.77", username="cleo", name="Cléo")
    desk.sees("wamid.1", hidden)

    (whole,), _ = desk.reading.inbox(desk.tenant, desk.line, limit=9)
    (listed,), _ = desk.contacts.find(desk.tenant, Search(username="cleo"), limit=9)
    asked = desk.reading.conversation_with(desk.tenant, desk.line, bsuid="US.77")

    assert whole.conversation.name == listed.name == "Cléo"
    assert whole.id == asked.id == listed.conversations[0].id
    assert listed == desk.contacts.get(desk.tenant, contact_id("bsuid:US.77"))
