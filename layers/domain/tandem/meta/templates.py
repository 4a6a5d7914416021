"""Templates as Graph lists them. wire: Meta, "Message templates" (`<WABA>/message_templates`)."""

from collections.abc import Mapping
from typing import Any

from tandem.meta.wire import mapping, object_id, objects, words
from tandem.model.template import KnownTemplate

TEMPLATE_FIELDS = ",".join(
    (
        "id",
        "name",
        "language",
        "status",
        "category",
        "correct_category",
        "components",
        "quality_score",
        "rejected_reason",
    )
)
_NO_REASON = frozenset({"NONE", ""})


def read_template(said: Mapping[str, Any], *, waba: str, at: int) -> KnownTemplate | None:
    """One template of a listing; None for what has no name, language or status."""
    name, language = words(said.get("name")), words(said.get("language"))
    status = words(said.get("status"))
    if name is None or language is None or status is None:
        return None
    reason = words(said.get("rejected_reason"))
    return KnownTemplate(
        waba=waba,
        name=name,
        language=language,
        status=status.upper(),
        category=(words(said.get("category")) or "").upper(),
        components=tuple(objects(said.get("components"))),
        id=object_id(said.get("id")),
        quality=words(mapping(said.get("quality_score")).get("score")),
        reason=None if reason is None or reason.upper() in _NO_REASON else reason,
        correct_category=words(said.get("correct_category")),
        read_at=at,
    )
