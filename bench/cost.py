"""What a million live messages cost on AWS: an estimate, from counted requests and measured time.

Each message comes by itself, which is the dearest way: a batch shares the worker and its receive.
Prices are AWS's public ones for us-east-1, on demand, arm64, in US dollars, as of 2026; what a call
to a service takes is assumed, and named. Left out: storage, data out, alarms and the free tier.
"""

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

from bench.measure import Result
from tandem.store.attribute_values import marshalled
from tandem.store.keys import Key
from tandem.store.registers import Merge
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import LINE, NUMBER, ONBOARDED_AT, WABA, Workbench

MESSAGES = 300
BUDGET = 15.0

HTTP_API, LAMBDA, SQS, S3_PUT = 1.00, 0.20, 0.40, 5.00
WRITE_UNIT, READ_UNIT = 0.625, 0.125
GIGABYTE_SECOND = 0.0000133334
LOGGED_GIGABYTE = 0.50

WEBHOOK_GB, INGEST_GB = 0.5, 1.0
QUEUE_MS, TABLE_MS, BUCKET_MS = 10.0, 5.0, 30.0
LOGGED_BYTES = 1_300
"""Both functions' own lines and Lambda's three about each invocation."""


class MeteredTable(MemoryTable):
    """The table in memory, with the units that DynamoDB would bill."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = self.writes = self.reads = 0

    def get(self, key: Key) -> dict[str, Any] | None:
        row = super().get(key)
        self.calls += 1
        self.reads += -(-_size(row or {}) // 4096) or 1
        return row

    def get_many(self, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        wanted = tuple(keys)
        found = super().get_many(wanted)
        self.calls += 1
        self.reads += sum(-(-_size(found.get(key, {})) // 4096) or 1 for key in wanted)
        return found

    def merge(self, key: Key, merge: Merge) -> bool:
        before = super().get(key) or {}
        changed = super().merge(key, merge)
        after = super().get(key) or {}
        units = -(-_size(after) // 1024)
        self.calls += 1
        self.writes += units
        if "group" in after and after != before:
            moved = (before.get("group"), before.get("moment")) != (after["group"], after["moment"])
            self.writes += units * (2 if before.get("group") and moved else 1)
        return changed


def results() -> Iterator[Result]:
    table = MeteredTable()
    bench = Workbench(table)
    bench.deliver(_body(0))
    table.calls = table.writes = table.reads = 0
    webhook_s = ingest_s = 0.0
    for number in range(1, MESSAGES + 1):
        body = _body(number)
        begun = time.process_time()
        bench.post(body)
        posted = time.process_time()
        bench.work()
        webhook_s += posted - begun
        ingest_s += time.process_time() - posted

    calls, writes, reads = (each / MESSAGES for each in (table.calls, table.writes, table.reads))
    webhook_s = webhook_s / MESSAGES + QUEUE_MS / 1000
    ingest_s = ingest_s / MESSAGES + (calls * TABLE_MS + BUCKET_MS) / 1000
    million = (
        HTTP_API
        + 2 * LAMBDA
        + 3 * SQS  # sent, received, deleted
        + S3_PUT
        + writes * WRITE_UNIT
        + reads * READ_UNIT
        + 1e6 * GIGABYTE_SECOND * (webhook_s * WEBHOOK_GB + ingest_s * INGEST_GB)
        + 1e6 * LOGGED_BYTES / 1e9 * LOGGED_GIGABYTE
    )
    against = (
        f"estimate: {writes:.1f} write units, {ingest_s * 1000:.0f} ms of the worker a message"
    )
    yield Result("AWS cost of a million messages", million, BUDGET, "$", against)


def _body(number: int) -> bytes:
    """A customer who is known writes again."""
    message = {
        "from": "15550100001",
        "from_user_id": "US.13491208655302741918",
        "id": f"wamid.HBgLMTU1NTAxMDAwMDFVAgASGBQzQTdCNEQ1{number:06d}",
        "timestamp": str(ONBOARDED_AT + number),
        "type": "text",
        "text": {"body": f"Is my order {number} ready? I could come by this afternoon."},
    }
    contact = {"wa_id": "15550100001", "user_id": message["from_user_id"]}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": NUMBER, "phone_number_id": LINE},
        "contacts": [{**contact, "profile": {"name": "Ana"}}],
        "messages": [message],
    }
    entry = {"id": WABA, "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def _size(row: dict[str, Any]) -> int:
    """Bytes of a row as DynamoDB counts them, near enough: names and values."""
    return sum(len(name) + len(str(value)) for name, value in marshalled(row).items())
