"""The webhook function's verb: verify, keep, answer. Lean on purpose: a cold start makes Meta wait.

Nothing is parsed beyond what routing needs, nothing is believed before it is kept, and a body that
cannot be kept is not acknowledged, so that Meta sends it again.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Protocol

from tandem.meta.handshake import challenge
from tandem.meta.signature import verified
from tandem.runtime.aws_over_http import AwsError, aws_over_http
from tandem.runtime.metrics import tell
from tandem.runtime.settings import setting
from tandem.store.envelope import attributes_of, letter_for

SECRETS_LIVE = 300.0
"""Seconds for which a secret is believed without asking again."""
SECRETS_REST = 10.0
"""Seconds between two looks at the secrets, however many bad signatures come in between."""

_BULK = re.compile(rb'"field"\s*:\s*"(?:history|smb_app_state_sync)"')
"""What comes by the thousand when a number is connected: chats and the address book."""
_LINE = re.compile(rb'"phone_number_id"\s*:\s*"([0-9]{1,32})"')
_NO_LINE = "no-line"


class Aws(Protocol):
    """The AWS calls that a webhook needs."""

    def send_message(
        self, queue_url: str, text: str, *, attributes: Mapping[str, Any], group: str
    ) -> None: ...
    def secret(self, arn: str) -> str: ...
    def put_object(self, bucket: str, key: str, body: bytes) -> None: ...


class Reception:
    """Receives Meta's webhooks. One AWS call each, two when the body is larger than the queue."""

    def __init__(
        self,
        aws: Aws,
        *,
        live_queue: str,
        history_queue: str,
        bucket: str,
        app_secret_arn: str,
        verify_token_arn: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._aws = aws
        self._queues = {False: live_queue, True: history_queue}
        self._bucket = bucket
        self._app_secret_arn = app_secret_arn
        self._verify_token_arn = verify_token_arn
        self._clock = clock
        self._secrets: tuple[str, ...] = ()
        self._secrets_read_at = float("-inf")

    def greet(self, query: Mapping[str, str]) -> str | None:
        """The challenge to answer, or None when the verify token is not ours."""
        return challenge(query, self._aws.secret(self._verify_token_arn).strip())

    def take(self, body: bytes, signature: str | None) -> bool:
        """Keep a body that Meta signed; False, and nothing kept, when Meta did not sign it.

        True means the exact bytes are durable. Raises AwsError when they could not be made so.
        """
        if not self._signed(body, signature):
            return False
        letter = letter_for(
            body,
            int(self._clock()),
            claim=lambda key: self._aws.put_object(self._bucket, key, body),
        )
        line = _LINE.search(body)
        self._aws.send_message(
            self._queues[_BULK.search(body) is not None],
            letter.text,
            attributes=attributes_of(letter),
            group=line.group(1).decode() if line else _NO_LINE,
        )
        return True

    def _signed(self, body: bytes, signature: str | None) -> bool:
        """Whether the current or the previous secret signed this; after a rotation, look again."""
        age = self._clock() - self._secrets_read_at
        if age >= SECRETS_LIVE:
            age = self._renewed()
        if verified(body, signature, self._secrets):
            return True
        if signature is None or age < SECRETS_REST:
            return False
        self._read_secrets()
        return verified(body, signature, self._secrets)

    def _renewed(self) -> float:
        """Read the secrets; their age then. While they cannot be read, the known ones are good."""
        try:
            self._read_secrets()
        except AwsError:
            if not self._secrets:
                raise
            self._secrets_read_at = self._clock() - SECRETS_LIVE + SECRETS_REST
        return self._clock() - self._secrets_read_at

    def _read_secrets(self) -> None:
        kept = json.loads(self._aws.secret(self._app_secret_arn))
        self._secrets = tuple(s for s in (kept.get("current"), kept.get("previous")) if s)
        self._secrets_read_at = self._clock()


def count_refused() -> None:
    """Count a refused signature; nothing of the request is logged."""
    said = "refused a webhook: its signature is missing or not ours"
    tell({"RefusedSignatures": 1}, level="WARNING", message=said)


@cache
def reception() -> Reception:
    """The reception of this process, made on first use."""
    return Reception(
        aws_over_http(),
        live_queue=setting("LIVE_QUEUE_URL"),
        history_queue=setting("HISTORY_QUEUE_URL"),
        bucket=setting("ARCHIVE_BUCKET"),
        app_secret_arn=setting("META_SECRET_ARN"),
        verify_token_arn=setting("VERIFY_TOKEN_ARN"),
    )
