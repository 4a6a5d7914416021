"""What the Connect page asks of the stack, from before Meta's window to the certificate.

All of it is open to whoever holds an invitation, and to nobody else.
"""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from tandem.model.errors import Refusal, TryAgain
from tandem.runtime.certifying import certifying
from tandem.runtime.observability import logger
from tandem.runtime.onboarding import beginning, following, invitation_key
from tandem.runtime.onboarding_edges import SignUpBody, begun, followed, invitation_in, what_helps
from tandem.runtime.refusals import answered, refused

Event = dict[str, Any]


def handler(event: Event, _context: LambdaContext) -> Event:
    """An HTTP API event (payload 2.0) to its answer."""
    try:
        return ROUTES[event["routeKey"]](event)
    except (Refusal, TryAgain) as error:
        logger().info("refused", kind=type(error).__name__, code=getattr(error, "code", None))
        return refused(error, **what_helps(error))


def _may_begin(event: Event) -> Event:
    invitation = beginning().may_begin(invitation_in(event), key=invitation_key())
    return answered(200, {"expires_at": invitation.expires_at})


def _begin(event: Event) -> Event:
    sign_up = SignUpBody.of(event).sign_up()
    onboarding = beginning().begin(sign_up, key=invitation_key())
    logger().info("began", onboarding=onboarding.onboarding, state=onboarding.state)
    return answered(202, begun(onboarding))


def _follow(event: Event) -> Event:
    onboarding = event["pathParameters"]["onboarding"]
    return answered(
        200, followed(following().invited(invitation_in(event), onboarding, key=invitation_key()))
    )


def _certify(event: Event) -> Event:
    onboarding = event["pathParameters"]["onboarding"]
    progress = following().invited(invitation_in(event), onboarding, key=invitation_key())
    return answered(200, certifying().of(progress))


ROUTES: dict[str, Callable[[Event], Event]] = {
    "GET /onboarding": _may_begin,
    "POST /onboarding": _begin,
    "GET /onboarding/{onboarding}": _follow,
    "GET /onboarding/{onboarding}/certificate": _certify,
}
