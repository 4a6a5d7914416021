"""Dead letters: looked at where they lie, and brought back.

Each is put on its queue again before it is deleted here. A letter that is put and then not deleted
comes a second time; whoever works it knows duplicates.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

FIFO = ".fifo"
LETTERS_PER_CALL = 10
VISIBLE_AGAIN = 60
"""Seconds for which a letter that is being moved or looked at is hidden from others."""

_COUNT: Literal["ApproximateNumberOfMessages"] = "ApproximateNumberOfMessages"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One letter that its worker gave up. `record` is as Lambda would give it to a handler;
    `sent_at` is when it first came to a queue (unix seconds); SQS counts every look as a try.
    """

    id: str
    record: Mapping[str, Any]
    sent_at: int
    tries: int


class DeadLetters:
    """The dead letters of one queue, by the URLs of both."""

    def __init__(self, client: "SQSClient", *, dead_letters: str, queue: str) -> None:
        self._client = client
        self._dead_letters = dead_letters
        self._queue = queue

    def count(self) -> int:
        """About how many there are."""
        answer = self._client.get_queue_attributes(
            QueueUrl=self._dead_letters, AttributeNames=[_COUNT]
        )
        return int(answer["Attributes"][_COUNT])

    def look(self, most: int) -> tuple[DeadLetter, ...]:
        """Some of the letters; they stay, and are there for others as soon as this returns."""
        seen = list(islice(_letters(self._client, self._dead_letters), most))
        for letter in seen:
            self._client.change_message_visibility(
                QueueUrl=self._dead_letters,
                ReceiptHandle=letter["ReceiptHandle"],
                VisibilityTimeout=0,
            )
        return tuple(_read(letter) for letter in seen)

    def give_back(self) -> int:
        """Put every letter on the queue again that it came from; how many."""
        given = 0
        for letter in _letters(self._client, self._dead_letters):
            self._client.send_message(**_addressed(letter, self._queue))
            self._client.delete_message(
                QueueUrl=self._dead_letters, ReceiptHandle=letter["ReceiptHandle"]
            )
            given += 1
        return given


def _read(letter: "MessageTypeDef") -> DeadLetter:
    told = letter.get("Attributes", {})
    return DeadLetter(
        id=letter["MessageId"],
        record={
            "body": letter["Body"],
            "messageAttributes": {
                name: {"stringValue": value.get("StringValue", "")}
                for name, value in letter.get("MessageAttributes", {}).items()
            },
        },
        sent_at=int(told.get("SentTimestamp", "0")) // 1000,
        tries=int(told.get("ApproximateReceiveCount", "0")),
    )


def _letters(sqs: "SQSClient", url: str) -> Iterator["MessageTypeDef"]:
    while True:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=LETTERS_PER_CALL,
            VisibilityTimeout=VISIBLE_AGAIN,
            WaitTimeSeconds=1,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
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
