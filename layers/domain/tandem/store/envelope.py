"""How one webhook body travels from the function that kept it to the worker that reads it.

The bytes must come out exactly as Meta signed them. A queue takes text up to 1 MiB, Meta sends up
to 3 MB: what does not fit is put into the bucket first and the queue carries its key.
wire: Meta, "Webhooks" (payload size); SQS, "Message quotas" (1 MiB, allowed characters).
"""

import base64
import hashlib
import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

QUEUE_LIMIT = 1024 * 1024
ROOM_FOR_ATTRIBUTES = 1024
CLAIMS = "incoming/"

_NOT_FOR_A_QUEUE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_BASE64 = "base64:"

Encoding = Literal["text", "base64", "claim", "archive"]


# Named tuples, because importing `dataclasses` is a sixth of the webhook function's cold start.


class Letter(NamedTuple):
    """What goes on the queue: a text, and how to make the body of it.

    `received_at` is None for a body of the archive, which knows itself when it was received.
    """

    text: str
    encoding: Encoding
    received_at: int | None


class Delivery(NamedTuple):
    """A webhook body with the moment it was received (unix seconds)."""

    body: bytes
    received_at: int

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def letter_for(body: bytes, received_at: int, claim: Callable[[str], None]) -> Letter:
    """The letter for a body. `claim(key)` must have stored the body under `key` when it returns."""
    text, encoding = _as_text(body)
    if len(text) + ROOM_FOR_ATTRIBUTES <= QUEUE_LIMIT and (
        text.isascii() or len(text.encode()) + ROOM_FOR_ATTRIBUTES <= QUEUE_LIMIT
    ):
        return Letter(text, encoding, received_at)
    day = time.strftime("%Y/%m/%d", time.gmtime(received_at))
    key = f"{CLAIMS}{day}/{hashlib.sha256(body).hexdigest()}"
    claim(key)
    return Letter(key, "claim", received_at)


def _as_text(body: bytes) -> tuple[str, Encoding]:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = ""
    if text and not _NOT_FOR_A_QUEUE.search(text):
        return text, "text"
    # A queue refuses an empty text, so the prefix is there even when nothing follows.
    return _BASE64 + base64.b64encode(body).decode(), "base64"


def attributes_of(letter: Letter) -> dict[str, dict[str, str]]:
    """The letter's SQS message attributes."""
    attributes = {"encoding": {"DataType": "String", "StringValue": letter.encoding}}
    if letter.received_at is not None:
        received_at = {"DataType": "Number", "StringValue": str(letter.received_at)}
        attributes["received_at"] = received_at
    return attributes


def archived_as(record: Mapping[str, Any]) -> str | None:
    """The key in the archive that an SQS record names; None when it brings a body of its own."""
    encoding = record["messageAttributes"]["encoding"]["stringValue"]
    return record["body"] if encoding == "archive" else None


def opened(record: Mapping[str, Any], fetch: Callable[[str], bytes]) -> Delivery:
    """The delivery in an SQS record of a Lambda event. `fetch(key)` reads a claimed body."""
    attributes = record["messageAttributes"]
    text, encoding = record["body"], attributes["encoding"]["stringValue"]
    received_at = int(attributes["received_at"]["stringValue"])
    if encoding == "claim":
        return Delivery(fetch(text), received_at)
    if encoding == "base64":
        return Delivery(base64.b64decode(text.removeprefix(_BASE64)), received_at)
    return Delivery(text.encode(), received_at)
