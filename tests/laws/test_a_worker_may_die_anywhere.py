"""Kill an intake worker at every single call: the retry loses nothing and doubles nothing."""

import json
from typing import Any

import pytest

from tandem.model.errors import TryAgain
from tests.fakes.crashing import CrashingTable, Died, Fuse
from tests.fakes.workbench import LINE, NUMBER, WABA, Workbench


def body(*changes: tuple[str, dict[str, Any]]) -> bytes:
    metadata = {"display_phone_number": NUMBER, "phone_number_id": LINE}
    told = [{"field": field, "value": {"metadata": metadata, **rows}} for field, rows in changes]
    return json.dumps({"entry": [{"id": WABA, "changes": told}]}).encode()


def message(wamid: str, at: int, **more: Any) -> dict[str, Any]:
    return {"id": wamid, "timestamp": str(at), "type": "text", "text": {"body": wamid}, **more}


CHUNK = {
    "metadata": {"phase": 0, "chunk_order": 1, "progress": 100},
    "threads": [
        {
            "id": phone,
            "context": {"wa_id": phone, "user_id": f"US.{phone[-3:]}"},
            "messages": [
                *[message(f"wamid.{phone}.{n}", 1000 + n, **{"from": phone}) for n in range(30)],
                {"id": "broken"},
            ],
        }
        for phone in ("15550100001", "15550100002")
    ],
}
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
BODIES = [
    body(("messages", {"statuses": [STATUS]}), ("smb_app_state_sync", {"state_sync": [CONTACT]})),
    body(("history", {"history": [CHUNK]}), ("a_new_field", {"x": 1})),
    body(("messages", {"messages": [LIVE]})),
]


@pytest.mark.parametrize("after_effect", [False, True], ids=["before the call", "after the call"])
def test_whichever_call_is_its_last_the_retry_ends_in_the_same_state(*, after_effect: bool) -> None:
    undisturbed = CrashingTable()
    Workbench(undisturbed).deliver(*BODIES)
    deaths = 0

    while True:
        table = CrashingTable()
        first = Workbench(table)
        for one in BODIES:
            first.post(one)
        table.fuse = Fuse(deaths + 1, after_effect=after_effect)
        try:
            first.work()
        except Died:
            deaths += 1
        else:
            break
        table.fuse = None
        second = Workbench(table)
        second.queueing, second.archive.claims = first.queueing, first.archive.claims
        second.work()
        assert table.contents() == undisturbed.contents(), f"died at call {deaths}"

    assert deaths > 15


@pytest.mark.parametrize("after_effect", [False, True], ids=["before the call", "after the call"])
def test_whichever_call_fails_the_same_worker_ends_in_the_same_state(*, after_effect: bool) -> None:
    """What a process remembers must not be ahead of what it wrote."""
    undisturbed = CrashingTable()
    Workbench(undisturbed).deliver(*BODIES)
    faults = 0

    while True:
        table = CrashingTable()
        bench = Workbench(table)
        for one in BODIES:
            bench.post(one)
        table.fuse = Fuse(faults + 1, after_effect=after_effect, end=TryAgain("throttled"))
        try:
            bench.work()
        except TryAgain:
            faults += 1
        else:
            break
        table.fuse = None
        bench.work()
        assert table.contents() == undisturbed.contents(), f"failed at call {faults}"

    assert faults > 15
