"""The deployed intake in one process: real handlers, real wiring, on AWS in memory.

Meta posts to the webhook function, the queues trigger the workers with batches as the template has
them, what a worker gives back comes again. A worker may be killed at any call (`Wire.fuse`).
"""

import base64
import io
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from typing import Any, cast
from unittest.mock import patch

from functions.history_sync.handler import handler as history_sync
from functions.ingest.handler import handler as ingest
from functions.media_fetch.handler import handler as media_fetch
from functions.webhook.handler import handler as webhook
from tandem.meta.graph import MediaLocation
from tandem.meta.signature import HEADER, signed
from tandem.runtime import clients, media
from tandem.runtime import webhook as webhook_wiring
from tandem.store import envelope
from tandem.store.keys import Key
from tandem.store.table import Table
from tests.fakes.memory_aws import MemoryBuckets, MemoryDynamoDB, MemoryQueues, Wire
from tests.fakes.process import Context, forget

SECRET = "app-secret"
WORKERS = {"live": (ingest, 10), "history": (history_sync, 2), "media": (media_fetch, 5)}
TRIES = 5
"""So often a letter is read before it is a dead one."""

ENVIRONMENT = {
    "TABLE_NAME": "tandem",
    "ARCHIVE_BUCKET": "archive",
    "MEDIA_BUCKET": "media",
    "LIVE_QUEUE_URL": "live",
    "HISTORY_QUEUE_URL": "history",
    "MEDIA_QUEUE_URL": "media",
    "META_SECRET_ARN": "app",
    "VERIFY_TOKEN_ARN": "verify",
    "POWERTOOLS_SERVICE_NAME": "tandem",
    "AWS_DEFAULT_REGION": "us-east-1",
}


class MemoryCloud:
    """Tandem's intake and all it stands on. `dead` has what was given back too often."""

    def __init__(self) -> None:
        self.wire = Wire()
        self.dynamodb = MemoryDynamoDB(self.wire)
        self.s3, self.sqs = MemoryBuckets(self.wire), MemoryQueues(self.wire)
        self.table = Table(cast("Any", self.dynamodb), "tandem")
        self.dead: list[dict[str, Any]] = []

    @contextmanager
    def process(self) -> Iterator[None]:
        """A fresh process for every function; what it says is not heard."""
        with ExitStack() as stack:
            stack.enter_context(patch.dict(os.environ, ENVIRONMENT))
            for name in ("dynamodb", "s3", "sqs"):
                made = getattr(self, name)
                stack.enter_context(patch.object(clients, name, lambda made=made: made))
            over_http = patch.object(webhook_wiring, "aws_over_http", lambda: OverHttp(self))
            stack.enter_context(over_http)
            stack.enter_context(patch.object(media, "graph_of", lambda *_: FilesAtMeta(self.wire)))
            stack.enter_context(redirect_stdout(io.StringIO()))
            forget()
            try:
                yield
            finally:
                forget()

    # ---- what happens in a process

    def post(self, body: bytes, signature: str | None = None) -> int:
        """Meta posts a body, signed unless a signature is given; the status of the answer."""
        event = {
            "requestContext": {"http": {"method": "POST"}},
            "headers": {HEADER.lower(): signed(body, SECRET) if signature is None else signature},
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }
        return int(webhook(event, None)["statusCode"])

    def work(self) -> None:
        """Every queue is read until it is empty; what fails for good is a dead letter."""
        while waiting := [queue for queue in WORKERS if self.sqs.letters.get(queue)]:
            for queue in waiting:
                self._read_a_batch(queue)

    def _read_a_batch(self, queue: str) -> None:
        handler, most = WORKERS[queue]
        letters = self.sqs.letters[queue]
        batch = letters[:most]
        for letter in batch:
            read = int(letter["attributes"]["ApproximateReceiveCount"]) + 1
            letter["attributes"]["ApproximateReceiveCount"] = str(read)
        answer = handler({"Records": batch}, Context())
        # A worker that was killed does not come here: its whole batch stays.
        given_back = {failed["itemIdentifier"] for failed in answer["batchItemFailures"]}
        del letters[: len(batch)]
        for letter in batch:
            if letter["messageId"] in given_back:
                dead = int(letter["attributes"]["ApproximateReceiveCount"]) >= TRIES
                (self.dead if dead else letters).append(letter)

    # ---- what can be seen

    def rows(self) -> dict[Key, dict[str, Any]]:
        return self.dynamodb.rows()

    def archived(self) -> set[bytes]:
        """The bodies in the archive, as they are packed."""
        objects = self.s3.objects.items()
        return {body for (bucket, key), (body, _) in objects if key.startswith("archive/")}

    def files(self) -> set[str]:
        """The keys in the media bucket."""
        return {key for bucket, key in self.s3.objects if bucket == "media"}


class OverHttp:
    """What the webhook function calls, on the same wire."""

    def __init__(self, cloud: MemoryCloud) -> None:
        self._cloud = cloud

    def secret(self, arn: str) -> str:
        return cast("str", self._cloud.wire.call("GetSecretValue", lambda: _SECRETS[arn]))

    def put_object(self, bucket: str, key: str, body: bytes) -> None:
        self._cloud.s3.put_object(Bucket=bucket, Key=key, Body=body)

    def send_message(self, queue_url: str, text: str, *, attributes: Any, group: str) -> None:
        self._cloud.sqs.send_message(
            QueueUrl=queue_url, MessageBody=text, MessageAttributes=attributes, MessageGroupId=group
        )


_SECRETS = {"app": f'{{"current": "{SECRET}"}}', "verify": "verify-token"}


class FilesAtMeta:
    """Graph, as far as files go: each id is a file of its own."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def media(self, media_id: str) -> MediaLocation:
        location = MediaLocation(f"https://files.example/{media_id}", "image/jpeg")
        return cast("MediaLocation", self._wire.call("GetMedia", lambda: location))

    def download(self, url: str) -> Iterator[bytes]:
        content = url.encode()
        return iter((cast("bytes", self._wire.call("Download", lambda: content)),))


@contextmanager
def narrow_queue(limit: int) -> Iterator[None]:
    """A queue that takes so many bytes: larger bodies go through S3, as those above 1 MiB do."""
    with patch.object(envelope, "QUEUE_LIMIT", limit):
        yield
