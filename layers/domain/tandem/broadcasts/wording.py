"""What one recipient gets: the body for Meta, the words for our conversation, the callback."""

import re
from collections.abc import Mapping
from typing import Any

from tandem.meta.outgoing import SendBody, template
from tandem.model.broadcast import Broadcast, Parameters, Recipient
from tandem.model.events import Content, Sighting, Source

_CALLBACK = re.compile(r"b:([0-9a-z-]{1,64}):(\d{1,6})")


def callback_of(broadcast: str, number: int) -> str:
    """What every status of this recipient's message brings back."""
    return f"b:{broadcast}:{number}"


def named_by(callback: str | None) -> tuple[str, int] | None:
    """The broadcast and the recipient's number in a callback; None when it is none of ours."""
    found = _CALLBACK.fullmatch(callback or "")
    return (found[1], int(found[2])) if found else None


def body_for(broadcast: Broadcast, recipient: Recipient) -> SendBody:
    """The template filled in for one person. Raises Invalid when Meta could not take it."""
    body = template(
        recipient.person.alias or "",
        broadcast.template.name,
        broadcast.template.language,
        components=_components(broadcast.template.components, recipient.parameters),
    )
    return body.tagged(callback_of(broadcast.id, recipient.number))


def _components(
    fixed: tuple[Mapping[str, Any], ...], parameters: Parameters
) -> list[Mapping[str, Any]]:
    """The template's own components; a person's parameters take the place of its body."""
    if not parameters:
        return list(fixed)
    filled: list[Mapping[str, Any]] = (
        [{"type": "text", "parameter_name": n, "text": t} for n, t in sorted(parameters.items())]
        if isinstance(parameters, Mapping)
        else [{"type": "text", "text": text} for text in parameters]
    )
    others = [component for component in fixed if component.get("type") != "body"]
    return [*others, {"type": "body", "parameters": filled}]


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
            text=rendering(broadcast, recipient),
            extra={"broadcast": broadcast.id, "template": broadcast.template.name},
        ),
    )


def rendering(broadcast: Broadcast, recipient: Recipient) -> str:
    """What a person reads of it here: the template's name and what was filled in."""
    given = recipient.parameters
    texts = [text for _, text in sorted(given.items())] if isinstance(given, Mapping) else given
    words = " · ".join(texts)
    return f"[{broadcast.template.name}] {words}" if words else f"[{broadcast.template.name}]"
