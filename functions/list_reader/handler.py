"""The lists queue: each record names one uploaded list that is to be read."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem.runtime.batches import each
from tandem.runtime.lists import read


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    return each(event, context, read)
