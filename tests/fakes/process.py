"""A process of a function under test: what Lambda gives it, and nothing left of the one before."""

import importlib
import pkgutil
from types import ModuleType
from typing import Any

import boto3
import pytest

from tandem import runtime
from tandem.runtime import clients

WIRING: tuple[ModuleType, ...] = tuple(
    importlib.import_module(f"{runtime.__name__}.{module.name}")
    for module in pkgutil.iter_modules(runtime.__path__)
)


class Context:
    """What Lambda gives a handler: two minutes, all of them left."""

    function_name = "function"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:function"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return 120_000


def forget() -> None:
    """Drop everything that the wiring keeps for a process: it is made again on its next use."""
    for module in WIRING:
        for made in vars(module).values():
            if hasattr(made, "cache_clear"):
                made.cache_clear()
    # It remembers the credentials that it found first.
    boto3.DEFAULT_SESSION = None


def begin_on(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fresh process whose AWS is the engine at `url`."""
    for variable, value in {
        "AWS_ENDPOINT_URL": url,
        # The engine checks what a link was signed with, and knows these.
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(variable, value)
    forget()


def taken_off(queue: str) -> list[dict[str, Any]]:
    """Takes ten letters off a queue at most, as records of a Lambda event."""
    letters = clients.sqs().receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    )
    records = []
    for letter in letters.get("Messages", ()):
        clients.sqs().delete_message(QueueUrl=queue, ReceiptHandle=letter["ReceiptHandle"])
        records.append(
            {
                "messageId": letter["MessageId"],
                "receiptHandle": letter["ReceiptHandle"],
                "body": letter["Body"],
                "attributes": letter.get("Attributes", {}),
                "messageAttributes": {},
                "eventSource": "aws:sqs",
            }
        )
    return records


def given_back(handler: Any, records: list[dict[str, Any]]) -> list[str]:
    """The ids of the records that a worker of a queue gives back."""
    answer = handler({"Records": records}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
