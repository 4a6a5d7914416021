"""Law 6: what is imported is never unread, opens no window, and starts nothing."""

from typing import Any

import pytest

from tandem.model.message import Conversation, MessageState
from tests.fakes.bodies import body
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import LINE, NUMBER, ONBOARDED_AT, TENANT, Workbench

CUSTOMER = "15550100042"
SOON = ONBOARDED_AT + 60


def row(wamid: str, at: int, **more: Any) -> dict[str, Any]:
    written = {"type": "text", "text": {"body": wamid}}
    return {"id": wamid, "timestamp": str(at), "from": CUSTOMER, **written, **more}


def chunk(*rows: dict[str, Any]) -> bytes:
    place = {"phase": 0, "chunk_order": 1, "progress": 100}
    thread = {"id": CUSTOMER, "messages": list(rows)}
    return body("history", history=[{"metadata": place, "threads": [thread]}])


PICTURE = row("wamid.past", SOON, type="image", image={"id": "m1", "mime_type": "image/jpeg"})
IMPORTED = {
    "a chunk": [chunk(row("wamid.past", SOON))],
    "a chunk of rows such as nobody documents": [
        chunk(row("wamid.past", SOON, history_context={"status": "read", "from_me": False}))
    ],
    "a chunk without its place": [
        body(
            "history",
            history=[{"threads": [{"id": CUSTOMER, "messages": [row("wamid.past", SOON)]}]}],
        )
    ],
    "a file before its message": [
        body("history", messages=[PICTURE]),
        chunk(row("wamid.past", SOON)),
    ],
    "a file behind its message": [
        chunk(row("wamid.past", SOON)),
        body("history", messages=[PICTURE]),
    ],
    "a file of the owner's": [
        chunk(row("wamid.past", SOON)),
        body("history", message_echoes=[{**PICTURE, "from": NUMBER, "to": CUSTOMER}]),
    ],
}


def conversation(bench: Workbench) -> Conversation:
    found = bench.talks.get(TENANT, LINE, f"phone:{CUSTOMER}")
    assert found is not None
    return found


@pytest.mark.parametrize("bodies", IMPORTED.values(), ids=IMPORTED)
def test_what_is_imported_is_never_unread_and_opens_no_window(bodies: list[bytes]) -> None:
    bench = Workbench(MemoryTable())

    bench.deliver(*bodies)

    message = bench.messages.get(TENANT, LINE, "wamid.past")
    talk = conversation(bench)
    assert message is not None
    assert message.imported
    assert talk.last_activity_at == SOON
    assert not talk.unread
    assert talk.window(now=SOON + 1, onboarded_at=ONBOARDED_AT) is None


def test_a_file_without_its_message_waits_and_makes_no_conversation() -> None:
    bench = Workbench(MemoryTable())

    bench.deliver(body("history", messages=[PICTURE]))

    ((waiting,), _) = bench.messages.shelf(TENANT, LINE, limit=10)
    assert (waiting.wamid, waiting.state) == ("wamid.past", MessageState.WAITING)
    assert bench.talks.get(TENANT, LINE, f"phone:{CUSTOMER}") is None


@pytest.mark.parametrize("bodies", IMPORTED.values(), ids=IMPORTED)
def test_what_also_came_live_is_live(bodies: list[bytes]) -> None:
    bench = Workbench(MemoryTable())

    bench.deliver(*bodies, body("messages", messages=[row("wamid.past", SOON)]))

    message = bench.messages.get(TENANT, LINE, "wamid.past")
    talk = conversation(bench)
    assert message is not None
    assert not message.imported
    assert talk.unread
    assert talk.window(now=SOON + 1, onboarded_at=ONBOARDED_AT) is not None


@pytest.mark.parametrize(
    ("at", "opens"), [(ONBOARDED_AT - 1, False), (ONBOARDED_AT, True)], ids=["before", "since"]
)
def test_a_window_is_opened_only_by_what_came_since_the_line_was_connected(
    at: int, *, opens: bool
) -> None:
    bench = Workbench(MemoryTable())

    bench.deliver(body("messages", messages=[row("wamid.1", at)]))

    window = conversation(bench).window(now=ONBOARDED_AT + 5, onboarded_at=ONBOARDED_AT)
    assert (window is not None) is opens


def wrote(kind: str, **more: Any) -> bytes:
    return body("messages", messages=[row("wamid.1", SOON, type=kind, **more)])


ECHO = row("wamid.1", SOON, **{"from": NUMBER, "to": CUSTOMER})
STATUS = {"id": "w", "status": "read", "timestamp": str(SOON), "recipient_id": CUSTOMER}
NO_OPENERS = {
    "an echo": body("smb_message_echoes", message_echoes=[ECHO]),
    "a ghost": wrote("unsupported", errors=[{"code": 131060, "title": "not here"}]),
    "a reaction": wrote("reaction", reaction={"message_id": "wamid.0", "emoji": "x"}),
    "an edit": wrote("edit", edit={"original_message_id": "wamid.0"}),
    "a revoke": wrote("revoke", revoke={"original_message_id": "wamid.0"}),
    "a status": body("messages", statuses=[STATUS], messages=[row("wamid.old", ONBOARDED_AT - 9)]),
}


@pytest.mark.parametrize("said", NO_OPENERS.values(), ids=NO_OPENERS)
def test_only_what_a_customer_writes_opens_a_window(said: bytes) -> None:
    bench = Workbench(MemoryTable())

    bench.deliver(said)

    assert conversation(bench).window(now=SOON + 1, onboarded_at=ONBOARDED_AT) is None
