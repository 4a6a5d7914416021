"""The plan queue: each record names one broadcast that is to be planned, or looked at again."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem.runtime.batches import each
from tandem.runtime.broadcasts import plan


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    return each(event, context, plan)
