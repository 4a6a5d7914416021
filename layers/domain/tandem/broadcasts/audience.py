"""From an audience as it was given to the list of recipients: who is one person, who is nobody."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from tandem.model.broadcast import Addressee, Outcome, Recipient, Template
from tandem.model.identity import (
    NOBODY,
    NOT_A_BSUID,
    NOT_A_PHONE,
    Person,
    why_unreachable,
)

DUPLICATE = "the same person is in this list already"


def recipient_of(number: int, entry: Addressee) -> Recipient:
    """The recipient that an entry means; skipped, with the reason, when it means nobody."""
    person = Person.of(entry.phone, bsuid=entry.bsuid)
    recipient = Recipient(number, person, entry.parameters)
    wrong = why_unreachable(entry.phone, entry.bsuid)
    return _skipped(recipient, wrong) if wrong else recipient


def without_duplicates(
    recipients: Sequence[Recipient], contact_of: Callable[[str], frozenset[str]]
) -> tuple[Recipient, ...]:
    """The first entry of every person stays; each later one is skipped as a duplicate.

    `contact_of` gives every alias that is known to be the same person. More can become known while
    a plan is made, never less, so a plan that is made again skips no one that the first one kept.
    """
    owner: set[str] = set()
    kept = []
    for recipient in recipients:
        if recipient.outcome is None:
            aliases = frozenset().union(*(contact_of(one) for one in recipient.person.aliases))
            if aliases & owner:
                recipient = _skipped(recipient, DUPLICATE)
            else:
                owner |= aliases
        kept.append(recipient)
    return tuple(kept)


def _skipped(recipient: Recipient, reason: str) -> Recipient:
    return replace(recipient, outcome=Outcome.SKIPPED, reason=reason)


def plan_hash(template: Template, recipients: Iterable[Recipient]) -> str:
    """The sha256 of what a plan says: the template, and each person in order with parameters."""
    canonical = hashlib.sha256()
    fixed = [template.name, template.language, template.category, template.components]
    canonical.update(_line(fixed))
    for recipient in recipients:
        person = recipient.person
        planned = recipient.reason not in _NEVER_PLANNED
        canonical.update(_line([person.phone, person.bsuid, recipient.parameters, planned]))
    return canonical.hexdigest()


_NEVER_PLANNED = frozenset({DUPLICATE, NOBODY, NOT_A_PHONE, NOT_A_BSUID})


def _line(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"
