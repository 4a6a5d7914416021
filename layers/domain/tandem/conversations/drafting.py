"""A draft in the two forms it takes on: the body that Meta is given, the content that is stored."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tandem.meta import outgoing
from tandem.meta.outgoing import SendBody
from tandem.model.events import Content, Media
from tandem.model.send import Draft, MediaDraft, TemplateDraft, TextDraft


def body_of(alias: str, draft: Draft) -> SendBody:
    """What Meta is asked to send to an alias. Raises Invalid for what it would not take."""
    match draft:
        case TextDraft():
            return outgoing.text(alias, draft.body, preview_url=draft.preview_url)
        case MediaDraft():
            return outgoing.media(
                alias,
                draft.kind,
                draft.media_id,
                link=draft.link,
                caption=draft.caption,
                filename=draft.filename,
            )
        case TemplateDraft():
            return outgoing.template(alias, draft.name, draft.language, components=draft.components)


def content_of(draft: Draft, reply_to: str | None) -> Content:
    """What the timeline shows of a draft."""
    match draft:
        case TextDraft():
            return Content("text", draft.body, reply_to=reply_to)
        case MediaDraft():
            file = Media(draft.media_id, filename=draft.filename) if draft.media_id else None
            return Content(
                draft.kind,
                draft.caption or draft.filename,
                media=file,
                reply_to=reply_to,
                extra={draft.kind: {"link": draft.link}} if draft.link else {},
            )
        case TemplateDraft():
            return Content(
                "template",
                _rendering(draft),
                reply_to=reply_to,
                extra={
                    "template": {
                        "name": draft.name,
                        "language": draft.language,
                        "components": list(draft.components),
                    }
                },
            )


def _rendering(draft: TemplateDraft) -> str:
    """The template's name and what fills it: its own words are Meta's and not known here."""
    filled = [text for component in draft.components for text in _texts(component)]
    return f"{draft.name}: {', '.join(filled)}" if filled else draft.name


def _texts(component: Mapping[str, Any]) -> Iterable[str]:
    parameters = component.get("parameters")
    if not isinstance(parameters, Sequence):
        return
    for parameter in parameters:
        if isinstance(parameter, Mapping) and isinstance(parameter.get("text"), str):
            yield parameter["text"]
