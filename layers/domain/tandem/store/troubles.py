"""Troubles of a line as attributes of its row, and as entries of its timeline."""

from collections.abc import Iterable
from enum import StrEnum

from tandem.model.happening import Happening, Told
from tandem.store.registers import Row

SENDS_PAUSED, SENDS_RESUMED = "sends_paused", "sends_resumed"
ADVICE, ADVICE_OVER = "advice", "advice_over"


class Trouble(StrEnum):
    """Where a trouble comes from: each source writes and clears its own.

    `SENDING` and `CONNECTION` stop sends; the others only tell the owner what to do.
    """

    SENDING = "sending"
    CONNECTION = "connection"
    SYNC = "sync"
    PERMISSION = "permission"
    PHONE = "phone"
    TEMPLATES = "templates"


STOPPING = (Trouble.CONNECTION, Trouble.SENDING)
ADVISING = (Trouble.SYNC, Trouble.PERMISSION, Trouble.PHONE, Trouble.TEMPLATES)


def text_name(kind: Trouble) -> str:
    return f"trouble_{kind.value}"


def since_name(kind: Trouble) -> str:
    return f"trouble_{kind.value}_at"


def over_name(kind: Trouble) -> str:
    return f"trouble_{kind.value}_over_at"


def said(row: Row, kinds: Iterable[Trouble]) -> str | None:
    """What the row says of troubles of these kinds, in sentences."""
    return " ".join(row[text_name(kind)] for kind in kinds if text_name(kind) in row) or None


def trouble_moved(
    row: Row, kind: Trouble, before: str | None, text: str | None, *, at: int
) -> Happening | None:
    """That a trouble began or is over; None when it goes on.

    A worker that died and comes back finds out the same thing: its identity is of what was before.
    The words of most troubles change while they last; those of a permission count the days.
    """
    stops = kind in STOPPING
    onboarded_at = row.get("onboarded_at", 0)
    if text is None:
        if before is None:
            return None
        since = row.get(since_name(kind), 0)
        ended = SENDS_RESUMED if stops else ADVICE_OVER
        identity = f"{kind}#over#{since}#{onboarded_at}"
        return Happening(at or since, ended, Told.TANDEM, f"It is over: {before}", identity)
    if before is not None and (kind is not Trouble.PERMISSION or before == text):
        return None
    over = row.get(over_name(kind), 0)
    identity = f"{kind}#{text if kind is Trouble.PERMISSION else 'begun'}#{over}#{onboarded_at}"
    begun = SENDS_PAUSED if stops else ADVICE
    return Happening(at or onboarded_at, begun, Told.TANDEM, text, identity)
