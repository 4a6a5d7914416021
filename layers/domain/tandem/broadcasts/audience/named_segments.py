"""Segments as a tenant works with them: named, looked through, and found by their `@name`."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tandem.broadcasts.audience.segments import segment
from tandem.broadcasts.audience.sources import InSegment
from tandem.model.broadcast import Audience
from tandem.model.contact import Contact
from tandem.model.errors import Conflict, Invalid, NotFound
from tandem.model.identity import Person
from tandem.model.line import Line, LineState
from tandem.model.segment import NamedSegment
from tandem.store.lines import Lines
from tandem.store.people import People
from tandem.store.segments import Segments
from tandem.store.talks import Talks

PAGES, PAGE_SIZE = 4, 500
"""How much of the list of contacts a preview looks through."""

NAMES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom a condition holds for among the first contacts: an estimate, unless that was all of
    them. `looked_at` counts people, each once.
    """

    looked_at: int
    matching: int
    whole: bool
    some: tuple[tuple[Contact, Person], ...]


class NamedSegments:
    """What a tenant does with segments. Another tenant's segment is NotFound."""

    def __init__(
        self,
        *,
        segments: Segments,
        people: People,
        talks: Talks,
        lines: Lines,
        clock: Callable[[], float],
    ) -> None:
        self._segments = segments
        self._people = people
        self._talks = talks
        self._lines = lines
        self._clock = clock

    def create(self, tenant: str, name: str, text: str, *, by: str) -> NamedSegment:
        """Give a condition a name; giving it again is harmless. Raises Invalid for what is none,
        and Conflict when the name means another.
        """
        segment(text)
        self._segments.insert(tenant, NamedSegment(name, text, int(self._clock()), by))
        known = self.get(tenant, name)
        if known.text != text:
            raise Conflict(
                f"{name} means {known.text}: delete it first, or take another name",
                code="segment_exists",
            )
        return known

    def all(self, tenant: str) -> tuple[NamedSegment, ...]:
        """Every named segment of a tenant, by name."""
        return self._segments.all(tenant)

    def get(self, tenant: str, name: str) -> NamedSegment:
        known = self._segments.get(tenant, name)
        if known is None:
            raise NotFound(f"there is no segment {name}")
        return known

    def delete(self, tenant: str, name: str) -> None:
        """Forget a name. Broadcasts keep the words that it stood for when they were made."""
        self.get(tenant, name)
        self._segments.delete(tenant, name)

    def preview(self, tenant: str, text: str, *, line: str | None = None) -> Preview:
        """Whom a condition holds for now. `line` is where it matters when they wrote; it need not
        be named by who has only one.
        """
        condition = segment(in_words(self._segments, tenant, text))
        asked = self._line(tenant, line)
        source = InSegment(self._people, self._talks, asked, condition, int(self._clock()))
        looked_at, cursor, found = 0, None, list[tuple[Contact, Person]]()
        for _ in range(PAGES):
            stretch = source.stretch(cursor, PAGE_SIZE)
            looked_at += stretch.looked_at
            found += stretch.matching
            cursor = stretch.following
            if cursor is None:
                break
        return Preview(looked_at, len(found), cursor is None, tuple(found[:NAMES_SHOWN]))

    def _line(self, tenant: str, line: str | None) -> Line:
        if line is not None:
            known = self._lines.get(tenant, line)
            if known is None:
                raise NotFound(f"there is no line {line}")
            return known
        lines = [each for each in self._lines.all(tenant) if each.state is not LineState.REMOVED]
        if len(lines) != 1:
            raise Invalid(f"say which line: there are {len(lines)}")
        return lines[0]


def in_words(segments: Segments, tenant: str, text: str) -> str:
    """The words of a segment, which may be given by its `@name`. Raises Invalid for no name."""
    if not text.startswith("@"):
        return text
    known = segments.get(tenant, text[1:])
    if known is None:
        raise Invalid(f"there is no segment {text}: name it first, or write its words")
    return known.text


def with_words(segments: Segments, tenant: str, audience: Audience) -> Audience:
    """An audience whose segment is in words, so that it stays what it was when it was asked for."""
    if audience.segment is None:
        return audience
    return replace(audience, segment=in_words(segments, tenant, audience.segment))
