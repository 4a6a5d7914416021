"""A line that has lived: what Meta sent, what we sent and read ourselves, and replays of it."""

from typing import Any

from tandem.conversations.recording import Recording
from tandem.model.events import Content, Sighting, Source
from tandem.model.identity import Person
from tandem.model.line import Line, LineState, Mode
from tandem.model.message import StoredFile
from tandem.replay.rebuilding import Days
from tandem.replay.repairing import Replay
from tandem.runtime.replaying import replay_of
from tandem.store.table import Table
from tests.fakes.bodies import body, body_of
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import LINE, NUMBER, ONBOARDED_AT, SYNC, TENANT, WABA, Workbench

ANA, BEN = "15550100042", "15550100043"
OTHER_LINE, OTHER_NUMBER = "106540352242999", "15550100009"
NOW = ONBOARDED_AT + 10_000


def said(wamid: str, text: str, *, by: str = ANA, at: int = ONBOARDED_AT + 5) -> dict[str, Any]:
    """A message of a customer as Meta sends it."""
    return {"id": wamid, "from": by, "timestamp": str(at), "type": "text", "text": {"body": text}}


def chunk(*rows: dict[str, Any], order: int = 1, thread: str = ANA) -> dict[str, Any]:
    place = {"phase": 0, "chunk_order": order, "progress": 100}
    return {"history": [{"metadata": place, "threads": [{"id": thread, "messages": list(rows)}]}]}


def status(wamid: str, state: str, at: int = ONBOARDED_AT + 50) -> dict[str, Any]:
    return {"id": wamid, "status": state, "timestamp": str(at), "recipient_id": ANA}


CONTACT = {
    "type": "contact",
    "action": "add",
    "metadata": {"timestamp": str(ONBOARDED_AT + 9)},
    "contact": {"full_name": "Ana A.", "first_name": "Ana", "phone_number": ANA},
}
PICTURE = {"type": "image", "image": {"id": "m1", "mime_type": "image/jpeg", "caption": "look"}}
PAST = [said(f"wamid.past.{n}", f"once {n}", at=1000 + n) for n in range(5)]
LIFE = (
    body_of(("history", chunk(*PAST, {"id": "broken"}))),
    body_of(("history", chunk(*[{**row, "from": BEN} for row in PAST[:1]], order=2, thread=BEN))),
    body("smb_app_state_sync", state_sync=[CONTACT]),
    body("messages", messages=[said("wamid.live", "hello")]),
    body("messages", messages=[{**said("wamid.picture", "", by=BEN), **PICTURE}]),
    body_of(
        (
            "smb_message_echoes",
            {"message_echoes": [{**said("wamid.echo", "yes", by=NUMBER), "to": ANA}]},
        ),
        (
            "messages",
            {"statuses": [status("wamid.api", "delivered"), status("wamid.echo", "read")]},
        ),
    ),
    body("a_new_field", anything=1),
    body("account_update", event="ACCOUNT_OFFBOARDED"),
)


def lived(*bodies: bytes, table: Table | None = None) -> Workbench:
    """A line to which all of `LIFE` (or these bodies) came, and on which the team has worked."""
    bench = Workbench(MemoryTable() if table is None else table)
    bench.deliver(*(bodies or LIFE))
    work(bench)
    return bench


def work(bench: Workbench) -> None:
    """What no webhook says: a reply of ours, a file that was fetched, what the team has read."""
    if bench.messages.get(TENANT, LINE, "wamid.picture"):
        bench.messages.note_file(
            TENANT, LINE, "wamid.picture", StoredFile("m1", key="k", sha256="0", size=1)
        )
    recording(bench).record(
        TENANT,
        Sighting(
            LINE, "wamid.api", Source.API, NOW, Person(phone=ANA), Content("text", text="a reply")
        ),
    )
    bench.talks.mark_read(TENANT, LINE, f"phone:{ANA}", NOW)


def recording(bench: Workbench) -> Recording:
    return Recording(messages=bench.messages, talks=bench.talks, people=bench.people)


def replay(
    bench: Workbench,
    *,
    line: str | None = LINE,
    days: Days = Days(),  # noqa: B008 - a tuple
    table: Table | None = None,
) -> Replay:
    return replay_of(table or bench.table, bench.archive, tenant=TENANT, line=line, days=days)


def connect_another(bench: Workbench) -> None:
    """The tenant connects a second number."""
    bench.lines.save_connected(
        Line(
            tenant=TENANT,
            line=OTHER_LINE,
            waba=WABA,
            display_number=OTHER_NUMBER,
            mode=Mode.COEXISTENCE,
            state=LineState.ACTIVE,
            onboarded_at=ONBOARDED_AT,
            sync=f"{SYNC}-2",
        )
    )
