"""Queues of jobs: small JSON objects, never bodies of webhooks."""

import json
from collections.abc import Mapping, Sequence
from itertools import batched
from typing import TYPE_CHECKING, Any

from tandem.model.errors import TryAgain

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

Job = Mapping[str, Any]
JOBS_PER_CALL = 10


class Queue:
    """One SQS queue. `group` and `dedup` are for FIFO queues, `delay` (≤ 900 s) for others."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def put(
        self, job: Job, *, group: str | None = None, dedup: str | None = None, delay: int = 0
    ) -> None:
        arguments: dict[str, Any] = {"QueueUrl": self._url, "MessageBody": json.dumps(job)}
        if group is not None:
            arguments["MessageGroupId"] = group
        if dedup is not None:
            arguments["MessageDeduplicationId"] = dedup
        if delay:
            arguments["DelaySeconds"] = delay
        self._client.send_message(**arguments)

    def put_many(self, jobs: Sequence[Job]) -> None:
        """Put jobs on a standard queue, ten a call; TryAgain when it did not take them all."""
        for batch in batched(jobs, JOBS_PER_CALL, strict=False):
            answer = self._client.send_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(number), "MessageBody": json.dumps(job)}
                    for number, job in enumerate(batch)
                ],
            )
            if answer.get("Failed"):
                raise TryAgain(
                    f"the queue took {len(answer.get('Successful', []))} of {len(batch)}"
                )
