"""The law of a long import: whole, proven by its certificate, in memory that does not grow.

Chunks go through the real handlers. What they write is counted and let go, so that what is measured
is Tandem's own; receipts, people and conversations stay.
"""

import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tandem.history.certificate import certify
from tandem.model.sync import Certificate
from tandem.store.lines import Lines
from tandem.store.syncs import Syncs
from tests.fakes.memory_aws import MemoryBuckets, MemoryDynamoDB
from tests.fakes.memory_cloud import MemoryCloud
from tests.laws.world.business import FIRST
from tests.laws.world.house import connect, sync_of

A_CHUNK = 500
THREADS = 10
WRITES = ("BatchExecuteStatement", "UpdateItem", "PutItem", "DeleteItem")
READS = ("GetItem", "BatchGetItem", "Query")


LEFT_BY_ALL, LEFT_BY_EACH = 1_000_000, 50
"""Bytes that an import and each of its messages may leave in memory: receipts stay."""

REPEATED_READS = 1
"""A chunk that came before costs one read: of its receipt, beside that of its line."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to. Memory is the peak of its first and of its last tenth, in bytes."""

    certificate: Certificate
    written: int
    first_peak: int
    last_peak: int
    repeated_reads: int
    repeated_writes: int

    @property
    def growth(self) -> int:
        return self.last_peak - self.first_peak


class LettingGo(MemoryDynamoDB):
    """A table that counts the messages it is given and keeps everything else."""

    written = 0

    def _insert(self, statement: Any) -> Any:
        if "#MSG#" not in statement["Parameters"][-2]["S"]:
            return super()._insert(statement)
        self.written += 1
        return {}


class NothingKept(MemoryBuckets):
    """Buckets that take everything and hold nothing but what is on its way."""

    def put_object(self, *, Bucket: str, Key: str, **told: Any) -> Any:  # noqa: N803
        super().put_object(Bucket=Bucket, Key=Key, **told)
        if not Key.startswith("incoming/"):
            del self.objects[Bucket, Key]


def holds(result: Imported, messages: int) -> bool:
    """Whether so many messages, in whole chunks, were imported at no more than they may cost."""
    certificate, chunks = result.certificate, _chunks(messages)
    whole = chunks * A_CHUNK
    return (
        (certificate.verdict.value, certificate.messages) == ("complete", whole)
        and (certificate.chunks, result.written) == (chunks, whole)
        and result.growth < LEFT_BY_ALL + LEFT_BY_EACH * whole
        and (result.repeated_reads, result.repeated_writes) == (REPEATED_READS, 0)
    )


def imported(messages: int) -> Imported:
    """Import so many messages, in two chunks at least, and then the last chunk once more."""
    cloud = MemoryCloud()
    table = cloud.dynamodb = LettingGo(cloud.wire)
    cloud.s3 = NothingKept(cloud.wire)
    cloud.table._client = table  # type: ignore[assignment]
    connect(Lines(cloud.table))
    number = _chunks(messages)
    tenth = max(number // 10, 1)
    peaks: dict[str, int] = {}
    with cloud.process():
        # The first chunk brings what a process makes once.
        _take(cloud, chunk(1, number))
        tracemalloc.start()
        try:
            for order in range(2, number + 1):
                if order == number - tenth + 1:
                    tracemalloc.reset_peak()
                _take(cloud, chunk(order, number))
                if order in (tenth + 1, number):
                    peaks[str(order)] = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        cloud.wire.calls.clear()
        _take(cloud, chunk(number, number))
        repeated = cloud.wire.calls.copy()
    facts = Syncs(cloud.table).read(FIRST.tenant, FIRST.line, sync_of(FIRST.line))
    return Imported(
        certificate=certify(*facts),
        written=table.written,
        first_peak=peaks[str(tenth + 1)],
        last_peak=peaks[str(number)],
        repeated_reads=sum(repeated[call] for call in READS),
        repeated_writes=sum(repeated[call] for call in WRITES),
    )


def _chunks(messages: int) -> int:
    return max(-(-messages // A_CHUNK), 2)


def _take(cloud: MemoryCloud, body: bytes) -> None:
    assert cloud.post(body) == 200
    cloud.work()
    assert cloud.dead == []


def chunk(order: int, of: int) -> bytes:
    """A chunk of an import of so many, in one phase; every message differs from every other."""
    threads = [
        {
            "id": f"1212555{thread:04d}",
            "context": {"wa_id": f"1212555{thread:04d}", "user_id": f"US.{thread:012d}"},
            "messages": list(_messages(order, thread)),
        }
        for thread in range(THREADS)
    ]
    place = {"phase": 1, "chunk_order": order, "progress": order * 100 // of}
    value = {"metadata": FIRST.metadata, "history": [{"metadata": place, "threads": threads}]}
    change = {"field": "history", "value": value}
    return json.dumps({"entry": [{"id": FIRST.waba, "changes": [change]}]}).encode()


def _messages(order: int, thread: int) -> Iterator[dict[str, Any]]:
    for number in range(A_CHUNK // THREADS):
        yield {
            "from": FIRST.number if number % 2 else f"1212555{thread:04d}",
            "id": f"wamid.{order}.{thread}.{number}",
            "timestamp": str(1_780_000_000 + order * 1000 + number),
            "type": "text",
            "text": {"body": f"The {number}th word of day {order}"},
            "history_context": {"status": "READ"},
        }
