"""The quarter of an hour after a disconnection, in which Meta takes a number for nothing new.

It is told to whoever is about to connect one, so that nobody goes through Meta's window in vain.
Whom Meta lets through all the same is never refused here: only the requests that Meta takes once
wait until the time has come.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from tandem.model.errors import Conflict
from tandem.model.line import Line


class TooSoon(Conflict):
    """Numbers of the tenant were disconnected a moment ago; any other may be connected now.

    Meta takes all of `lines` again at `until` (unix seconds), `seconds_left` from now.
    """

    code = "wait_after_removal"

    def __init__(self, lines: tuple[Line, ...], *, now: int) -> None:
        self.lines = lines
        self.until = max(line.standing.again_from or 0 for line in lines)
        self.seconds_left = self.until - now
        super().__init__(" ".join(map(_why, lines)))


def waiting(lines: Iterable[Line], *, now: int) -> tuple[Line, ...]:
    """The lines that Meta does not take again yet."""
    return tuple(
        line
        for line in lines
        if (line.standing.again_from or 0) > now and not line.standing.there_since
    )


def taken_again(at: int) -> str:
    """From when Meta takes a number again, in a sentence."""
    return f"Meta takes it again from {datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC."


def _why(line: Line) -> str:
    return f"+{line.display_number} was disconnected. {taken_again(line.standing.again_from or 0)}"
