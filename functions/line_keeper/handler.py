"""Every five minutes: whatever nobody else would come back to."""

from dataclasses import asdict
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem.runtime.metrics import counting
from tandem.runtime.observability import logger
from tandem.runtime.onboarding import keeper


def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """One round; what could not be seen to was logged, and is due again in the next."""
    with counting():
        kept = asdict(keeper().keep())
    logger().info("kept", **kept)
    return kept
