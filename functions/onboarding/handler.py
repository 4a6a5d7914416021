"""The onboarding callback: POST takes an owner's sign-up code, GET tells how far it has come.

Both are open to whoever holds an invitation, and to nobody else.
"""

import base64
from dataclasses import asdict
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from tandem.lines.proof import WhichNumber
from tandem.model.errors import Invalid, Refusal, TryAgain
from tandem.runtime.observability import logger
from tandem.runtime.onboarding import (
    SignUpBody,
    beginning,
    begun,
    followed,
    following,
    invitation_key,
)
from tandem.runtime.refusals import answered, refused


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """An HTTP API event (payload 2.0) to its answer."""
    try:
        if event["requestContext"]["http"]["method"] == "POST":
            return _begin(event)
        return _follow(event)
    except (Refusal, TryAgain) as error:
        logger().info("refused", kind=type(error).__name__, code=getattr(error, "code", None))
        numbers = error.choices if isinstance(error, WhichNumber) else ()
        return refused(error, numbers=[asdict(choice) for choice in numbers])


def _begin(event: dict[str, Any]) -> dict[str, Any]:
    body = event.get("body") or ""
    try:
        asked = SignUpBody.model_validate_json(
            base64.b64decode(body) if event.get("isBase64Encoded") else body
        )
    except ValidationError as error:
        fields = {".".join(map(str, problem["loc"])) for problem in error.errors()}
        raise Invalid(f"the request is not complete: {', '.join(sorted(fields))}") from None
    onboarding = beginning().begin(asked.sign_up(), key=invitation_key())
    logger().info("began", onboarding=onboarding.onboarding, state=onboarding.state)
    return answered(202, begun(onboarding))


def _follow(event: dict[str, Any]) -> dict[str, Any]:
    invitation = (event.get("queryStringParameters") or {}).get("invitation", "")
    onboarding = event["pathParameters"]["onboarding"]
    progress = following().invited(invitation, onboarding, key=invitation_key())
    return answered(200, followed(progress))
