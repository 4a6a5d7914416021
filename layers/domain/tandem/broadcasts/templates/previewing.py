"""Previewing: a template as a few people would read it, before there is a broadcast."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tandem.broadcasts.audience.known import known_of
from tandem.broadcasts.templates.filling import Missing, check, fill, preview
from tandem.broadcasts.templates.known_templates import KnownTemplates
from tandem.model.broadcast import Addressee
from tandem.model.contact import Contact, alias_of
from tandem.model.errors import Invalid, NotFound
from tandem.model.identity import Person, why_unreachable
from tandem.model.line import Line
from tandem.model.template import Filling, KnownTemplate
from tandem.store.people import People

Asked = str | Addressee
"""The id of a contact, or an entry as an audience has it."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What somebody would read, or what is missing for them; one of the two is None."""

    text: str | None
    missing: Missing | None


class Previewing:
    """Fills a template in for people without sending or keeping anything."""

    def __init__(self, *, templates: KnownTemplates, people: People) -> None:
        self._templates = templates
        self._people = people

    def preview(
        self, line: Line, name: str, language: str, filling: Filling, asked: Sequence[Asked]
    ) -> tuple[KnownTemplate, tuple[Preview, ...]]:
        """The template, and a preview for each who was asked for, in their order.

        Raises NotFound for a template or a contact that there is not, Invalid for a filling that
        fits nobody and for who can be nobody.
        """
        template = self._templates.get(line, name, language)
        given = {place for each in asked if isinstance(each, Addressee) for place in each.values}
        check(template, filling, given=given)
        return template, tuple(self._previews(line.tenant, template, filling, asked))

    def _previews(
        self, tenant: str, template: KnownTemplate, filling: Filling, asked: Sequence[Asked]
    ) -> Iterator[Preview]:
        aliases = [_alias(number, each) for number, each in enumerate(asked)]
        contacts = self._people.contacts(tenant, aliases)
        for number, (each, alias) in enumerate(zip(asked, aliases, strict=True)):
            contact = contacts[alias]
            if isinstance(each, str) and not contact.seen:
                raise _nobody(number)
            entry = each if isinstance(each, Addressee) else _as_entry(contact)
            person = Person.of(entry.phone, bsuid=entry.bsuid)
            values = fill(template, filling, known_of(contact, person), given=entry.values)
            if isinstance(values, Missing):
                yield Preview(None, values)
            else:
                yield Preview(preview(template, values), None)


def _alias(number: int, asked: Asked) -> str:
    """The alias under which somebody is looked up."""
    if isinstance(asked, str):
        alias = alias_of(asked)
        if alias is None:
            raise _nobody(number)
        return alias
    if wrong := why_unreachable(asked.phone, asked.bsuid):
        raise Invalid(f"contacts.{number}: {wrong}")
    return Person.of(asked.phone, bsuid=asked.bsuid).aliases[0]


def _as_entry(contact: Contact) -> Addressee:
    """A contact as a segment would address them."""
    of = {kind: value for kind, _, value in (a.partition(":") for a in sorted(contact.seen))}
    return Addressee(of.get("phone"), of.get("bsuid"))


def _nobody(number: int) -> NotFound:
    return NotFound(f"contacts.{number}: there is no such contact")
