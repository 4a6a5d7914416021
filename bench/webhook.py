"""The webhook function: cold start, warm time per POST, AWS calls per POST."""

import hmac
import json
from collections.abc import Iterator
from typing import Any

from bench.measure import Result, processes_side_by_side, side_by_side
from tandem.meta.signature import signed
from tandem.runtime.webhook import Reception

SECRET = "app-secret"
_READY = """
import functions.webhook.handler
from tandem.runtime import webhook
import os
for name in ("LIVE_QUEUE_URL", "HISTORY_QUEUE_URL", "ARCHIVE_BUCKET", "META_SECRET_ARN",
             "VERIFY_TOKEN_ARN"):
    os.environ[name] = "x"
webhook.reception()
"""
_BOTO3 = 'import boto3; boto3.client("sqs")'


class StubbedAws:
    """AWS that costs nothing, so that only our own time is measured."""

    def __init__(self) -> None:
        self.calls = 0

    def secret(self, arn: str) -> str:
        return f'{{"current": "{SECRET}"}}'

    def put_object(self, bucket: str, key: str, body: bytes) -> None:
        self.calls += 1

    def send_message(self, queue_url: str, text: str, *, attributes: Any, group: str) -> None:
        self.calls += 1


def body_of(size: int) -> bytes:
    """A webhook body of about `size` bytes, escaped as Meta escapes."""
    text = "caf\u00e9 \U0001f600 " * (max(size - 400, 0) // 27)
    message = {"from": "15550100001", "id": "wamid.X", "timestamp": "1790000000", "type": "text"}
    value = {
        "metadata": {"display_phone_number": "15550100000", "phone_number_id": "106540352242922"},
        "messages": [{**message, "text": {"body": text}}],
    }
    change = {"field": "messages", "value": value}
    return json.dumps({"entry": [{"id": "1", "changes": [change]}]}).encode()


def results() -> Iterator[Result]:
    ours, floor = processes_side_by_side(_READY, _BOTO3, repeat=9)
    yield Result("webhook cold start", ours / floor, 0.6, "x", "a process that makes an SQS client")
    yield from _warm("2 KB", size=2_000, budget=0.3, repeat=400)
    yield from _warm("3 MB", size=3_000_000, budget=25.0, repeat=15)


def _warm(label: str, *, size: int, budget: float, repeat: int) -> Iterator[Result]:
    aws = StubbedAws()
    desk, body = _desk(aws), body_of(size)
    signature = signed(body, SECRET)
    desk.take(body, signature)
    aws.calls = 0
    warm, least = side_by_side(
        lambda: desk.take(body, signature),
        lambda: (hmac.digest(SECRET.encode(), body, "sha256"), body.find(b"\x00")),
        repeat=repeat,
    )
    own = (warm - least) * 1000
    yield Result(f"webhook warm, {label}", own, budget, "ms", "HMAC and one scan of the bytes")
    calls, allowed = aws.calls / repeat, 1 if size < 1_000_000 else 2
    yield Result(f"AWS calls a POST, {label}", calls, allowed, "calls", "counted")


def _desk(aws: StubbedAws) -> Reception:
    return Reception(
        aws,
        live_queue="live",
        history_queue="history",
        bucket="bucket",
        app_secret_arn="app",
        verify_token_arn="verify",
    )
