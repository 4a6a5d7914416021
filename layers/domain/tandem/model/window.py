"""Windows of a conversation: what may be sent in one, and what Meta charges nothing for.

customer service window   opened by the customer's message; in it anything may be sent.
entry-point window        a chat that an ad or a button on a Page began, answered within a day;
                          in it Meta charges nothing, and it opens nothing for free-form sends.
"""

from dataclasses import dataclass

HOUR = 3600

WINDOW_SECONDS = 24 * HOUR
"""Length of the customer service window. wire: Meta, "Customer service windows"."""

ANSWER_SECONDS = 24 * HOUR
"""Within this, the chat that an ad began has to be answered. wire: Meta, "Free entry point
windows"."""

ENTRY_POINT_SECONDS = 72 * HOUR
"""Length of the entry-point window, from the answer on. wire: Meta, "Free entry point windows"."""

_ROUNDING = 60
"""Meta's own end of a window may be rounded to the minute."""


@dataclass(frozen=True, slots=True)
class Window:
    """The customer service window: open until `closes_at`, opened by the message `opened_by`."""

    closes_at: int
    opened_by: str


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A window in which Meta charges nothing. It never lets a free-form message through.

    Expected until a status of Meta proves it: then `proven_by` is the message of that status, and
    `closes_at` Meta's own word. An expected one opens with an answer up to `answer_by`.
    `opened_by` is the customer's message that an ad or button led to, None while it is not known.
    """

    opened_by: str | None
    answer_by: int | None = None
    closes_at: int | None = None
    proven_by: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment (unix seconds) and the message that it stands for."""

    at: int
    wamid: str


def entry_point(
    referred: Mark | None, free_until: Mark | None, *, now: int, onboarded_at: int
) -> EntryPoint | None:
    """The entry-point window as far as it is known now.

    `referred`: the latest message that an ad led to. `free_until`: the latest end that a status has
    told. A message from before the number was onboarded leads to none.
    """
    if referred is not None and referred.at < onboarded_at:
        referred = None
    if free_until is not None and now < free_until.at:
        # A later ad may have led here too: that message did not open what was open before.
        starts_at = free_until.at - ENTRY_POINT_SECONDS
        earliest, latest = starts_at - ANSWER_SECONDS - _ROUNDING, starts_at + _ROUNDING
        opener = referred if referred and earliest <= referred.at <= latest else None
        return EntryPoint(
            opened_by=opener.wamid if opener else None,
            closes_at=free_until.at,
            proven_by=free_until.wamid,
        )
    if referred is not None and now < referred.at + ANSWER_SECONDS:
        return EntryPoint(referred.wamid, answer_by=referred.at + ANSWER_SECONDS)
    return None
