"""Acts, messages, statuses and files of a conversation in any order: one state, and the right one.

What must be shown is computed here from the bare set of facts, in the plainest way there is.
"""

from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.model.message import Message
from tandem.store.keys import Key
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import LINE, NUMBER, ONBOARDED_AT, TENANT, Workbench
from tests.laws.webhooks import deliveries, value

ANA = "15550100001"
MESSAGES = {"wamid.A": ANA, "wamid.B": NUMBER}
"""Two messages and who wrote them."""


@dataclass(frozen=True)
class Fact:
    """One row of a webhook: `field` carries it, `by` did it at `at`."""

    field: str
    by: str
    at: int
    row: dict[str, Any]

    @property
    def kind(self) -> str:
        return str(self.row["type"])

    @property
    def target(self) -> str:
        said = self.row.get(self.kind, {})
        return str(said.get("original_message_id") or said.get("message_id"))

    def change(self) -> tuple[str, Any]:
        rows = {"messages": "messages", "smb_message_echoes": "message_echoes"}
        if self.kind == "status":
            return "messages", value(statuses=[self.row["status"]])
        if self.field == "history":
            place = {"phase": 0, "chunk_order": 1, "progress": 50}
            return "history", value(
                history=[{"metadata": place, "threads": [{"id": ANA, "messages": [self.row]}]}]
            )
        return self.field, value(**{rows[self.field]: [self.row]})


@st.composite
def facts(draw: st.DrawFn) -> list[Fact]:
    """A few facts about the two messages; each has a wamid that is nobody else's."""
    found = []
    for number in range(draw(st.integers(1, 7))):
        about = draw(st.sampled_from(sorted(MESSAGES)))
        kind = draw(
            st.sampled_from(
                ["text", "text", "ghost", "edit", "edit", "revoke", "reaction", "status"]
            )
        )
        own = kind in ("text", "ghost")
        by = MESSAGES[about] if own or kind == "status" else draw(st.sampled_from([ANA, NUMBER]))
        at = ONBOARDED_AT + (0 if own else draw(st.integers(1, 3)))
        live = "messages" if by == ANA else "smb_message_echoes"
        field = live if kind == "ghost" else draw(st.sampled_from([live, "history"]))
        bodies: dict[str, Any] = {
            "text": {"body": f"words of {about}"},
            "ghost": {"type": "unknown"},
            "edit": {
                "original_message_id": about,
                "message": {
                    "context": {"id": "M0"},
                    "type": "text",
                    "text": {"body": f"words number {number}"},
                },
            },
            "revoke": {"original_message_id": about},
            "reaction": {
                "message_id": about,
                "emoji": draw(st.sampled_from(["\U0001f44d", "*", ""])),
            },
            "status": {
                "id": about,
                "status": "delivered",
                "timestamp": str(at),
                "recipient_id": ANA,
            },
        }
        called = "unsupported" if kind == "ghost" else kind
        row = {
            "id": about if own else f"wamid.{number}",
            "timestamp": str(at),
            "from": by,
            "to": ANA if by == NUMBER else None,
            "type": called,
            called: bodies[kind],
            "errors": [{"code": 131060, "title": "not available"}] if kind == "ghost" else None,
        }
        row = {name: content for name, content in row.items() if content is not None}
        found.append(Fact(field, by, at, row))
    return found


def must_show(wamid: str, facts: list[Fact]) -> dict[str, Any] | None:
    """What a person must be shown of one message; None when nothing has told of it."""
    acts = [fact for fact in facts if fact.target == wamid]
    own = [fact for fact in facts if fact.row["id"] == wamid]
    statuses = [f for f in facts if f.kind == "status" and f.row["status"]["id"] == wamid]
    if not (acts or own or statuses):
        return None
    text = next((fact.row["text"]["body"] for fact in own if fact.kind == "text"), None)
    ghost = bool(own) and text is None
    text = "not available" if ghost else text
    edits = sorted((f.at, f.row["id"], f) for f in acts if f.kind == "edit")
    if edits:
        text, ghost = edits[-1][2].row["edit"]["message"]["text"]["body"], False
    revokes = sorted((f.at, f.by != NUMBER) for f in acts if f.kind == "revoke")
    reactions = {}
    for fact in sorted(acts, key=lambda fact: (fact.at, fact.row["id"])):
        if fact.kind == "reaction":
            reactions["business" if fact.by == NUMBER else "customer"] = fact
    waits = {"statuses"} if statuses else set()
    return {
        "text": None if revokes else text,
        "ghost": ghost,
        "edited_at": edits[-1][0] if edits else None,
        "revoked": (revokes[0][0], "customer" if revokes[0][1] else "business")
        if revokes
        else None,
        "reactions": {
            side: fact.row["reaction"]["emoji"]
            for side, fact in reactions.items()
            if fact.row["reaction"]["emoji"]
        },
        "delivered": bool(statuses),
        "waits_for": None if own else waits | {fact.kind for fact in acts},
        "since": None if own else min(fact.at for fact in [*acts, *statuses]),
    }


def shown(message: Message | None) -> dict[str, Any] | None:
    if message is None:
        return None
    revoked, wait = message.revoked, message.wait
    return {
        "text": message.text,
        "ghost": message.ghost,
        "edited_at": message.edited_at,
        "revoked": revoked and (revoked.at, revoked.by),
        "reactions": {one.by: one.emoji for one in message.reactions},
        "delivered": any(status.state == "delivered" for status in message.statuses),
        "waits_for": None if wait is None else set(wait.waits_for),
        "since": None if wait is None else wait.since(ONBOARDED_AT),
    }


def delivered(bodies: list[bytes]) -> tuple[Workbench, dict[Key, dict[str, Any]]]:
    table = MemoryTable()
    bench = Workbench(table)
    bench.deliver(*bodies)
    return bench, table.contents()


@settings(max_examples=150, deadline=None)
@given(data=st.data(), told=facts())
def test_whatever_comes_first_each_message_shows_what_was_done_to_it(
    data: st.DataObject, told: list[Fact]
) -> None:
    changes = [fact.change() for fact in told]

    bench, state = delivered(data.draw(deliveries(changes)))
    _, otherwise = delivered(data.draw(deliveries(changes)))

    assert {wamid: shown(bench.messages.get(TENANT, LINE, wamid)) for wamid in MESSAGES} == {
        wamid: must_show(wamid, told) for wamid in MESSAGES
    }
    timeline, _ = bench.messages.timeline(TENANT, LINE, f"phone:{ANA}", limit=100)
    own = {fact.row["id"] for fact in told if fact.row["id"] in MESSAGES}
    assert sorted(message.wamid for message in timeline) == sorted(own)
    acts = {fact.row["id"] for fact in told if fact.kind != "status"} - own
    assert all(bench.messages.get(TENANT, LINE, wamid) for wamid in acts)
    assert otherwise == state
