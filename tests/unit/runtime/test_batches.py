"""Batches of queue records: what fails goes back alone, and what there is no time for."""

from typing import Any

import pytest

from tandem.runtime.batches import each, each_in_order


class Context:
    """A worker's time: every record takes `seconds` of it."""

    function_name = "worker"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:worker"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def __init__(self, *, left: float, seconds: float) -> None:
        self.left, self.seconds = left, seconds
        self.worked: list[str] = []

    def get_remaining_time_in_millis(self) -> int:
        return round(self.left * 1000)

    def work(self, record: Any) -> None:
        self.worked.append(record.message_id)
        self.left -= self.seconds
        if record.body == "bad":
            raise ValueError("a fault")


def batch(*bodies: str) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": str(number),
                "body": body,
                "attributes": {"MessageGroupId": "a line"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
            }
            for number, body in enumerate(bodies)
        ]
    }


def given_back(answer: Any) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_what_fails_goes_back_alone() -> None:
    context = Context(left=60, seconds=1)

    answer = each(batch("good", "bad", "good"), context, context.work)  # type: ignore[arg-type]

    assert given_back(answer) == ["1"]
    assert context.worked == ["0", "1", "2"]


@pytest.mark.parametrize("verb", [each, each_in_order])
def test_a_batch_of_which_all_fail_is_named_too_and_is_no_fault_of_the_worker(verb: Any) -> None:
    context = Context(left=60, seconds=1)

    answer = verb(batch("bad", "bad"), context, context.work)

    assert given_back(answer) == ["0", "1"]


@pytest.mark.parametrize("verb", [each, each_in_order])
def test_no_record_is_begun_without_the_time_to_end_it(verb: Any) -> None:
    context = Context(left=60, seconds=20)

    answer = verb(batch(*["good"] * 6), context, context.work)

    assert context.worked == ["0", "1", "2"]
    assert given_back(answer) == ["3", "4", "5"]


def test_behind_what_fails_its_group_waits() -> None:
    context = Context(left=60, seconds=1)

    answer = each_in_order(batch("good", "bad", "good"), context, context.work)  # type: ignore[arg-type]

    assert given_back(answer) == ["1", "2"]
    assert context.worked == ["0", "1"]
