"""One attempt: written down before Meta is called, and closed by what Meta answers.

The message is filed before the attempt is closed, so an accepted recipient always has a message. An
attempt that nobody closed is `unknown`: it may have reached Meta, so nobody makes it again. The
status of the message brings the callback, and `Recipients.settle` closes it.
"""

import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from tandem.broadcasts.plans.judging import marketing_stamp
from tandem.broadcasts.templates.wording import body_for, sighting_of
from tandem.conversations.recording import Recording
from tandem.meta.errors import (
    STOPPED_MARKETING,
    FixFirst,
    GraphError,
    Later,
    NotSent,
    PairThrottled,
    Passing,
    Throttled,
    Unanswered,
)
from tandem.meta.graph import Accepted
from tandem.meta.outgoing import SendBody
from tandem.model.broadcast import Broadcast, Category, Pause, PausedFor
from tandem.model.contact import STOP, WishedBy
from tandem.model.errors import Invalid
from tandem.model.events import PreferenceNote
from tandem.model.identity import Person
from tandem.model.line import Line
from tandem.model.recipient import Outcome, Recipient
from tandem.store.broadcasts import BroadcastRows
from tandem.store.lines import Lines
from tandem.store.pace import Pace
from tandem.store.people import People
from tandem.store.recipients import RecipientRows

PAIR_TRIES = 4
"""Meta asks for 4^n seconds before the n-th repetition to one person."""

PASSING_TRIES = 3
UNREACHABLE_SECONDS = 2

UNDELIVERABLE = 131026

STOPS_ALL = frozenset(
    {131041, 131048, 131055, 131061, 131063, 131064, 132001, 132007, 132015, 132016, 132068, 132069}
    | {134100, 134101}
)
"""Codes that say something of the template or the account, so everybody else would get them too.

131041 may also mean a group, but a broadcast writes to none.
"""

OTHER_WAY = frozenset({131055, 134100, 134101, 134102})
"""Codes by which Meta refuses a template on the marketing messages API that it takes without it.

wire: Meta, "Marketing Messages API errors".
"""


class Sending(Protocol):
    """What a sender asks of Graph."""

    def send(self, line: str, body: SendBody) -> Accepted: ...


@dataclass(frozen=True, slots=True)
class Job:
    """What the recipients of one slice have in common. `marketing`: they are sent to through the
    marketing messages API.
    """

    broadcast: Broadcast
    line: Line
    graph: Sending
    marketing: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an attempt means for the rest: try `again` this person at `at` (0: as soon as the pace
    allows), hold everybody until `blocked_until`, stop (`halt`), or go on without the marketing
    messages API (`other_way`); whether Meta was `reached` at all. Times in unix seconds.

    `taken`: Meta took the message. `failed`: why it did not, for a reason of the person.
    """

    again: Recipient | None = None
    at: float = 0.0
    blocked_until: float = 0.0
    halt: bool = False
    reached: bool = True
    other_way: bool = False
    taken: bool = False
    failed: str | None = None


DONE = Verdict()
TAKEN = Verdict(taken=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """The verb that sends to one recipient, at most once."""

    rows: BroadcastRows
    recipients: RecipientRows
    lines: Lines
    people: People
    recording: Recording
    pace: Pace
    clock: Callable[[], float]
    new_id: Callable[[], str] = field(default=lambda: uuid.uuid4().hex)

    def make(self, job: Job, recipient: Recipient) -> Verdict:
        """Attempt one recipient. Whoever has an open attempt or an outcome is left alone."""
        begun_at = self.clock()
        at, attempt = int(begun_at), self.new_id()
        try:
            body = body_for(job.broadcast, recipient, marketing=job.marketing)
        except Invalid as invalid:
            self.recipients.skipped(*_place(job, recipient), reason=str(invalid))
            return DONE
        if not self.recipients.begin(*_place(job, recipient), attempt=attempt, at=at):
            return DONE
        try:
            answer = job.graph.send(job.line.line, body)
        except NotSent:
            self._release(job, recipient, attempt=attempt, tries=recipient.tries)
            return Verdict(recipient, at=self.clock() + UNREACHABLE_SECONDS, reached=False)
        except Unanswered:
            self.recipients.unsure(*_place(job, recipient), attempt=attempt)
            return DONE
        except GraphError as error:
            return self._react(job, recipient, attempt, error, begun_at)
        self._file(job, recipient, answer, at=at)
        return TAKEN

    def _file(self, job: Job, recipient: Recipient, answer: Accepted, *, at: int) -> None:
        tenant = job.broadcast.tenant
        taken_ms = int(self.clock() * 1000)
        reached = Person.of(answer.wa_id, bsuid=answer.user_id)
        self.people.tie(tenant, recipient.person, reached, line=job.line.line)
        sighting = sighting_of(job.broadcast, recipient, wamid=answer.wamid, at=at)
        self.recording.record(tenant, sighting)
        if job.broadcast.category is Category.MARKETING:
            self.people.note_marketed(tenant, recipient.person, marketing_stamp(job.broadcast))
        self.recipients.accepted(*_place(job, recipient), wamid=answer.wamid, at_ms=taken_ms)

    # ---- Meta says no

    def _react(
        self, job: Job, recipient: Recipient, attempt: str, error: GraphError, begun_at: float
    ) -> Verdict:
        if isinstance(error, Throttled):
            self._release(job, recipient, attempt=attempt, tries=recipient.tries)
            line = job.line
            until = self.pace.back_off(line.tenant, line.line, begun_at=begun_at, least=error.wait)
            return Verdict(recipient, blocked_until=until)
        if job.marketing and error.code in OTHER_WAY:
            self._release(job, recipient, attempt=attempt, tries=recipient.tries)
            return Verdict(recipient, other_way=True)
        if isinstance(error, FixFirst) or error.code in STOPS_ALL:
            self._release(job, recipient, attempt=attempt, tries=recipient.tries)
            return self._halt(job, recipient, error)
        if isinstance(error, PairThrottled) and recipient.tries < PAIR_TRIES:
            return self._try_later(job, recipient, attempt, 4 ** (recipient.tries + 1))
        if isinstance(error, Passing) and recipient.tries < PASSING_TRIES:
            wait = max(error.wait, 2**recipient.tries)
            return self._try_later(job, recipient, attempt, wait)
        self._conclude(job, recipient, attempt, error)
        return Verdict(failed=_sentence(error))

    def _try_later(self, job: Job, recipient: Recipient, attempt: str, wait: int) -> Verdict:
        at = math.ceil(self.clock() + wait)
        tries = recipient.tries + 1
        self._release(job, recipient, attempt=attempt, tries=tries, not_before=at)
        return Verdict(replace(recipient, tries=tries, not_before=at), at=at)

    def _halt(self, job: Job, recipient: Recipient, error: GraphError) -> Verdict:
        """Nobody else is tried: the owner hears why, and everybody who is left stays planned."""
        at = int(self.clock())
        tenant, line = job.line.tenant, job.line.line
        reason = _sentence(error)
        cause = PausedFor.TEMPLATE
        if isinstance(error, FixFirst):
            cause = PausedFor.LINE
            self.lines.note_trouble(tenant, line, reason, at=at)
        self.rows.pause(tenant, job.broadcast.id, Pause(cause, reason, error.code, at))
        return Verdict(recipient, at=at, halt=True)

    def _conclude(self, job: Job, recipient: Recipient, attempt: str, error: GraphError) -> None:
        tenant, now = job.line.tenant, int(self.clock())
        later = isinstance(error, Later)
        if error.code == STOPPED_MARKETING:
            wish = PreferenceNote(job.line.line, recipient.person, now, STOP, by=WishedBy.REFUSAL)
            self.people.note_preference(tenant, wish)
        if error.code == UNDELIVERABLE:
            self.people.note_undelivered(tenant, recipient.person, at=now)
        self.recipients.concluded(
            *_place(job, recipient),
            attempt=attempt,
            outcome=Outcome.REFUSED if later else Outcome.FAILED,
            code=error.code,
            reason=_sentence(error),
            not_before=now + error.wait if later else None,
        )

    def _release(self, job: Job, recipient: Recipient, **how: Any) -> None:
        self.recipients.released(*_place(job, recipient), **how)


def _place(job: Job, recipient: Recipient) -> tuple[str, str, int]:
    return job.broadcast.tenant, job.broadcast.edition, recipient.number


def _sentence(error: GraphError) -> str:
    """What is shown: what to do, or else what Meta said."""
    return error.advice or error.title or "Meta refused it without saying why."
