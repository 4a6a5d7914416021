"""Notices of templates and flows. wire: Meta, "message_template_…", "template_category_update",
"flows".
"""

import time
from collections.abc import Mapping

from tandem.meta.notices import Read, Said, event_of, text
from tandem.meta.wire import Json, mapping, moment, object_id
from tandem.model.notice import TemplateNews, TemplateTopic

_STATES = {
    "APPROVED": "was approved",
    "ARCHIVED": "was archived, because nobody has used it for a year",
    "UNARCHIVED": "is out of the archive",
    "DELETED": "was deleted",
    "DISABLED": "was disabled for good",
    "FLAGGED": "was flagged and may be paused",
    "IN_APPEAL": "is being appealed",
    "LIMIT_EXCEEDED": "exceeds the account's number of templates",
    "LOCKED": "was locked",
    "PAUSED": "was paused for its quality",
    "PENDING": "is being reviewed",
    "REINSTATED": "may be used again",
    "PENDING_DELETION": "is being deleted",
    "REJECTED": "was rejected",
}

_HELD = frozenset(
    {
        "ARCHIVED",
        "DELETED",
        "DISABLED",
        "IN_APPEAL",
        "LIMIT_EXCEEDED",
        "PAUSED",
        "PENDING_DELETION",
        "REJECTED",
    }
)
"""Events that name the status which the template has from then on."""

_REVIEWED = frozenset({"APPROVED", "PENDING"})
"""Events that name its status too, of a review: what was written anew may be what is reviewed."""

_SENDABLE_AGAIN = "REINSTATED"

Tells = dict[TemplateTopic, Mapping[str, str | None]]


def status(value: Json) -> Said:
    event = event_of(value)
    said = f"{_template(value)} {_STATES.get(event or '', f'is {event or UNCLEAR}')}"
    rejected, more = mapping(value.get("rejection_info")), mapping(value.get("other_info"))
    reason = text(value.get("reason")) or text(rejected.get("reason"))
    if reason and reason.upper() != "NONE":
        said += f": {reason}"
    said += "."
    for words in (
        text(rejected.get("recommendation"), 150),
        text(more.get("description"), 150),
        _on(mapping(value.get("disable_info")).get("disable_date")),
    ):
        if words:
            said += f" {words.rstrip('.')}."
    return _of_template(value, event, said, tells=_of_status(value, event, reason))


def quality(value: Json) -> Said:
    now, before = event_of(value, "new_quality_score"), event_of(value, "previous_quality_score")
    since = f", it was {before}" if before else ""
    said = f"The quality of {_template(value, start=False)} is {now or UNCLEAR}{since}."
    tells: Tells = {TemplateTopic.QUALITY: {"quality": now}} if now else {}
    return _of_template(value, now, said, tells=tells)


def components(value: Json) -> Said:
    said = f"The content of {_template(value, start=False)} changed."
    return _of_template(value, "COMPONENTS", said, tells={TemplateTopic.CONTENT: {}})


def category(value: Json) -> Said:
    """Told twice: a day before (`correct_category` is what it will be), and when it is done."""
    now, coming = event_of(value, "new_category"), event_of(value, "correct_category")
    before = event_of(value, "previous_category")
    at = moment(value.get("category_update_timestamp"))
    if coming and not before:
        said = f"{_template(value)} will become {coming}; it is {now or UNCLEAR} until then."
        return _of_template(value, "CATEGORY_WILL_CHANGE", said, tells=_of_category(now, coming))
    since = f", no longer {before}" if before else ""
    said = f"{_template(value)} is {now or UNCLEAR}{since}: its messages are charged so."
    return _of_template(value, "CATEGORY_CHANGED", said, tells=_of_category(now, None), at=at)


def flow(value: Json) -> Said:
    """The six events of flows; figures are percentages or milliseconds, as Meta writes them."""
    event = event_of(value)
    now, before = event_of(value, "new_status"), event_of(value, "old_status")
    alarm = event_of(value, "alert_state")
    over = " It is over." if alarm == "DEACTIVATED" else ""
    figures = {
        "FLOW_STATUS_CHANGE": f"A flow is {now or UNCLEAR}{f', it was {before}' if before else ''}",
        "CLIENT_ERROR_RATE": f"A flow fails on phones{_figure(value, 'error_rate', ' %')}",
        "ENDPOINT_ERROR_RATE": f"The endpoint of a flow fails{_figure(value, 'error_rate', ' %')}",
        "ENDPOINT_LATENCY": f"The endpoint of a flow is slow{_figure(value, 'p90_latency', ' ms')}",
        "ENDPOINT_AVAILABILITY": (
            f"The endpoint of a flow does not always answer{_figure(value, 'availability', ' %')}"
        ),
        "FLOW_VERSION_EXPIRY_WARNING": "The version of a flow will end",
    }
    said = figures.get(event or "", f"Meta announced {event or UNCLEAR} of a flow")
    more = text(value.get("warning"), 150) or text(value.get("message"), 150)
    said = f"{said}.{over}" + (f" {more.rstrip('.')}." if more else "")
    return Said(event, said, subject=object_id(value.get("flow_id")))


TEMPLATES_AND_FLOWS: Mapping[str, Read] = {
    "flows": flow,
    "message_template_components_update": components,
    "message_template_quality_update": quality,
    "message_template_status_update": status,
    "template_category_update": category,
    "template_correct_category_detection": category,
}

UNCLEAR = "something without a name"


def _of_status(value: Json, event: str | None, reason: str | None) -> Tells:
    """What an event tells; one that names no status (a flag, a lock) asks for a reading."""
    tells: Tells = {}
    if event in _HELD | _REVIEWED or event == _SENDABLE_AGAIN:
        untold = reason is None or reason.upper() == "NONE"
        now = "APPROVED" if event == _SENDABLE_AGAIN else event
        tells[TemplateTopic.STATUS] = {"status": now, "reason": None if untold else reason}
    if event not in _HELD and event != _SENDABLE_AGAIN:
        tells[TemplateTopic.CONTENT] = {}
    if category := event_of(value, "message_template_category"):
        tells[TemplateTopic.CATEGORY] = {"category": category}
    return tells


def _of_category(now: str | None, coming: str | None) -> Tells:
    if now is None:
        return {TemplateTopic.CONTENT: {}}
    return {
        TemplateTopic.CATEGORY: {"category": now},
        TemplateTopic.CORRECTION: {"correct_category": coming},
    }


def _of_template(
    value: Json, event: str | None, said: str, *, tells: Tells, at: int | None = None
) -> Said:
    name = _key_word(value.get("message_template_name"))
    language = _key_word(value.get("message_template_language"))
    return Said(
        event,
        said,
        subject=object_id(value.get("message_template_id")),
        name=text(value.get("message_template_name"), 512),
        at=at,
        template=TemplateNews(name, language, tells) if name and language and tells else None,
    )


def _key_word(value: object) -> str | None:
    """A name or a language as Meta gives them out: up to 512 plain characters."""
    if not isinstance(value, str) or not (value.isascii() and value.isprintable()):
        return None
    return value if 0 < len(value) <= 512 and "#" not in value else None


def _template(value: Json, *, start: bool = True) -> str:
    name = text(value.get("message_template_name"), 80)
    language = text(value.get("message_template_language"), 20)
    named = f" {name}" if name else ""
    return f"{'The' if start else 'the'} template{named}{f' ({language})' if language else ''}"


def _figure(value: Json, key: str, unit: str) -> str:
    figure = value.get(key)
    if isinstance(figure, bool) or not isinstance(figure, int | float | str):
        return ""
    return f" ({str(figure)[:20]}{unit})"


def _on(date: object) -> str | None:
    at = moment(date)
    when = time.strftime("%Y-%m-%d", time.gmtime(at)) if at else text(date, 40)
    return f"From {when}" if when else None
