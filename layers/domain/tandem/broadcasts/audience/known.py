"""A contact as segments and templates see it."""

from collections.abc import Mapping

from tandem.insights.countries import home_of
from tandem.model.contact import Contact
from tandem.model.identity import Person
from tandem.model.segment import Known
from tandem.store import keys


def known_of(
    contact: Contact,
    person: Person,
    *,
    attributes: Mapping[str, str] | None = None,
    wrote_at: int | None = None,
) -> Known:
    """A contact as segments and templates see it; `attributes` of a list go before the team's."""
    written, names = contact.written, contact.names
    return Known(
        tags=frozenset(written.tags),
        attributes={**written.attributes, **(attributes or {})},
        name=written.name or names.shown,
        username=names.username,
        phone=person.phone,
        country=home_of(person),
        language=written.attributes.get("language"),
        consent=contact.dealings.consent,
        wrote_at=wrote_at,
        marketed_at=max(map(keys.moment_at, contact.dealings.marketed), default=None),
    )
