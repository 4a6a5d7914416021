"""What the API shows of templates. What is not known is null."""

from functions.api.views import Shown
from tandem.broadcasts.templates.previewing import Preview
from tandem.model.template import KnownTemplate


def template(template: KnownTemplate) -> Shown:
    """A template as Meta has it; `rewritten_at`: since then its content may be another."""
    return {
        "name": template.name,
        "language": template.language,
        "status": template.status,
        "category": template.category,
        "correct_category": template.correct_category,
        "quality": template.quality,
        "reason": template.reason,
        "blanks": [blank.place for blank in template.blanks],
        "sendable": template.sendable,
        "read_at": template.read_at,
        "rewritten_at": template.rewritten_at,
    }


def preview(preview: Preview) -> Shown:
    """The text as it would be read, or what is missing and why."""
    missing = preview.missing
    return {
        "text": preview.text,
        "missing": {"blank": missing.place, "why": missing.why} if missing else None,
    }
