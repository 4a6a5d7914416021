"""The plan queue, on the local engine: from a request to slices on the send queue."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from tandem.model.broadcast import Audience, Bounds, BroadcastState
from tandem.model.recipient import Slice
from tandem.model.series import Every, Rule, SeriesRequest
from tandem.model.template import FilledBy
from tandem.runtime import clients
from tandem.runtime.broadcasts import broadcasts, recurring
from tandem.runtime.stores import table
from tandem.store.broadcasts import BroadcastRows
from tests.fakes.broadcast_stack import TENANT, BroadcastStack, broadcast_stack


@pytest.fixture
def stack(engine_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[BroadcastStack]:
    with broadcast_stack(engine_url, monkeypatch) as stack:
        yield stack


def record(body: str) -> dict[str, Any]:
    return {"messageId": body[:20], "body": body, "attributes": {}, "eventSource": "aws:sqs"}


def test_a_broadcast_becomes_a_plan_and_slices(stack: BroadcastStack) -> None:
    created = broadcasts().create(TENANT, stack.request(130))

    assert stack.plan() == []

    slices = stack.records(stack.send_queue)
    planned = broadcasts().get(TENANT, created.id)
    assert planned.state is BroadcastState.SENDING
    assert planned.plan is not None
    assert (planned.plan.size, planned.plan.included) == (130, 130)
    queued = [TypeAdapter(Slice).validate_json(piece["body"]) for piece in slices]
    assert queued == [
        Slice(TENANT, created.edition, stack.line, 0, 99),
        Slice(TENANT, created.edition, stack.line, 100, 129, closing=True),
    ]
    assert {piece["attributes"]["MessageGroupId"] for piece in slices} == {stack.line}
    (watch,) = BroadcastRows(table()).due(2**31)
    assert watch.broadcast == created.id
    for at, queued_again in ((watch.at - 1, 0), (watch.at, 2)):
        clients.sqs().send_message(
            QueueUrl=stack.plan_queue,
            MessageBody=json.dumps({"tenant": TENANT, "broadcast": created.id, "at": at}),
        )
        assert stack.plan() == []
        assert len(stack.records(stack.send_queue)) == queued_again


def test_a_later_broadcast_waits_in_a_schedule(stack: BroadcastStack) -> None:
    at = int(time.time()) + 7200
    request = stack.request(3, schedule_at=at, key="later")

    created = broadcasts().create(TENANT, request)
    broadcasts().create(TENANT, request)

    schedule = clients.scheduler().get_schedule(Name=created.edition)
    assert schedule["ActionAfterCompletion"] == "DELETE"
    assert schedule["ScheduleExpression"] == time.strftime("at(%Y-%m-%dT%H:%M:%S)", time.gmtime(at))
    assert json.loads(schedule["Target"]["Input"]) == {"tenant": TENANT, "broadcast": created.id}
    # Its plan is made at once; what waits for its time is the sending.
    assert stack.plan() == []
    assert broadcasts().get(TENANT, created.id).state is BroadcastState.SCHEDULED
    assert stack.records(stack.send_queue) == []


def test_one_bad_record_goes_back_alone(stack: BroadcastStack) -> None:
    created = broadcasts().create(TENANT, stack.request(3))
    (good,) = stack.records(stack.plan_queue)
    bad = [record(text) for text in ("no json", "{}", '{"tenant": "", "broadcast": "x"}')]

    given_back = stack.plan([*bad, good])

    assert given_back == [one["messageId"] for one in bad]
    assert broadcasts().get(TENANT, created.id).plan is not None


def test_what_is_due_of_a_series_becomes_a_broadcast_with_its_own_schedule(
    stack: BroadcastStack,
) -> None:
    soon = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=20)
    rule = Rule(Every.DAY, soon.time(), "UTC", soon.date(), count=1)
    asked = replace(
        stack.request(0),
        audience=Audience(segment="wrote never"),
        filling={"body.1": FilledBy(text="Ana"), "body.2": FilledBy(text="7")},
        approve=False,
    )

    series = recurring().create(TENANT, SeriesRequest(asked, rule, Bounds(at_most_people=5)))
    given_back = [stack.plan(), stack.plan()]

    told = recurring().get(TENANT, series.id)
    (broadcast,) = recurring().broadcasts_of(told).values()
    schedule = clients.scheduler().get_schedule(Name=broadcast.edition)
    assert given_back == [[], []]
    assert told.next is None
    assert broadcast.plan is not None
    assert schedule["ScheduleExpression"] == f"at({soon:%Y-%m-%dT%H:%M:%S})"
