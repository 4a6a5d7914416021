"""The send queue: each record is a slice of one broadcast, in order within its line."""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    SqsFifoPartialProcessor,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem.runtime.broadcasts import send

processor = SqsFifoPartialProcessor(skip_group_on_error=True)
processor.raise_on_entire_batch_failure = False


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """What fails is given back with all that follows it on its line; other lines go on."""

    def send_in_time(record: SQSRecord) -> None:
        send(record, lambda: context.get_remaining_time_in_millis() / 1000)

    return process_partial_response(
        event=event, record_handler=send_in_time, processor=processor, context=context
    )
