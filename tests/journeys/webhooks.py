"""Webhooks as Meta posts them, or as somebody else might, and what became of each."""

import gzip
import hashlib
import json
from typing import Any

import requests

from local import logs
from local.engine import Engine
from local.place import PROJECT
from simulator.signing import signature
from tandem.meta.signature import HEADER
from tests.journeys.crashes import waiting_in
from tests.journeys.shops import Shop
from tests.journeys.stack import Stack

JSON = "application/json"
_CASES = PROJECT / "events" / "meta"
_ITS_LINE, _ITS_WABA = b"106000000000001", b"100000000000001"


def post(stack: Stack, body: bytes, *, secret: str = "", kind: str = JSON) -> int:
    """Post a webhook under the app's secret, or another one; the answer's status."""
    return post_with(stack, body, signature(secret or stack.endpoints.app_secret, body), kind)


def post_with(stack: Stack, body: bytes, proof: str | None, kind: str = JSON) -> int:
    """Post a webhook with whatever stands for its signature; the answer's status."""
    headers = {"content-type": kind} | ({HEADER: proof} if proof is not None else {})
    answer = requests.post(stack.endpoints.webhook_url, data=body, headers=headers, timeout=60)
    return answer.status_code


def case(name: str, shop: Shop | None = None) -> bytes:
    """A recorded webhook, `field/case`; `shop` has it happen to that shop."""
    body = (_CASES / f"{name}.json").read_bytes()
    if shop is None:
        return body
    return body.replace(_ITS_LINE, shop.line.encode()).replace(_ITS_WABA, shop.waba.encode())


def archived(stack: Stack, body: bytes) -> bool:
    """Whether the archive holds exactly these bytes."""
    name = f"/{hashlib.sha256(body).hexdigest()}.json.gz"
    s3, bucket = stack.aws("s3"), stack.endpoints.archive_bucket
    found = [key for key in archive(stack) if key.endswith(name)]
    return [
        gzip.decompress(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in found
    ] == [body]


def archive(stack: Stack) -> frozenset[str]:
    """The key of every webhook in the archive bucket; plans and lists are kept there too."""
    pages = stack.aws("s3").get_paginator("list_objects_v2")
    return frozenset(
        stored["Key"]
        for page in pages.paginate(Bucket=stack.endpoints.archive_bucket, Prefix="archive/")
        for stored in page.get("Contents", [])
    )


_WRITTEN = ("#MSG#", "#TALK#", "#PERSON#", "#SYNC#", "#KEPT#")
"""In the partition keys of every row that a webhook can write."""


def everything_kept(stack: Stack) -> tuple[int, frozenset[str], frozenset[str]]:
    """What webhooks left in the queues, the archive and the table, to be compared later."""
    pages = (
        stack.aws("dynamodb").get_paginator("scan").paginate(TableName=stack.endpoints.table_name)
    )
    rows = frozenset(
        json.dumps(row, sort_keys=True, default=repr)
        for page in pages
        for row in page["Items"]
        if any(kind in row["pk"]["S"] for kind in _WRITTEN)
    )
    return waiting_in(stack, "LiveQueue", "HistoryQueue"), archive(stack), rows


def refusals(stack: Stack, since: float) -> int:
    """How many signatures were counted as refused, by the metric in the log."""
    lines = logs.since(Engine(stack.place), since)
    said: list[dict[str, Any]] = [
        json.loads(line.text) for line in lines if '"RefusedSignatures"' in line.text
    ]
    return sum(record["RefusedSignatures"] for record in said)
