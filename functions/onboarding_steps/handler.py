"""The steps queue: each record takes one onboarding as far as it goes now."""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem.runtime.observability import logger
from tandem.runtime.onboarding import StepsJob, steps_worker

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    return process_partial_response(
        event=event, record_handler=_work, processor=processor, context=context
    )


def _work(record: SQSRecord) -> None:
    job = StepsJob.model_validate_json(record.body)
    steps_worker().work(job.tenant, job.onboarding)
    logger().info("went on", onboarding=job.onboarding)
