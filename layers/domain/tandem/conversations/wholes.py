"""Whole conversations: what the aliases of one contact have, put together as one.

Nothing is merged where it is stored, so two contacts that turn out to be one are one at once.
"""

from collections.abc import Iterable, Sequence

from tandem.model.contact import Contact
from tandem.model.line import Line
from tandem.model.message import Conversation
from tandem.model.reading import WholeConversation
from tandem.model.window import WINDOW_SECONDS, Mark


def put_together(
    line: Line, contact: Contact, talks: Sequence[Conversation], *, now: int
) -> WholeConversation:
    """The conversation of a contact, from those of its aliases; there is at least one."""
    named = _by_name(talks)
    whole = _merged(line.line, contact, talks, named)
    window = whole.window(now=now, onboarded_at=line.onboarded_at)
    opened_at = whole.window_opened_at
    ever = opened_at is not None and opened_at >= line.onboarded_at
    return WholeConversation(
        conversation=whole,
        addressed=max(talks, key=_by_hearing).alias,
        window=window,
        closed_at=opened_at + WINDOW_SECONDS if opened_at and ever and not window else None,
        contact=contact,
        named=_named(contact, (talk.alias for talk in talks)),
        profile_name=named.name,
        entry_point=whole.entry_point(now=now, onboarded_at=line.onboarded_at),
    )


def unspoken(line: Line, contact: Contact, alias: str) -> WholeConversation:
    """The conversation in which nobody has written a word; what is written goes to `alias`."""
    nothing = Conversation(
        line=line.line,
        alias=alias,
        aliases=tuple(sorted(contact.aliases)),
        last_activity_at=0,
        last_inbound_at=None,
        window_opened_at=None,
        window_opened_by=None,
        last_read_at=None,
        name=contact.name,
    )
    return WholeConversation(
        nothing,
        addressed=alias,
        window=None,
        closed_at=None,
        contact=contact,
        named=_named(contact, [alias]),
    )


def by_activity(talk: Conversation) -> tuple[int, str]:
    """The order of the inbox."""
    return talk.last_activity_at, talk.alias


def _by_hearing(talk: Conversation) -> tuple[bool, int, int, str]:
    """The alias at which the customer can be reached, and was heard of last."""
    reachable = not talk.alias.startswith("username:")
    return reachable, talk.last_inbound_at or 0, talk.last_activity_at, talk.alias


def _by_name(talks: Sequence[Conversation]) -> Conversation:
    """Where the person last said what they are called."""
    named = (talk for talk in talks if talk.name or talk.username)
    return max(named, key=_by_hearing, default=talks[0])


def _merged(
    line: str, contact: Contact, talks: Sequence[Conversation], named: Conversation
) -> Conversation:
    windowed = max(
        talks, key=lambda talk: (talk.window_opened_at or 0, talk.window_opened_by or "")
    )
    return Conversation(
        line=line,
        alias=contact.id,
        aliases=tuple(sorted(contact.aliases)),
        last_activity_at=max(talk.last_activity_at for talk in talks),
        last_inbound_at=_latest(talk.last_inbound_at for talk in talks),
        window_opened_at=windowed.window_opened_at,
        window_opened_by=windowed.window_opened_by,
        last_read_at=_latest(talk.last_read_at for talk in talks),
        name=contact.name or named.name,
        username=named.username,
        referred=_last(talk.referred for talk in talks),
        free_until=_last(talk.free_until for talk in talks),
    )


def _named(contact: Contact, filed: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(contact.seen.union(filed)))


def _last(marks: Iterable[Mark | None]) -> Mark | None:
    known = (mark for mark in marks if mark is not None)
    return max(known, key=lambda mark: (mark.at, mark.wamid), default=None)


def _latest(times: Iterable[int | None]) -> int | None:
    return max((at for at in times if at is not None), default=None)
