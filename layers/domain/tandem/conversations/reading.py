"""Reading what is stored: lines, inboxes, timelines. Nothing here writes, but `mark_read`.

A contact may have several aliases, and each of them its own rows. They are put together here, when
they are read: two aliases of one person are one conversation, and its timelines are one.
"""

import base64
import heapq
import re
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter

from tandem.conversations.wholes import by_activity, put_together, unspoken
from tandem.lines.progress import Following, Progress
from tandem.meta.errors import Reason, reaction
from tandem.meta.pricing import charge
from tandem.model.errors import Invalid, NotFound
from tandem.model.files import FileNow, file_now
from tandem.model.identity import Person, reachable, why_unreachable
from tandem.model.line import Line
from tandem.model.message import Conversation, Message
from tandem.model.numbers import same_number
from tandem.model.reading import (
    Entry,
    Failure,
    ShelfSummary,
    Shelved,
    WholeConversation,
    conversation_id,
    line_and_alias,
)
from tandem.model.shelf import Wait
from tandem.store.lines import Lines
from tandem.store.messages import Messages
from tandem.store.people import People
from tandem.store.talks import Talks

_LINE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_WAMID = re.compile(r"[!-~]{1,256}")
LONGEST_SHELF = 1000
"""So many of a line's waiting messages are counted."""

_MOMENT = re.compile(r"\d{12}#.{1,400}", re.DOTALL)


class Reading:
    """What a tenant may read. Everything is asked for in that tenant's name, or is NotFound."""

    def __init__(
        self,
        *,
        lines: Lines,
        talks: Talks,
        messages: Messages,
        people: People,
        following: Following,
        clock: Callable[[], float],
    ) -> None:
        self._lines = lines
        self._talks = talks
        self._messages = messages
        self._people = people
        self._following = following
        self._clock = clock

    # ---- lines

    def lines(self, tenant: str) -> tuple[Line, ...]:
        return self._lines.all(tenant)

    def line(self, tenant: str, line: str) -> Line:
        known = self._lines.get(tenant, line) if _LINE.fullmatch(line) else None
        if known is None:
            raise NotFound("there is no such line")
        return known

    def progress(self, tenant: str, line: str) -> Progress:
        """How far the line's onboarding and its import have come, and what that proves."""
        progress = self._following.current(self.line(tenant, line))
        if progress is None:
            raise NotFound("this line has no import")
        return progress

    # ---- conversations

    def inbox(
        self, tenant: str, line: str, *, limit: int, cursor: str | None = None
    ) -> tuple[tuple[WholeConversation, ...], str | None]:
        """The conversations of a line, the most recently active first, each contact once."""
        known = self.line(tenant, line)
        shown: list[WholeConversation] = []
        while True:
            page, cursor = self._talks.inbox(tenant, line, limit=limit - len(shown), cursor=cursor)
            shown += self._contacts_of(tenant, known, page)
            if cursor is None or len(shown) >= limit:
                return tuple(shown), cursor

    def _contacts_of(
        self, tenant: str, line: Line, page: Sequence[Conversation]
    ) -> Iterable[WholeConversation]:
        contacts = self._people.contacts(tenant, (talk.alias for talk in page))
        aliases = frozenset[str]().union(*(contact.aliases for contact in contacts.values()))
        there = {talk.alias: talk for talk in self._talks.get_many(tenant, line.line, aliases)}
        for talk in page:
            contact = contacts[talk.alias]
            talks = [there[alias] for alias in contact.aliases if alias in there]
            # The contact stands where its most recent alias stands, and only there.
            if talk.alias == max(talks, key=by_activity, default=talk).alias:
                yield put_together(line, contact, talks or [talk], now=int(self._clock()))

    def conversation(self, tenant: str, conversation: str) -> tuple[Line, WholeConversation]:
        """One conversation, whichever of the contact's aliases its id names.

        A person who can be written to has one before a word is said, and it is written nowhere.
        """
        named = line_and_alias(conversation)
        if named is None:
            raise NotFound("there is no such conversation")
        line, contact = self._lines.get(tenant, named[0]), self._people.contact(tenant, named[1])
        talks = self._talks.get_many(tenant, named[0], contact.aliases)
        if line is None or not (talks or reachable(named[1])):
            raise NotFound("there is no such conversation")
        if not talks:
            return line, unspoken(line, contact, named[1])
        return line, put_together(line, contact, talks, now=int(self._clock()))

    def conversation_with(
        self, tenant: str, line: str, *, phone: str | None = None, bsuid: str | None = None
    ) -> WholeConversation:
        """The conversation of a line with somebody named by a phone in any spelling, or a BSUID.

        Raises Invalid when nobody can be written to there.
        """
        known = self.line(tenant, line)
        if phone and bsuid:
            raise Invalid("give a phone number or a user id, not both")
        if wrong := why_unreachable(phone, bsuid):
            raise Invalid(wrong)
        person = Person.of(phone, bsuid=bsuid)
        if same_number(person.phone, known.display_number):
            raise Invalid("this is the number of the line itself")
        return self.conversation(tenant, conversation_id(line, person.alias or ""))[1]

    def mark_read(self, tenant: str, conversation: str, *, up_to: int | None = None) -> None:
        """The team has read everything up to a moment (unix seconds; now, unless one is given)."""
        _, whole = self.conversation(tenant, conversation)
        if not whole.conversation.last_activity_at:
            return
        now = int(self._clock())
        at = now if up_to is None else min(up_to, now)
        self._talks.mark_read(tenant, whole.conversation.line, whole.addressed, at)

    # ---- messages

    def messages(
        self, tenant: str, conversation: str, *, limit: int, cursor: str | None = None
    ) -> tuple[tuple[Entry, ...], str | None]:
        """The messages of a conversation over all aliases of its contact, newest first.

        The cursor is the moment of the last message shown, so it holds when messages arrive or
        when the contact turns out to have one more alias.
        """
        before = _opened(cursor) if cursor is not None else None
        known_line, whole = self.conversation(tenant, conversation)
        line, aliases = whole.conversation.line, whole.conversation.aliases
        parts = [
            self._messages.timeline(tenant, line, alias, limit=limit + 1, before=before)
            for alias in aliases
        ]
        # A part that was cut says nothing of what is older than its last message.
        horizon = max((part[-1].moment for part, more in parts if more), default="")
        known: dict[str, Message] = {}
        timelines = (part for part, _ in parts)
        for message in heapq.merge(*timelines, key=attrgetter("moment"), reverse=True):
            moment = message.moment
            # A send and the message it became share a moment: the message knows more.
            if moment >= horizon and (moment not in known or message.statuses):
                known[moment] = message
        shown = tuple(known.items())[:limit]
        more = len(known) > limit or bool(horizon)
        entries = tuple(self._entry(known_line, message) for _, message in shown)
        return entries, _closed(shown[-1][0]) if shown and more else None

    def message(self, tenant: str, conversation: str, wamid: str) -> Entry:
        """One message of a conversation."""
        known_line, whole = self.conversation(tenant, conversation)
        line, aliases = whole.conversation.line, whole.conversation.aliases
        found = self._messages.get(tenant, line, wamid) if _WAMID.fullmatch(wamid) else None
        if found is None or found.contact not in aliases:
            raise NotFound("there is no such message in this conversation")
        return self._entry(known_line, found)

    def shelf(
        self, tenant: str, line: str, *, limit: int, cursor: str | None = None
    ) -> tuple[tuple[Shelved, ...], str | None]:
        """What arrived before the message it belongs to, and waits for it."""
        known = self.line(tenant, line)
        page, following = self._messages.shelf(tenant, line, limit=limit, cursor=cursor)
        return tuple(self._shelved(known, message) for message in page), following

    def shelf_summary(self, tenant: str, line: str) -> ShelfSummary:
        """How much waits on a line, counted from what is there now up to `LONGEST_SHELF`."""
        found, more = self.shelf(tenant, line, limit=LONGEST_SHELF)
        while more is not None and len(found) < LONGEST_SHELF:
            page, more = self.shelf(tenant, line, limit=LONGEST_SHELF - len(found), cursor=more)
            found += page
        return ShelfSummary(
            waiting=len(found),
            orphans=sum(shelved.orphan for shelved in found),
            oldest_since=min((one.since for one in found if one.since is not None), default=None),
            complete=more is None,
        )

    def _shelved(self, line: Line, message: Message) -> Shelved:
        wait = message.wait or Wait(())
        return Shelved(
            self._entry(line, message),
            waits_for=wait.waits_for,
            since=wait.since(line.onboarded_at),
            orphan=wait.orphaned(now=int(self._clock()), onboarded_at=line.onboarded_at),
        )

    def _entry(self, line: Line, message: Message) -> Entry:
        now = int(self._clock())
        return entry(message, file_now(message, now=now, onboarded_at=line.onboarded_at))


def entry(message: Message, file: FileNow | None = None) -> Entry:
    """A message with what Meta said of its price and of its failures, in words."""
    priced = next((status for status in message.statuses if status.pricing), None)
    charged = charge(priced.pricing, at=priced.at) if priced and priced.pricing else None
    reasons = [Reason.of(error) for status in message.statuses for error in status.errors]
    failures = tuple(
        Failure(
            reason.code,
            reason.title,
            reason.detail,
            reaction(reason.code, reason.subcode).advice,
        )
        for reason in reasons
    )
    return Entry(message, charged, failures, file)


def _closed(moment: str) -> str:
    return base64.urlsafe_b64encode(moment.encode()).decode().rstrip("=")


def _opened(cursor: str) -> str:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        moment = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except ValueError:
        moment = ""
    if not _MOMENT.fullmatch(moment):
        raise Invalid("this cursor is not one of ours: start again without it")
    return moment
