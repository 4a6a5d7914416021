"""Whether a request can become a broadcast at all, before anybody is looked at."""

from tandem.broadcasts.audience.segments import segment
from tandem.broadcasts.templates.filling import LONGEST_VALUE, check
from tandem.model.broadcast import GIVEN_LIMIT, Addressee, BroadcastRequest, Category
from tandem.model.errors import Conflict, Invalid
from tandem.model.template import KnownTemplate


def check_request(request: BroadcastRequest, template: KnownTemplate) -> None:
    """Raise Invalid or Conflict, with what to do, for what cannot become a broadcast."""
    audience = request.audience
    if not (audience.people or audience.lists or audience.segment):
        raise Invalid("an audience needs people, a list or a segment")
    if len(audience.people) > GIVEN_LIMIT:
        raise Invalid(
            f"at most {GIVEN_LIMIT} people can be given one by one, not {len(audience.people)}: "
            "upload a list"
        )
    if audience.segment is not None:
        segment(audience.segment)
    if not request.name.strip():
        raise Invalid("a broadcast needs a name")
    if template.category.lower() == Category.AUTHENTICATION:
        raise Invalid("an authentication template answers one person: it cannot be broadcast")
    if not template.sendable:
        raise Conflict(
            f"Meta does not send the template {template.name} now: it is "
            f"{template.status.lower()}" + (f" ({template.reason})" if template.reason else ""),
            code="template_not_approved",
        )
    _check_values(audience.people, request, template)


def _check_values(
    people: tuple[Addressee, ...], request: BroadcastRequest, template: KnownTemplate
) -> None:
    """The values of each entry, and that whatever they leave open is filled by a rule."""
    given_by_all = set.intersection(*(set(each.values) for each in people)) if people else set()
    only_given = not request.audience.lists and request.audience.segment is None
    named = {place for each in people for place in each.values}
    check(template, request.filling, given=named if only_given else named & given_by_all)
    for number, entry in enumerate(people):
        if any(not text or len(text) > LONGEST_VALUE for text in entry.values.values()):
            raise Invalid(
                f"values of entry {number} must have 1 to {LONGEST_VALUE} characters each"
            )
