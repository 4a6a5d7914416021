"""The send queue: each record is a slice of one broadcast, in order within its line."""

from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem.runtime.batches import each_in_order
from tandem.runtime.broadcasts import send


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    def send_in_time(record: SQSRecord) -> None:
        send(record, lambda: context.get_remaining_time_in_millis() / 1000)

    return each_in_order(event, context, send_in_time)
