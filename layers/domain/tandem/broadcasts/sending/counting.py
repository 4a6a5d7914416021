"""How far a broadcast is, counted from its recipient rows."""

from collections import Counter
from collections.abc import Iterable

from tandem.model.recipient import Progress, Recipient, RecipientState

_WITH_REASON = frozenset({RecipientState.SKIPPED, RecipientState.REFUSED, RecipientState.FAILED})


def progress_of(recipients: Iterable[Recipient], *, size: int, now: int) -> Progress:
    """The progress of a broadcast to `size` people. Who has no row yet is planned for, too."""
    states: Counter[RecipientState] = Counter()
    reasons: Counter[str] = Counter()
    accepted = timed = 0
    first: int | None = None
    last: int | None = None
    for recipient in recipients:
        state = recipient.state(now)
        states[state] += 1
        if state in _WITH_REASON and recipient.reason:
            reasons[recipient.reason] += 1
        if recipient.wamid:
            accepted += 1
        if (at := recipient.accepted_ms) is not None:
            timed += 1
            first = at if first is None else min(first, at)
            last = at if last is None else max(last, at)
    states[RecipientState.PLANNED] += size - states.total()
    return Progress(
        total=size,
        states={state: states[state] for state in RecipientState},
        reasons=dict(reasons.most_common()),
        accepted=accepted,
        timed=timed,
        first_accepted_ms=first,
        last_accepted_ms=last,
    )
