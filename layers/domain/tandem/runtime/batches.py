"""A batch of queue records: each one alone; what fails is named in the log and given back.

What is not given back is deleted by SQS: the answer is the only place where a record can be lost.
"""

import logging
from collections.abc import Callable
from typing import Any, cast

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem.model.errors import TryAgain
from tandem.runtime.metrics import counting
from tandem.runtime.observability import logger

Work = Callable[[SQSRecord], None]

LEAST_MILLISECONDS = 15_000
"""With less time left no record is begun: a worker that is stopped gives back its whole batch."""


def each(event: dict[str, Any], context: LambdaContext, work: Work) -> Any:
    """Do the work of every record of a standard queue; the answer names those that failed."""
    processor = BatchProcessor(
        EventType.SQS, raise_on_entire_batch_failure=False, logger=_plain_logger()
    )
    return _answer(event, context, work, processor)


def each_in_order(event: dict[str, Any], context: LambdaContext, work: Work) -> Any:
    """The same for a FIFO queue: what fails is given back with all that follows it in its group."""
    processor = SqsFifoPartialProcessor(skip_group_on_error=True, logger=_plain_logger())
    processor.raise_on_entire_batch_failure = False
    return _answer(event, context, work, processor)


def _answer(
    event: dict[str, Any], context: LambdaContext, work: Work, processor: BatchProcessor
) -> Any:
    def in_time(record: SQSRecord) -> None:
        if context.get_remaining_time_in_millis() < LEAST_MILLISECONDS:
            raise TryAgain("the records before it took all the time there was")
        work(record)

    with counting():
        return process_partial_response(
            event=event, record_handler=in_time, processor=processor, context=context
        )


def _plain_logger() -> logging.Logger:
    """Powertools' logger does all that the processor asks of a standard one."""
    return cast("logging.Logger", logger())
