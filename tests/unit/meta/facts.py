"""Events as the few facts a reader wants to see in an expectation; what is empty is left out."""

from typing import Any

from tandem.model.events import (
    AliasNote,
    Completeness,
    ContactNote,
    Content,
    Event,
    HistoryChunk,
    HistoryDeclined,
    Kept,
    PreferenceNote,
    Sighting,
    StatusNote,
)
from tandem.model.identity import Person
from tandem.model.notice import Notice

Facts = dict[str, Any]


def facts(event: Event) -> Facts:
    """The event's kind and its key facts, as JSON."""
    found: Facts = {"event": type(event).__name__}
    match event:
        case Sighting():
            found |= {
                "line": event.line,
                "wamid": event.wamid,
                "source": event.source.value,
                "at": event.at,
                "history_status": event.history_status,
                **_who(event.person),
                **_what(event.content),
            }
        case StatusNote():
            found |= {
                "line": event.line,
                "wamid": event.wamid,
                "state": event.state,
                "at": event.at,
                "callback": event.callback,
                "price": event.pricing and f"{event.pricing['type']} {event.pricing['category']}",
                "errors": [error["code"] for error in event.errors],
                "extra": sorted(event.extra),
                "free_until": event.free_until,
                **_who(event.person),
            }
        case ContactNote():
            found |= {
                "at": event.at,
                "removed": event.removed,
                "first_name": event.first_name,
                "extra": sorted(event.extra),
                **_who(event.person),
            }
        case PreferenceNote():
            found |= {"at": event.at, "value": event.value, **_who(event.person)}
        case AliasNote():
            found |= {
                "at": event.at,
                "formerly": list(event.formerly.aliases),
                **_who(event.person),
            }
        case HistoryChunk():
            found |= {
                "line": event.line,
                "phase": event.phase,
                "chunk_order": event.chunk_order,
                "progress": event.progress,
                "threads": event.threads,
                "sightings": [facts(sighting) for sighting in event.sightings],
                "kept": [facts(kept) for kept in event.kept],
            }
        case HistoryDeclined():
            found |= {
                "line": event.line,
                "code": event.code,
                "title": event.title,
                "detail": event.detail,
            }
        case Notice():
            found |= {
                "kind": event.kind,
                "name": event.event,
                "at": event.at,
                "summary": event.summary,
                "waba": event.waba,
                "line": event.line,
                "display_number": event.display_number,
                "portfolio": event.portfolio,
                "owner": event.owner,
                "subject": event.subject,
                "called": event.name,
                "template": _of_template(event),
                "tells": {str(topic): dict(told) for topic, told in event.tells.items()},
            }
        case Kept():
            found |= {
                "line": event.line,
                "waba": event.waba,
                "reason": event.reason,
                "what": event.what,
                "detail": event.detail,
            }
    return {name: fact for name, fact in found.items() if fact not in (None, [], "", {})}


def _who(person: Person) -> Facts:
    return {
        "aliases": list(person.aliases),
        "username": person.username,
        "called": person.name,
    }


def _what(content: Content) -> Facts:
    full = content.completeness is Completeness.FULL
    return {
        "kind": content.kind,
        "text": content.text,
        "media": content.media and f"{content.media.mime_type} {content.media.media_id}",
        "reply_to": content.reply_to,
        "target": content.target,
        "completeness": None if full else content.completeness.name.lower(),
        "extra": sorted(content.extra),
    }


def _of_template(notice: Notice) -> Facts | None:
    news = notice.template
    if news is None:
        return None
    tells = {str(topic): dict(told) for topic, told in news.tells.items()}
    return {"name": news.name, "language": news.language, "tells": tells}
