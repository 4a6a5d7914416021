"""The import: our own CPU for a chunk against parsing it and building the same writes by hand."""

import json
from collections.abc import Iterator
from typing import Any

from bench.measure import Result, side_by_side
from tandem.history.importing import Importing
from tandem.meta.translation import translate
from tandem.model.events import HistoryChunk
from tandem.store.kept import KeptThings
from tandem.store.messages import Messages
from tandem.store.people import People
from tandem.store.syncs import Syncs
from tandem.store.table import Table
from tandem.store.talks import Talks

MESSAGES, THREADS = 5_000, 60
NUMBER, LINE = "15550100000", "106540352242922"


class SilentDynamoDB:
    """A DynamoDB client that stores nothing and costs nothing."""

    def batch_execute_statement(self, Statements: list[Any]) -> Any:  # noqa: N803
        return {"Responses": [{}] * len(Statements)}

    def update_item(self, **_arguments: Any) -> Any:
        return {}

    def get_item(self, **_arguments: Any) -> Any:
        return {}

    def batch_get_item(self, **_arguments: Any) -> Any:
        return {"Responses": {}}


class CountingDynamoDB:
    """A DynamoDB client that stores nothing and counts write units as DynamoDB bills them.

    A row of n bytes costs ceil(n / 1 KB), and as much again in the index that projects all of it.
    """

    def __init__(self) -> None:
        self.units = 0
        self.seen: set[str] = set()
        self.receipts = False

    def batch_execute_statement(self, Statements: list[Any]) -> Any:  # noqa: N803
        for statement in Statements:
            size = sum(_size(value) for value in statement["Parameters"]) + 60
            self.units += 2 * -(-size // 1024)
        return {"Responses": [{} for _ in Statements]}

    def update_item(self, **arguments: Any) -> Any:
        values = arguments.get("ExpressionAttributeValues", {}).values()
        size = sum(_size(value) for value in values) + 120
        in_index = "group" in arguments.get("ExpressionAttributeNames", {}).values()
        # A conversation that moves in the index is taken out and put in again; people stay.
        stays = arguments["Key"]["sk"]["S"] == "PERSON"
        self.units += -(-size // 1024) * ((2 if stays else 3) if in_index else 1)
        return {}

    def get_item(self, **_arguments: Any) -> Any:
        return {"Item": {"pk": {"S": "x"}, "sk": {"S": "x"}}} if self.receipts else {}

    def batch_get_item(self, **_arguments: Any) -> Any:
        return {"Responses": {}}


def _size(value: Any) -> int:
    ((_, content),) = value.items()
    return len(content) if isinstance(content, (str, bytes)) else len(str(content))


def results() -> Iterator[Result]:
    body = chunk_body()
    silent, client = SilentDynamoDB(), CountingDynamoDB()
    fast = Table(silent, "tandem")  # type: ignore[arg-type]
    table = Table(client, "tandem")  # type: ignore[arg-type]

    ours, floor = side_by_side(
        lambda: _import(fast, body), lambda: _by_hand(silent, body), repeat=11
    )
    yield Result(
        "import, own CPU", ours / floor, 2.5, "x", "json.loads and the same writes by hand"
    )

    client.units = 0
    _import(table, body)
    yield Result("write units a message", client.units / MESSAGES, 2.1, "units", "counted")

    client.units, client.receipts = 0, True
    _import(table, body)
    yield Result("write units, repeated", client.units / MESSAGES, 0.01, "units", "counted")


def chunk_body() -> bytes:
    """One history webhook of 5,000 messages in 60 threads."""
    each = MESSAGES // THREADS + 1
    threads = [
        {
            "id": f"1555{thread:03d}0100",
            "context": {"wa_id": f"1555{thread:03d}0100", "user_id": f"US.{thread:016d}"},
            "messages": [_message(thread, n) for n in range(each)][: MESSAGES - thread * each],
        }
        for thread in range(THREADS)
    ]
    item = {"metadata": {"phase": 1, "chunk_order": 1, "progress": 50}, "threads": threads}
    value = {
        "metadata": {"display_phone_number": NUMBER, "phone_number_id": LINE},
        "history": [item],
    }
    change = {"field": "history", "value": value}
    return json.dumps({"entry": [{"id": "1", "changes": [change]}]}).encode()


def _message(thread: int, number: int) -> dict[str, Any]:
    return {
        "from": NUMBER if number % 2 else f"1555{thread:03d}0100",
        "id": f"wamid.HBgLMTU1NTAxMDAwMDFVAgASGBQzQTdCNEQ1{thread:04d}{number:04d}",
        "timestamp": str(1_780_000_000 + number * 60),
        "type": "text",
        "text": {"body": f"Your order {number} is ready. Shall we deliver it this afternoon?"},
        "history_context": {"status": "READ"},
    }


def _import(table: Table, body: bytes) -> None:
    importing = Importing(
        messages=Messages(table),
        talks=Talks(table),
        people=People(table),
        syncs=Syncs(table),
        kept=KeptThings(table),
    )
    for event in translate(body):
        assert isinstance(event, HistoryChunk)
        importing.apply("acme", "sync", event, 1_790_000_000)


def _by_hand(client: SilentDynamoDB, body: bytes) -> None:
    """The least that anyone can do: parse the chunk and put the same attributes into requests."""
    statements: list[Any] = []
    value = json.loads(body)["entry"][0]["changes"][0]["value"]
    for thread in value["history"][0]["threads"]:
        for message in thread["messages"]:
            wamid, at = message["id"], int(message["timestamp"])
            inbound = message["from"] != NUMBER
            item = {
                "pk": {"S": f"acme#MSG#{LINE}#{wamid}"},
                "sk": {"S": "MSG"},
                "group": {"S": f"acme#TALK#{LINE}#phone:{thread['id']}"},
                "moment": {"S": f"{at:012d}#{wamid}"},
                "history_status": {"S": message["history_context"]["status"]},
                "place": {"S": f"1#{at}#READ#phone:{thread['id']}"},
                "content": {"S": "31#"},
                "kind": {"S": message["type"]},
                "text": {"S": message["text"]["body"]},
                "sources": {"SS": ["history_in" if inbound else "history_out"]},
            }
            fields = ", ".join(f"'{name}': ?" for name in item)
            statements.append(
                {
                    "Statement": f'INSERT INTO "tandem" VALUE {{{fields}}}',
                    "Parameters": list(item.values()),
                }
            )
    for first in range(0, len(statements), 25):
        client.batch_execute_statement(Statements=statements[first : first + 25])
