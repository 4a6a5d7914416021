"""The archive as deployed: resent through the queue, and replayed by the operator's function."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from functions.history_sync.handler import handler as history_sync
from functions.ingest.handler import handler as ingest
from functions.replay.handler import handler as replay
from tandem.model.line import Line, LineState, Mode
from tandem.runtime import clients
from tandem.runtime.stores import lines, messages, table, talks
from tandem.store import keys
from tandem.store.archive import Archive
from tandem.store.letters import Letters
from tests.fakes.process import Context, begin_on, forget, given_back
from tests.unit.conftest import create_table

TENANT, LINE, WABA, NUMBER, CUSTOMER = "acme", "101", "901", "15550100001", "15550100042"
NOW = 1_790_000_000


@pytest.fixture
def stack(engine_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Both intake workers with their real wiring, and a connected line; the stack's name."""
    name = f"tandem-{uuid4().hex[:8]}"
    begin_on(engine_url, monkeypatch)
    monkeypatch.setenv("TABLE_NAME", name)
    monkeypatch.setenv("ARCHIVE_BUCKET", name)
    create_table(clients.dynamodb(), name)
    clients.s3().create_bucket(Bucket=name)
    for queue in ("media", "history"):
        url = clients.sqs().create_queue(QueueName=f"{name}-{queue}")["QueueUrl"]
        monkeypatch.setenv(f"{queue.upper()}_QUEUE_URL", url)
    lines().save_connected(
        Line(
            tenant=TENANT,
            line=LINE,
            waba=WABA,
            display_number=NUMBER,
            mode=Mode.COEXISTENCE,
            state=LineState.ACTIVE,
            onboarded_at=NOW - 100,
            sync="s",
        )
    )
    yield name
    forget()


def body(field: str, **value: Any) -> str:
    metadata = {"display_phone_number": NUMBER, "phone_number_id": LINE}
    change = {"field": field, "value": {**value, "metadata": metadata}}
    return json.dumps({"entry": [{"id": WABA, "changes": [change]}]})


def row(wamid: str, at: int) -> dict[str, Any]:
    text = {"type": "text", "text": {"body": wamid}}
    return {"id": wamid, "from": CUSTOMER, "timestamp": str(at), **text}


PAST = {
    "metadata": {"phase": 0, "chunk_order": 1, "progress": 100},
    "threads": [{"id": CUSTOMER, "messages": [row("wamid.past", NOW - 5000)]}],
}


def record(text: str, **attributes: str) -> dict[str, Any]:
    told = {name: {"stringValue": value} for name, value in attributes.items()}
    return {"messageId": uuid4().hex, "body": text, "messageAttributes": told, "attributes": {}}


def works(handler: Any, *records: dict[str, Any]) -> None:
    assert given_back(handler, [{**each, "eventSource": "aws:sqs"} for each in records]) == []


def resend(name: str) -> int:
    """Everything in the archive, through the worker of the import."""
    queue = clients.sqs().get_queue_url(QueueName=f"{name}-history")["QueueUrl"]
    archive = Archive(clients.s3(), name)
    sent = Letters(clients.sqs(), queue).send_again(archive.keys())
    answer = clients.sqs().receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    records = []
    for letter in answer["Messages"]:
        told = {name: v["StringValue"] for name, v in letter["MessageAttributes"].items()}
        records.append(record(letter["Body"], **told))
    works(history_sync, *records)
    return sent


def test_resending_brings_back_what_was_lost_and_the_past_stays_past(stack: str) -> None:
    letter = {"encoding": "text", "received_at": str(NOW)}
    works(ingest, record(body("messages", messages=[row("wamid.live", NOW)]), **letter))
    works(history_sync, record(body("history", history=[PAST]), **letter))
    talks().mark_read(TENANT, LINE, f"phone:{CUSTOMER}", NOW + 1)
    before = table().get(keys.conversation(TENANT, LINE, f"phone:{CUSTOMER}"))
    for wamid in ("wamid.live", "wamid.past"):
        table().delete(keys.message(TENANT, LINE, wamid))

    sent = resend(stack)

    live = messages().get(TENANT, LINE, "wamid.live")
    past = messages().get(TENANT, LINE, "wamid.past")
    talk = talks().get(TENANT, LINE, f"phone:{CUSTOMER}")
    assert sent == 2
    assert live is not None
    assert past is not None
    assert (live.imported, past.imported) == (False, True)
    assert talk is not None
    assert not talk.unread
    assert table().get(keys.conversation(TENANT, LINE, f"phone:{CUSTOMER}")) == before


def test_resending_what_is_there_changes_no_row_and_archives_nothing_again(stack: str) -> None:
    letter = {"encoding": "text", "received_at": str(NOW)}
    works(history_sync, record(body("history", history=[PAST]), **letter))
    rows = list(_everything(stack))
    versions = clients.s3().list_objects_v2(Bucket=stack)["Contents"]

    resend(stack)

    assert list(_everything(stack)) == rows
    assert clients.s3().list_objects_v2(Bucket=stack)["Contents"] == versions


def lived() -> None:
    """A live message and its status, an import, something unknown; what the team has read."""
    letter = {"encoding": "text", "received_at": str(NOW)}
    status = {
        "id": "wamid.live",
        "status": "read",
        "timestamp": str(NOW + 5),
        "recipient_id": CUSTOMER,
    }
    works(
        ingest,
        record(body("messages", messages=[row("wamid.live", NOW)]), **letter),
        record(body("messages", statuses=[status]), **letter),
        record(body("a_new_field", anything=1), **letter),
    )
    works(history_sync, record(body("history", history=[PAST]), **letter))
    talks().mark_read(TENANT, LINE, f"phone:{CUSTOMER}", NOW + 1)


def asked(**event: Any) -> Any:
    return replay({"line": LINE, **event}, Context())


def test_a_line_that_is_right_shows_no_difference(stack: str) -> None:
    lived()
    before = list(_everything(stack))

    told = asked()

    assert (told["applied"], told["differences"], told["failed"]) == (False, {}, [])
    assert told["bodies"] == 4
    assert told["rows"] == {"conversation": 1, "kept": 1, "message": 2, "person": 1, "receipt": 1}
    assert list(_everything(stack)) == before


def test_what_was_lost_mixed_up_or_made_up_is_put_right(stack: str) -> None:
    lived()
    before = list(_everything(stack))
    table().delete(keys.message(TENANT, LINE, "wamid.past"))
    table().update(keys.message(TENANT, LINE, "wamid.live"), put={"text": "no"})
    made_up = {**(table().get(keys.message(TENANT, LINE, "wamid.live")) or {})}
    made_up.pop("pk"), made_up.pop("sk")
    table().insert(keys.message(TENANT, LINE, "wamid.none"), made_up)
    receipt = next(row for row in table().rows(keys.sync(TENANT, LINE, "s").pk) if "#" in row["sk"])
    table().update(keys.Key(receipt["pk"], receipt["sk"]), put={"messages": 7, "days": b"wrong"})

    found = asked()
    done = asked(apply=True, take_away=True)
    again = asked()

    assert found["differences"] == {
        "message": {"differs": 1, "missing": 1, "unexplained": 1},
        "receipt": {"differs": 1},
    }
    assert done["differences"] == found["differences"]
    assert again["differences"] == {}
    assert [item for item in _everything(stack) if item not in before] == [
        item for item in _everything(stack) if item.get("reason", {}).get("S") == "replay"
    ]
    assert [item for item in before if item not in list(_everything(stack))] == []


def test_nothing_of_a_replay_is_on_a_queue(stack: str) -> None:
    lived()
    table().delete(keys.message(TENANT, LINE, "wamid.live"))
    before = _waiting(stack)

    asked(apply=True)

    assert _waiting(stack) == before


def _waiting(name: str) -> dict[str, str]:
    count = "ApproximateNumberOfMessages"
    return {
        queue: clients.sqs().get_queue_attributes(
            QueueUrl=clients.sqs().get_queue_url(QueueName=f"{name}-{queue}")["QueueUrl"],
            AttributeNames=[count],
        )["Attributes"][count]
        for queue in ("media", "history")
    }


def _everything(name: str) -> Iterator[dict[str, Any]]:
    yield from sorted(
        clients.dynamodb().scan(TableName=name)["Items"],
        key=lambda item: (item["pk"]["S"], item["sk"]["S"]),
    )
