"""Reading a connected line again: what Meta says of it now is what is believed.

wire: Meta, "Phone number" (`status`, `platform_type`, `is_on_biz_app`, `quality_rating`). Nothing
announces every loss: a number that was disconnected answers 100/33 or 190 some time later.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from tandem.lines.graph_calls import LineGraphOf
from tandem.lines.noticing import changes
from tandem.lines.proof import mode_of, rate_of
from tandem.lines.waiting import taken_again
from tandem.meta.errors import FixFirst, GraphFailure
from tandem.meta.numbers import PhoneNumber
from tandem.model.line import Line, LineState, Mode
from tandem.model.standing import WAIT_AFTER_REMOVAL, Disconnection
from tandem.store.lines import Lines, Reading, Watch
from tandem.store.tokens import TokenRow, Tokens
from tandem.store.troubles import Trouble

MINUTE, DAY = 60, 24 * 3600

USUAL, SOON, SELDOM = 30 * MINUTE, 5 * MINUTE, DAY
"""Seconds until a line is read again: as a rule, while it changes, and once it was removed."""

FRESH_NEWS = 30 * MINUTE
"""Seconds for which an announcement may be ahead of what Meta answers."""

TRY_SENDING_AGAIN = 60 * MINUTE
"""Seconds after which a trouble with sending is forgotten, so that the next send finds out."""

PHONE_WARNED_AFTER, PHONE_ENDS_AFTER = 10 * DAY, 14 * DAY
"""Seconds without a sign of the phone until its owner is warned, and until WhatsApp disconnects a
number whose app nobody opens. wire: Meta, "Onboard WhatsApp Business app users".
"""

WARNED_BEFORE = 7 * DAY
"""Seconds before the end of a token from which the owner is told."""

CONNECT_AGAIN = "Connect the number again with a new invitation."
OFFBOARDED = "The number is not connected to the platform at the moment; sends wait until it is."
NO_PERMISSION = f"Meta no longer accepts our permission for this number. {CONNECT_AGAIN}"
TOKEN_ENDED = f"Meta's permission for this number has ended. {CONNECT_AGAIN}"

GONE, MISSING_OBJECT = 33, (100, 33)
"""Error code, and code with subcode, of a number that is not there any more."""

STOPPED: dict[str, str] = {
    "BANNED": "Meta has banned the number: ask for a review in WhatsApp Manager.",
    "DELETED": "Meta shows the number as deleted.",
    "DISCONNECTED": OFFBOARDED,
}
"""Statuses of a number that cannot send; any other is Meta's business until a send fails."""


class LineReading:
    def __init__(
        self,
        *,
        lines: Lines,
        tokens: Tokens,
        graph_of: LineGraphOf,
        clock: Callable[[], int],
    ) -> None:
        self._lines = lines
        self._tokens = tokens
        self._graph_of = graph_of
        self._clock = clock

    def read(self, watch: Watch) -> None:
        """Take a due look at a line: ask Meta, keep what it says, set the next look."""
        now, line = self._clock(), watch.line
        taken = self._lines.take(watch, next_at=now + _pause(watch, now))
        if taken is None:
            return
        token = self._tokens.row(line.tenant, line.line)
        self._trouble(line, _ending(token, now), Trouble.PERMISSION, now)
        self._trouble(line, _silent(line, now), Trouble.PHONE, now)
        since = watch.sending_trouble_at
        if since is not None and now - since >= TRY_SENDING_AGAIN:
            self._trouble(line, None, Trouble.SENDING, now)
        reading = self._ask(watch)
        if reading is not None:
            reading = replace(reading, token_expires_at=token.expires_at if token else None)
            for happening in changes(watch, reading, at=now):
                self._lines.note_happening(line.tenant, line.line, happening)
            self._lines.note_reading(line.tenant, line.line, reading, at=now)
            if reading.mode is not None:
                self._read_account(watch, now)
            if line.state is LineState.OFFBOARDED and reading.state is LineState.ACTIVE:
                self._trouble(line, None, Trouble.SENDING, now)
        if reading is None or reading.state not in (None, line.state):
            self._lines.take(taken, next_at=now + SOON)

    def _ask(self, watch: Watch) -> Reading | None:
        """What Meta says; None when it says nothing now."""
        line = watch.line
        try:
            number = self._graph_of(line.tenant, line.line).phone_number(line.line)
        except FixFirst as error:
            gone = error.code == GONE or (error.code, error.subcode) == MISSING_OBJECT
            if gone or _was_removed(watch):
                return _away(watch)
            return Reading(trouble=NO_PERMISSION)
        except GraphFailure:
            return None
        return _connected(line, number) or _away(watch)

    def _read_account(self, watch: Watch, now: int) -> None:
        """Once a day, and after Meta has announced something of it, what Graph says of the account;
        a failure waits.
        """
        line = watch.line
        if line.account.read_at > max(now - DAY, watch.noted_at):
            return
        with suppress(GraphFailure):
            account = self._graph_of(line.tenant, line.line).account(line.waba)
            self._lines.note_account(line, account, at=now)

    def _trouble(self, line: Line, text: str | None, kind: Trouble, now: int) -> None:
        self._lines.note_trouble(line.tenant, line.line, text, kind=kind, at=now)


def _pause(watch: Watch, now: int) -> int:
    if now - max(watch.noted_at, watch.line.onboarded_at) < FRESH_NEWS:
        return SOON
    return SELDOM if watch.line.state is LineState.REMOVED else USUAL


def _was_removed(watch: Watch) -> bool:
    """Whether Meta said, since the line was connected, that its owner took it away."""
    return watch.removal_noted_at >= watch.line.onboarded_at


def _away(watch: Watch) -> Reading:
    if _was_removed(watch):
        told = watch.line.standing.disconnected
        return Reading(LineState.REMOVED, trouble=removed(told))
    return Reading(LineState.OFFBOARDED, trouble=OFFBOARDED)


def _connected(line: Line, number: PhoneNumber) -> Reading | None:
    """What is said of a number on the platform; None when it is not there."""
    mode = mode_of(number)
    if mode is None:
        return None
    state = None if line.state is LineState.CONNECTING else LineState.ACTIVE
    return Reading(
        state=state,
        mode=mode,
        rate=rate_of(number, mode),
        display_number=number.display_number,
        verified_name=number.verified_name,
        quality=number.quality,
        trouble=STOPPED.get(number.status or ""),
        messaging_limit=number.messaging_limit,
        name_status=number.name_status,
    )


def removed(told: Disconnection | None) -> str:
    """That a number was disconnected, why, and from when it can be connected again."""
    why = f": {told.why}" if told and told.why else ""
    again = f" {taken_again(told.at + WAIT_AFTER_REMOVAL)}" if told else ""
    return f"The number was disconnected{why}.{again} {CONNECT_AGAIN}"


def _silent(line: Line, now: int) -> str | None:
    """What the owner is told when their phone has given no sign of life for days."""
    seen_at = line.standing.phone_seen_at
    if line.mode is not Mode.COEXISTENCE or line.state is not LineState.ACTIVE or seen_at is None:
        return None
    if now - seen_at < PHONE_WARNED_AFTER:
        return None
    ends = datetime.fromtimestamp(seen_at + PHONE_ENDS_AFTER, UTC)
    return (
        f"No sign of the phone for {(now - seen_at) // DAY} days: open WhatsApp Business on it by "
        f"{ends:%Y-%m-%d}, or WhatsApp may disconnect the number. Opening it to read is enough, "
        "but does not show here."
    )


def _ending(token: TokenRow | None, now: int) -> str | None:
    if token is None or token.expires_at is None:
        return None
    left = token.expires_at - now
    if left <= 0:
        return TOKEN_ENDED
    if left > WARNED_BEFORE:
        return None
    days = left // DAY
    when = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
    return f"Meta's permission for this number ends {when}. {CONNECT_AGAIN}"
