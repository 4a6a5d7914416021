"""Archived webhooks on their way through a queue once more: their keys, never their bodies."""

from collections.abc import Iterable
from itertools import batched
from typing import TYPE_CHECKING

from tandem.model.errors import TryAgain
from tandem.store.archive import line_of
from tandem.store.envelope import Letter, attributes_of

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

LETTERS_PER_CALL = 10


class Letters:
    """A queue of webhooks, the live one or that of the import."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send_again(self, archived: Iterable[str], *, after: int = 0) -> int:
        """Have archived bodies worked on again, by their keys, `after` so many seconds; how many.

        Raises TryAgain when the queue did not take them all: repeating all of them is harmless.
        """
        sent = 0
        for batch in batched(archived, LETTERS_PER_CALL, strict=False):
            entries = [_entry(number, key, after) for number, key in enumerate(batch)]
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            if answer.get("Failed"):
                raise TryAgain(f"the queue did not take all letters: {sent} were taken before")
            sent += len(batch)
        return sent


def _entry(number: int, key: str, after: int) -> "SendMessageBatchRequestEntryTypeDef":
    return {
        "Id": str(number),
        "MessageBody": key,
        "MessageAttributes": attributes_of(Letter(key, "archive", None)),  # type: ignore[typeddict-item]
        "MessageGroupId": line_of(key),
        "DelaySeconds": after,
    }
