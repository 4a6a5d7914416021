"""When a broadcast does more harm than good, and stops until somebody has looked into it.

Derived anew by each sender from the rows before its slice and from what it meets itself; nothing is
counted anywhere. Somebody who resumes it has looked: what came before is not held against it again.
"""

from collections import Counter, deque
from collections.abc import Iterable

from tandem.model.line import Line
from tandem.model.recipient import Recipient, RecipientState

OUTCOMES = 50
"""So many of the latest outcomes decide; with fewer there is no judgement."""

MOST_FAILED = 25
"""More of them than this, and the broadcast stops."""

RED = "RED"

_FAILED = frozenset({RecipientState.FAILED, RecipientState.REFUSED})
_ARRIVED = frozenset({RecipientState.SENT, RecipientState.DELIVERED, RecipientState.READ})

LOW_QUALITY = (
    "Meta rates the quality of this line as low (RED): people block or report it, and it may be "
    "restricted. See whom this broadcast is for and what it says, then resume or cancel it."
)
TOO_MANY = (
    "{failed} of the last {outcomes} messages failed, most of them because: {reason} "
    "Look at the recipients who failed, then resume or cancel it."
)


class Breaker:
    """The latest outcomes of a broadcast, as far as one sender sees them."""

    def __init__(self, before: Iterable[Recipient], *, since: int, now: int) -> None:
        """`before` are recipients in their order; only attempts from `since` on count."""
        self._latest: deque[str | None] = deque(maxlen=OUTCOMES)
        for recipient in before:
            if recipient.attempt_at is None or recipient.attempt_at < since:
                continue
            state = recipient.state(now)
            if state in _FAILED:
                self.note(recipient.reason or "")
            elif state in _ARRIVED:
                self.note(None)

    def note(self, failed: str | None) -> None:
        """One more outcome: why it failed, for a reason of the person; None when Meta took it."""
        self._latest.append(failed)

    @property
    def why(self) -> str | None:
        """Why to stop, and what to do, in sentences; None to go on."""
        failed = [reason for reason in self._latest if reason is not None]
        if len(self._latest) < OUTCOMES or len(failed) <= MOST_FAILED:
            return None
        reason, _ = Counter(failed).most_common(1)[0]
        return TOO_MANY.format(failed=len(failed), outcomes=OUTCOMES, reason=reason)


def too_low(line: Line, *, insisted: bool) -> str | None:
    """Why the line's quality stops a broadcast, unless somebody has insisted on going on."""
    return LOW_QUALITY if line.quality == RED and not insisted else None
