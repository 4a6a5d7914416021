"""Bringing dead letters back: each is put on its queue again before it is deleted here.

A letter that is put and then not deleted comes a second time; whoever works it knows duplicates.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

FIFO = ".fifo"
LETTERS_PER_CALL = 10
VISIBLE_AGAIN = 60
"""Seconds for which a letter that is being moved is hidden from others."""


def redrive(sqs: "SQSClient", *, dead_letters: str, queue: str) -> int:
    """Move every letter from one queue's URL to another's; how many were moved."""
    moved = 0
    for letter in _letters(sqs, dead_letters):
        sqs.send_message(**_addressed(letter, queue))
        sqs.delete_message(QueueUrl=dead_letters, ReceiptHandle=letter["ReceiptHandle"])
        moved += 1
    return moved


def _letters(sqs: "SQSClient", url: str) -> Iterator["MessageTypeDef"]:
    while True:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=LETTERS_PER_CALL,
            VisibilityTimeout=VISIBLE_AGAIN,
            WaitTimeSeconds=1,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["MessageGroupId"],
        )
        letters = answer.get("Messages", [])
        if not letters:
            return
        yield from letters


def _addressed(letter: "MessageTypeDef", queue: str) -> dict[str, Any]:
    """The letter as it was, group and attributes included."""
    sent: dict[str, Any] = {"QueueUrl": queue, "MessageBody": letter["Body"]}
    if attributes := letter.get("MessageAttributes"):
        sent["MessageAttributes"] = {
            name: {
                kind: value[kind]
                for kind in ("DataType", "StringValue", "BinaryValue")
                if kind in value
            }
            for name, value in attributes.items()
        }
    if group := letter.get("Attributes", {}).get("MessageGroupId"):
        sent["MessageGroupId"] = group
    if queue.endswith(FIFO):
        # A new one: the queue would take the old one for a repetition and drop the letter.
        sent["MessageDeduplicationId"] = uuid4().hex
    return sent
