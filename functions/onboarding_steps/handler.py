"""The steps queue: each record takes one onboarding as far as it goes now."""

from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem.runtime.batches import each
from tandem.runtime.observability import logger
from tandem.runtime.onboarding import steps_worker
from tandem.runtime.onboarding_edges import StepsJob


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    return each(event, context, _go_on)


def _go_on(record: SQSRecord) -> None:
    job = StepsJob.model_validate_json(record.body)
    steps_worker().work(job.tenant, job.onboarding)
    logger().info("went on", onboarding=job.onboarding)
