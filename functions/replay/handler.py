"""Asked by an operator: a line rebuilt from the archive, compared with the table, and repaired."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem.runtime.clock import now
from tandem.runtime.observability import logger
from tandem.runtime.replaying import replay


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """`tenant`, `line`, `day`, `since`, `until`, `apply`, `take_away`, as of `tandem replay`."""
    told = replay(event, at=now())
    logger().info("replayed", applied=told["applied"], differences=told["differences"])
    return told
