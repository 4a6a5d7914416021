"""Schedules: one for each edition of a broadcast that starts later. Fired, it deletes itself."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient


@dataclass(frozen=True, slots=True)
class Target:
    """The queue that a schedule puts its job on, and the role that lets it."""

    group: str
    queue_arn: str
    role_arn: str


class Schedules:
    """EventBridge Scheduler: to the minute, in UTC."""

    def __init__(self, client: "EventBridgeSchedulerClient", target: Target) -> None:
        self._client = client
        self._target = target

    def put(self, tenant: str, edition: str, at: int) -> None:
        """Have an edition looked at when it is to begin; repeating it changes nothing."""
        moment = datetime.fromtimestamp(at, UTC)
        try:
            self._client.create_schedule(
                Name=edition,
                GroupName=self._target.group,
                ScheduleExpression=f"at({moment:%Y-%m-%dT%H:%M:%S})",
                ScheduleExpressionTimezone="UTC",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={
                    "Arn": self._target.queue_arn,
                    "RoleArn": self._target.role_arn,
                    "Input": json.dumps({"tenant": tenant, "broadcast": edition.split(".")[0]}),
                },
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConflictException":
                raise

    def take_back(self, edition: str) -> None:
        """Let an edition not begin by itself; what has fired or was never put is fine."""
        try:
            self._client.delete_schedule(Name=edition, GroupName=self._target.group)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
