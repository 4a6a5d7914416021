"""The broadcast functions as deployed: real wiring on the local engine, and the simulated Meta."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from functions.broadcast_planner.handler import handler as planner
from functions.broadcast_sender.handler import handler as sender
from simulator import Simulator
from tandem.model.broadcast import Addressee, Audience, BroadcastRequest, Timing
from tandem.model.line import Line, LineState, Mode
from tandem.runtime import clients, stores
from tests.fakes.process import begin_on, forget, given_back, taken_off
from tests.unit.conftest import create_table

TENANT = "acme"


@dataclass
class BroadcastStack:
    """One tenant's line at a simulated Meta; queues are emptied by hand."""

    meta: Simulator
    line: str
    plan_queue: str
    send_queue: str

    def request(self, people: int, **more: Any) -> BroadcastRequest:
        audience = tuple(
            Addressee(
                f"+1555012{number:04d}", values={"body.1": f"Ana {number}", "body.2": f"{number}"}
            )
            for number in range(people)
        )
        asked = {
            "line": self.line,
            "name": "Ready",
            "template": "order_ready",
            "language": "en_US",
            "audience": Audience(audience),
            "by": "Kim",
            "approve": True,
        }
        if "schedule_at" in more:
            asked["timing"] = Timing(at=more.pop("schedule_at"))
        return BroadcastRequest(**{**asked, **more})

    def records(self, queue: str) -> list[dict[str, Any]]:
        """Takes ten letters off a queue at most, as records of a Lambda event."""
        return taken_off(queue)

    def plan(self, records: list[dict[str, Any]] | None = None) -> list[str]:
        """The planner takes what is on its queue; the ids it gave back."""
        return given_back(planner, self.records(self.plan_queue) if records is None else records)

    def send(self, records: list[dict[str, Any]] | None = None) -> list[str]:
        """The sender takes what is on its queue; the ids it gave back."""
        return given_back(sender, self.records(self.send_queue) if records is None else records)


@contextmanager
def broadcast_stack(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[BroadcastStack]:
    """A stack of its own on the engine at `url`, with a Meta of its own."""
    name = f"tandem-{uuid4().hex[:8]}"
    begin_on(url, monkeypatch)
    with Simulator(seed=3, time_scale=0) as meta:
        create_table(clients.dynamodb(), name)
        clients.s3().create_bucket(Bucket=name)
        plan_queue = clients.sqs().create_queue(QueueName=f"{name}-plan")["QueueUrl"]
        send_queue = clients.sqs().create_queue(
            QueueName=f"{name}-send.fifo", Attributes={"FifoQueue": "true"}
        )["QueueUrl"]
        environment = {
            "TABLE_NAME": name,
            "ARCHIVE_BUCKET": name,
            "TOKEN_KEY_ARN": clients.kms().create_key()["KeyMetadata"]["Arn"],
            "PLAN_QUEUE_URL": plan_queue,
            "PLAN_QUEUE_ARN": f"arn:aws:sqs:us-east-1:000000000000:{name}-plan",
            "SEND_QUEUE_URL": send_queue,
            "SCHEDULE_GROUP": "default",
            "SCHEDULE_ROLE_ARN": "arn:aws:iam::000000000000:role/schedule",
            "GRAPH_URL": meta.url,
            "GRAPH_VERSION": "v25.0",
        }
        for variable, value in environment.items():
            monkeypatch.setenv(variable, value)
        yield BroadcastStack(meta, _connected_line(meta), plan_queue, send_queue)
    forget()


def _connected_line(meta: Simulator) -> str:
    """A line of the tenant that has gone through sign-up."""
    made = meta.create_business()
    meta.signup(waba_id=made["waba_id"])
    token = meta.issue_token(waba_ids=[made["waba_id"]])["access_token"]
    line: str = made["phone_number_id"]
    stores.lines().save_connected(
        Line(
            tenant=TENANT,
            line=line,
            waba=made["waba_id"],
            display_number="15550100000",
            mode=Mode.COEXISTENCE,
            state=LineState.ACTIVE,
            onboarded_at=1_790_000_000,
            sync="first",
        )
    )
    stores.tokens().keep(
        TENANT,
        line,
        token,
        waba=made["waba_id"],
        granted_at=1_790_000_000,
        granted_by="first",
        expires_at=None,
    )
    return line
