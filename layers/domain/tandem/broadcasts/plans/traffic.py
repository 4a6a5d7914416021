"""How busy people keep a line: what they and the team have written on it of late, counted.

Every message of a stretch of time is in a conversation that was active since its beginning. So the
latest conversations, read back to the activity of the first that is left out, have them all. What
is too little to be seen in so short a stretch is too little to delay a broadcast.
"""

from tandem.model.events import Origin
from tandem.model.line import Line
from tandem.model.message import Conversation, Message
from tandem.store.messages import Messages
from tandem.store.talks import Talks

STRETCH_SECONDS = 900
"""So far back is counted; less far on a line where more than `LOOKED_AT` were active since."""

LOOKED_AT = 200
"""Conversations."""

PAGE_SIZE = 100


def live_rate(talks: Talks, messages: Messages, line: Line, *, now: int) -> float:
    """Messages a second of the latest stretch that took a slot of the line's rate and were of no
    broadcast: an estimate of what comes while one is sent. 0 where it cannot be told.
    """
    latest, _ = talks.inbox(line.tenant, line.line, limit=LOOKED_AT + 1)
    since = now - STRETCH_SECONDS
    if len(latest) > LOOKED_AT:
        since = max(since, latest[LOOKED_AT].last_activity_at)
    if since >= now:
        return 0.0
    active = [talk for talk in latest[:LOOKED_AT] if talk.last_activity_at > since]
    counted = sum(_since(messages, line.tenant, talk, since) for talk in active)
    return counted / (now - since)


def _since(messages: Messages, tenant: str, talk: Conversation, since: int) -> int:
    """How many messages of a conversation took a slot after `since`."""
    counted = 0
    cursor: str | None = None
    while True:
        page, cursor = messages.timeline(
            tenant, talk.line, talk.alias, limit=PAGE_SIZE, cursor=cursor
        )
        recent = [message for message in page if message.at > since]
        counted += sum(_takes_a_slot(message) for message in recent)
        if cursor is None or len(recent) < len(page):
            return counted


def _takes_a_slot(message: Message) -> bool:
    """Whether a message counts against Meta's limit, and no broadcast sent it. What is typed on the
    phone does not. wire: Meta, "Throughput".
    """
    live = message.origin in (Origin.API, Origin.CUSTOMER) and not message.imported
    return live and "broadcast" not in message.extra
