"""Sending one message into a conversation, at most once whatever dies on the way.

The send is written before Meta is called and stands in the timeline as `unknown`. From then on only
knowledge moves it: Meta's answer, or a status with its callback. It is never repeated by itself.
"""

import math
import secrets
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import NoReturn, Protocol

from tandem.conversations.drafting import body_of, content_of
from tandem.conversations.reading import Reading
from tandem.conversations.settling import Settling
from tandem.meta.errors import (
    FixFirst,
    GraphError,
    NotSent,
    PairThrottled,
    Passing,
    Throttled,
    Unanswered,
)
from tandem.meta.graph import Accepted
from tandem.meta.outgoing import SendBody
from tandem.model.errors import (
    Conflict,
    NotFound,
    RefusedByMeta,
    TooFast,
    TryAgain,
    WindowClosed,
)
from tandem.model.events import digest
from tandem.model.identity import Person
from tandem.model.line import Line, LineState
from tandem.model.reading import WholeConversation
from tandem.model.send import Outcome, Send, SendRequest, TemplateDraft
from tandem.model.standing import forbidden
from tandem.store.lines import Lines
from tandem.store.pace import AHEAD_SECONDS, Pace
from tandem.store.sends import Sends

LONGEST_WAIT_SECONDS = 1.0
"""How long somebody waits for the line's next free slot before being asked to come back."""

_UNABLE = {
    LineState.OFFBOARDED: (
        "line_offboarded",
        "this line is offboarded: its owner must open the WhatsApp Business app and reconnect it",
    ),
    LineState.REMOVED: ("line_removed", "this line was disconnected: its owner must connect it"),
}


class Sender(Protocol):
    """The one call to Meta that is needed, under the line's own token."""

    def send(self, line: str, body: SendBody) -> Accepted: ...


SenderOf = Callable[[str, str], Sender]
"""From a tenant and its line to the Graph API under that line's token."""


class Sending:
    """The verb of whoever writes through the API."""

    def __init__(
        self,
        *,
        reading: Reading,
        sends: Sends,
        settling: Settling,
        lines: Lines,
        pace: Pace,
        sender_of: SenderOf,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        new_id: Callable[[], str] = lambda: secrets.token_hex(10),
    ) -> None:
        self._reading = reading
        self._sends = sends
        self._settling = settling
        self._lines = lines
        self._pace = pace
        self._sender_of = sender_of
        self._clock = clock
        self._sleep = sleep
        self._new_id = new_id

    def send(self, tenant: str, conversation: str, request: SendRequest) -> Send:
        """Send, or say what became of the same request before. Without an outcome: unknown.

        Raises WindowClosed and Conflict when nothing may be sent, RefusedByMeta when Meta says no,
        TooFast and TryAgain when nothing was sent and the same may be asked again.
        """
        line, whole = self._reading.conversation(tenant, conversation)
        fingerprint = digest([conversation, asdict(request.draft), request.reply_to])
        earlier = self._earlier(tenant, request, fingerprint)
        if earlier is not None and earlier.outcome is not Outcome.RELEASED:
            return self._told_again(tenant, earlier)
        now = int(self._clock())
        _check_line(line)
        free_form = not isinstance(request.draft, TemplateDraft)
        if free_form:
            _check_window(whole)
        if why := forbidden(line.standing, first=whole.window is None, now=now):
            raise Conflict(why, code="line_restricted")
        body = body_of(whole.addressed, request.draft)
        sender = self._sender(tenant, line.line)
        latest = self._clock() + LONGEST_WAIT_SECONDS
        slot = self._take_slot(line, latest)
        self._sleep(max(0.0, slot - AHEAD_SECONDS - self._clock()))
        if free_form:
            self._check_again(tenant, conversation, whole)
        send = Send(
            id=earlier.id if earlier else self._name(request),
            line=line.line,
            person=Person.under(whole.addressed),
            content=content_of(request.draft, request.reply_to),
            at=now,
            by=request.by,
            fingerprint=fingerprint,
            attempt=self._new_id(),
        )
        begin = self._sends.begin_again if earlier else self._sends.begin
        if not begin(tenant, send):
            return self._overtaken(tenant, request, fingerprint)
        if request.reply_to:
            body = body.replying_to(request.reply_to)
        body = body.tagged(send.callback)
        return self._call(tenant, send, lambda: self._in_slot(slot, line, sender, body, latest))

    # ---- the same request again

    def _name(self, request: SendRequest) -> str:
        return digest(["send", request.key]) if request.key else self._new_id()

    def _earlier(self, tenant: str, request: SendRequest, fingerprint: str) -> Send | None:
        earlier = self._sends.get(tenant, self._name(request)) if request.key else None
        if earlier is not None and earlier.fingerprint != fingerprint:
            raise Conflict(
                "this idempotency key was used for another message: use a new key",
                code="key_reused",
            )
        return earlier

    def _told_again(self, tenant: str, send: Send) -> Send:
        if send.outcome is Outcome.REFUSED:
            raise RefusedByMeta(send.reason or "Meta refused it", number=send.code)
        if send.wamid is not None and not send.filed:
            self._settling.accepted(tenant, send, send.wamid, told=send.person)
        return send

    def _overtaken(self, tenant: str, request: SendRequest, fingerprint: str) -> Send:
        """The same request came twice at once: the other one is being sent."""
        other = self._earlier(tenant, request, fingerprint)
        if other is None or other.outcome is Outcome.RELEASED:
            raise TryAgain("the same request was just given up: send it again")
        return self._told_again(tenant, other)

    # ---- before the call

    def _sender(self, tenant: str, line: str) -> Sender:
        try:
            return self._sender_of(tenant, line)
        except NotFound as missing:
            raise Conflict(str(missing), code="line_not_connected") from missing

    def _take_slot(self, line: Line, latest: float) -> float:
        slot = self._pace.next_slot(line.tenant, line.line, rate=line.rate)
        if slot > latest:
            raise TooFast(
                "the line's messages per second are used up: send it again a little later",
                wait=math.ceil(slot - self._clock()),
            )
        return slot

    def _check_again(self, tenant: str, conversation: str, whole: WholeConversation) -> None:
        """The window may have closed while the line's turn was awaited."""
        if whole.window is None or self._clock() >= whole.window.closes_at:
            _check_window(self._reading.conversation(tenant, conversation)[1])

    # ---- the call

    def _in_slot(
        self, slot: float, line: Line, sender: Sender, body: SendBody, latest: float
    ) -> Accepted:
        """Send in a slot; in the next one again, where Meta throttles the line for a moment only.

        Raises Throttled when that would be after `latest` (all unix seconds).
        """
        tenant, key, rate = line.tenant, line.line, line.rate
        while True:
            self._pace.keep(tenant, key, slot, rate=rate)
            begun_at = self._clock()
            try:
                return sender.send(key, body)
            except Throttled as error:
                slot = self._pace.back_off(tenant, key, begun_at=begun_at, least=error.wait)
                if slot <= latest:
                    slot = self._pace.next_slot(tenant, key, rate=rate)
                if slot > latest:
                    error.wait = math.ceil(slot - self._clock())
                    raise

    def _call(self, tenant: str, send: Send, call: Callable[[], Accepted]) -> Send:
        try:
            accepted = call()
        except Unanswered:
            return send
        except NotSent as unsent:
            self._release(tenant, send, None, str(unsent))
            raise TryAgain("Meta could not be reached and nothing was sent: try again") from unsent
        except GraphError as error:
            self._refused(tenant, send, error)
        told = Person.of(accepted.wa_id, bsuid=accepted.user_id)
        self._settling.accepted(tenant, send, accepted.wamid, told=told)
        return replace(send, outcome=Outcome.ACCEPTED, wamid=accepted.wamid)

    def _refused(self, tenant: str, send: Send, error: GraphError) -> NoReturn:
        """Close the send and raise what its caller is told. Meta answered, so nothing was sent."""
        reason = _sentence(error)
        match error:
            case Throttled() | PairThrottled():
                self._release(tenant, send, error.code, reason)
                raise TooFast(reason, wait=max(error.wait, 1)) from error
            case Passing():
                self._release(tenant, send, error.code, reason)
                raise TryAgain(reason, wait=max(error.wait, 1)) from error
            case FixFirst():
                self._release(tenant, send, error.code, reason)
                self._lines.note_trouble(tenant, send.line, reason, at=int(self._clock()))
                raise RefusedByMeta(reason, number=error.code) from error
            case _:
                self._sends.close(tenant, send, Outcome.REFUSED, code=error.code, reason=reason)
                raise RefusedByMeta(reason, number=error.code) from error

    def _release(self, tenant: str, send: Send, code: int | None, reason: str) -> None:
        self._sends.close(tenant, send, Outcome.RELEASED, code=code, reason=reason)


def _check_line(line: Line) -> None:
    if line.state in _UNABLE:
        code, why = _UNABLE[line.state]
        raise Conflict(why, code=code)
    if line.trouble:
        raise Conflict(line.trouble, code="line_in_trouble")


def _check_window(whole: WholeConversation) -> None:
    if whole.window is not None:
        return
    since = (
        f"closed at {datetime.fromtimestamp(whole.closed_at, UTC):%Y-%m-%d %H:%M:%S} UTC"
        if whole.closed_at
        else "was never opened, because the customer has not written since the line was connected"
    )
    raise WindowClosed(f"the 24-hour window {since}: send a template instead")


def _sentence(error: GraphError) -> str:
    said = error.detail or error.title
    return f"{said.rstrip('.')}. {error.advice}".strip() if said else error.advice
