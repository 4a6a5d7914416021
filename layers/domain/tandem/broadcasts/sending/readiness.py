"""Whether a broadcast may go out as things are: what its line and its template say just now."""

from tandem.model.line import Line, LineState
from tandem.model.standing import forbidden
from tandem.model.template import KnownTemplate

SLACK_SECONDS = 600
"""How long after its likely end, or after it was held, a broadcast is looked at again."""

MAY_BE_ANOTHER = (
    "Meta said that the template {name} has changed: it waits until Meta's list was read again."
)
AWAY = "The line is {state}: it goes on when the line is active again."
NOT_SENDABLE = "Meta does not send the template {name} now ({status}): resume when it does."
CHANGED = (
    "the template {name} is not what it was when this was approved: "
    "make the broadcast anew, so that its plan can be looked at"
)


def why_not_on(line: Line, category: str, now: int) -> str | None:
    """Why no template of this category is sent on a line now, in a sentence."""
    if line.state is not LineState.ACTIVE:
        return line.trouble or AWAY.format(state=line.state)
    return line.trouble or forbidden(line.standing, first=True, category=category, now=now)


def why_not_with(planned: KnownTemplate, known: KnownTemplate | None) -> str | None:
    """What stands against sending a template now, in a sentence; one that was never listed is
    believed.
    """
    if known is None:
        return None
    if not known.sendable:
        return NOT_SENDABLE.format(name=known.name, status=known.status.lower())
    return CHANGED.format(name=known.name) if known.fingerprint != planned.fingerprint else None


def why_wait_for(known: KnownTemplate | None) -> str | None:
    """Why a template must be read before anybody can say whether it is what was approved: Meta has
    announced since that its content may be another.
    """
    if known is None or not known.sendable or known.rewritten_at is None:
        return None
    return MAY_BE_ANOTHER.format(name=known.name)
