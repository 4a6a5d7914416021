"""The media queue: each record names one file that Meta still has."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem.runtime.batches import each
from tandem.runtime.media import fetch


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    return each(event, context, fetch)
