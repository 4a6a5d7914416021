"""The history queue: what comes by the thousand, beside live traffic and never before it."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem.runtime.batches import each
from tandem.runtime.intake import take_in


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    return each(event, context, take_in)
