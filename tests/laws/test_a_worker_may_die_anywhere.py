"""Kill the intake at every single call to AWS and Graph: the retry loses and doubles nothing.

The calls are those of boto3, made by the real handlers in their real wiring: the table, the
buckets, the queues, the secret, the file. `make prove SUITE=crashes` does the same to as many
stories as one likes.
"""

from typing import Any

import pytest

from tandem.store.lines import Lines
from tests.fakes.bodies import body_of
from tests.fakes.memory_cloud import MemoryCloud, narrow_queue
from tests.laws.world.deaths import Death, every_death, every_death_in
from tests.laws.world.generation import Story
from tests.laws.world.house import NARROW, connect

TIMED = {"time": 1700}
"""A notice without a time of its own would take that of its receipt."""


def message(wamid: str, at: int, **more: Any) -> dict[str, Any]:
    text = {"type": "text", "text": {"body": wamid}}
    return {"id": wamid, "timestamp": str(at), **text, **more}


def act(wamid: str, sender: str, kind: str, **said: Any) -> dict[str, Any]:
    more = {"emoji": "\U0001f44d"} if kind == "reaction" else {}
    row = {"id": wamid, "timestamp": "1900", "from": sender, "type": kind}
    return {**row, kind: {**said, **more}}


CHUNK = {
    "metadata": {"phase": 0, "chunk_order": 1, "progress": 100},
    "threads": [
        {
            "id": phone,
            "context": {"wa_id": phone, "user_id": f"US.{phone[-3:]}"},
            "messages": [
                *[message(f"wamid.{phone}.{n}", 1000 + n, **{"from": phone}) for n in range(30)],
                act(f"wamid.{phone}.act", phone, "reaction", message_id=f"wamid.{phone}.1"),
                {"id": "broken"},
            ],
        }
        for phone in ("15550100001", "15550100002")
    ],
}
PICTURE = message(
    "wamid.15550100001.4",
    1004,
    **{"from": "15550100001"},
    type="image",
    image={"id": "m1", "mime_type": "image/jpeg"},
)
LIVE = message("wamid.live", 2000, **{"from": "15550100001", "from_user_id": "US.001"})
STATUS = {
    "id": "wamid.15550100001.3",
    "status": "read",
    "timestamp": "1500",
    "recipient_id": "15550100001",
}
CONTACT = {
    "type": "contact",
    "action": "add",
    "metadata": {"timestamp": "1600"},
    "contact": {"full_name": "Ana", "phone_number": "15550100001"},
}
EDIT = act(
    "wamid.edit",
    "15550100001",
    "edit",
    original_message_id="wamid.live",
    message={"type": "image", "image": {"id": "m1", "caption": "now"}},
)
REVOKE = act("wamid.revoke", "15550100002", "revoke", original_message_id="wamid.15550100002.2")
REACTION = act("wamid.reaction", "15550100001", "reaction", message_id="wamid.15550100001.3")
BODIES = [
    body_of(("messages", {"messages": [EDIT, REVOKE]}), **TIMED),
    body_of(
        ("messages", {"statuses": [STATUS]}),
        ("smb_app_state_sync", {"state_sync": [CONTACT]}),
        **TIMED,
    ),
    body_of(("history", {"history": [CHUNK]}), ("a_new_field", {"x": 1}), **TIMED),
    body_of(
        ("messages", {"messages": [LIVE]}),
        ("account_update", {"event": "ACCOUNT_OFFBOARDED"}),
        **TIMED,
    ),
    body_of(("history", {"messages": [PICTURE]}), **TIMED),
    body_of(("messages", {"messages": [REACTION, EDIT]}), **TIMED),
]


STORIES = (Story(((1, 3), (7, 5), (8, 2), (20, 1), (10, 4))), Story(((3, 1), (7, 11), (6, 8)), 5))


def test_whichever_call_is_its_last_the_retry_ends_in_the_same_state() -> None:
    deaths = list(every_death(BODIES))

    assert harm_of(deaths) == []
    assert len(deaths) > 150


@pytest.mark.parametrize("story", STORIES, ids=["a talk and its import", "a ghost"])
def test_a_story_may_be_interrupted_at_any_call(story: Story) -> None:
    deaths = list(every_death_in(story))

    assert harm_of(deaths) == [], str(story)
    assert len(deaths) > 80


def harm_of(deaths: list[Death]) -> list[Death]:
    """The deaths after which something is otherwise."""
    return [death for death in deaths if death.differs]


def test_every_client_of_the_workers_is_on_the_wire() -> None:
    cloud = MemoryCloud()
    connect(Lines(cloud.table))

    with cloud.process(), narrow_queue(NARROW):
        for one in BODIES:
            cloud.post(one)
        cloud.work()

    assert set(cloud.wire.calls) >= {
        *("GetItem", "UpdateItem", "BatchExecuteStatement", "Query"),
        *("PutObject", "GetObject", "SendMessage", "SendMessageBatch", "GetSecretValue"),
        *("GetMedia", "Download"),
    }
