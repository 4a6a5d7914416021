"""What one recipient gets: the body for Meta, the words for our conversation, the callback."""

import re

from tandem.broadcasts.templates.filling import components, preview
from tandem.meta.outgoing import SendBody, template
from tandem.model.broadcast import Broadcast
from tandem.model.events import Content, Sighting, Source
from tandem.model.recipient import Recipient

_CALLBACK = re.compile(r"b:([0-9a-z.-]{1,64}):(\d{1,7})")


def callback_of(edition: str, number: int) -> str:
    """What every status of this recipient's message brings back."""
    return f"b:{edition}:{number}"


def named_by(callback: str | None) -> tuple[str, int] | None:
    """The edition and the recipient's number in a callback; None when it is none of ours."""
    found = _CALLBACK.fullmatch(callback or "")
    return (found[1], int(found[2])) if found else None


def body_for(broadcast: Broadcast, recipient: Recipient, *, marketing: bool = False) -> SendBody:
    """The template filled in for one person; `marketing` sends it the way for marketing messages.

    Raises Invalid when Meta could not take it.
    """
    planned = broadcast.template
    body = template(
        recipient.person.alias or "",
        planned.name,
        planned.language,
        components=components(planned, recipient.values),
    )
    tagged = body.tagged(callback_of(broadcast.edition, recipient.number))
    return tagged.as_marketing() if marketing else tagged


def sighting_of(broadcast: Broadcast, recipient: Recipient, *, wamid: str, at: int) -> Sighting:
    """The message as the conversation keeps it; the same whoever tells that it was taken.

    It is filed under the person it was addressed to. Whom Meta says it reached (a number in another
    spelling, a user id) is tied to that person, and does not move the message.
    """
    return Sighting(
        line=broadcast.line,
        wamid=wamid,
        source=Source.API,
        at=at,
        person=recipient.person,
        content=Content(
            kind="template",
            text=preview(broadcast.template, recipient.values),
            extra={"broadcast": broadcast.id, "template": broadcast.template.name},
        ),
    )
