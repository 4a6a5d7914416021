"""Crashes: the workers of a running stack die, and time passes until their work comes back."""

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from tests.journeys.stack import Stack


def kill(stack: Stack, function: str) -> int:
    """Kill -9 everything that runs a function now; how many workers that were."""
    pids = stack.workers(function)
    for pid in pids:
        # It may have ended by itself since it was listed.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(pids)


@contextmanager
def given_back_after(stack: Stack, seconds: int, *queues: str) -> Iterator[None]:
    """Have queues give back what a dead worker held after seconds, not minutes.

    The template's visibility timeouts are six times a function's own, so no test can wait for one.
    A shorter one on the deployed queue is the same course of things with less waiting. It can only
    make matters worse: a slow worker that lives is then handed its own record a second time.
    """
    sqs = stack.aws("sqs")
    urls = [stack.resource(queue) for queue in queues]
    known = {
        url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
        for url in urls
    }
    for url in urls:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})
    try:
        yield
    finally:
        for url, answer in known.items():
            sqs.set_queue_attributes(QueueUrl=url, Attributes=answer["Attributes"])


@contextmanager
def held_back(stack: Stack, function: str) -> Iterator[None]:
    """Have a function take nothing from its queue meanwhile, as when it has no capacity left."""
    mappings = stack.aws("lambda")
    listed = mappings.list_event_source_mappings(FunctionName=stack.resource(function))
    (mapping,) = listed["EventSourceMappings"]
    mappings.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        mappings.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def passed(stack: Stack, partition: str, *, seconds: int) -> None:
    """Let time pass for one thing: every moment in its rows lies so much further back.

    The deployed functions read a clock that nobody can turn, so the past is moved instead.
    """
    table, name = stack.aws("dynamodb"), stack.endpoints.table_name
    found = table.query(
        TableName=name,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": partition}},
    )
    for row in found["Items"]:
        older = {
            column: {"N": str(int(value["N"]) - seconds)}
            for column, value in row.items()
            if column.endswith("_at") and "N" in value
        }
        table.put_item(TableName=name, Item=row | older)


def under_way(stack: Stack, *queues: str) -> int:
    """How many records of these queues a worker has, or had when it died."""
    return _counted(stack, queues, "ApproximateNumberOfMessagesNotVisible")


def waiting_in(stack: Stack, *queues: str) -> int:
    """How many records are in these queues, those under way included."""
    return under_way(stack, *queues) + _counted(stack, queues, "ApproximateNumberOfMessages")


def _counted(stack: Stack, queues: Iterable[str], name: str) -> int:
    sqs = stack.aws("sqs")
    answers = (
        sqs.get_queue_attributes(QueueUrl=stack.resource(queue), AttributeNames=[name])
        for queue in queues
    )
    return sum(int(answer["Attributes"][name]) for answer in answers)
