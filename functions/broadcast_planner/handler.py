"""The plan queue: each record names one broadcast that is to be planned, or looked at again."""

from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem.runtime.batches import each
from tandem.runtime.broadcasts import plan


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    def plan_in_time(record: SQSRecord) -> None:
        plan(record, lambda: context.get_remaining_time_in_millis() / 1000)

    return each(event, context, plan_in_time)
