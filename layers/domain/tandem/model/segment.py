"""A segment: people described by what is known of them, in words that a person can read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class NamedSegment:
    """A condition that somebody has given a name, so that broadcasts can say `@name`."""

    name: str
    text: str
    created_at: int
    by: str


class Need(StrEnum):
    """What must be known of a contact beside its own row before a segment can be decided."""

    TALKS = "talks"
    """When they last wrote, which their conversations know."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one contact, as segments see it. Times in unix seconds, None for never."""

    tags: frozenset[str] = frozenset()
    attributes: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None
    username: str | None = None
    phone: str | None = None
    country: str | None = None
    language: str | None = None
    consent: str | None = None
    wrote_at: int | None = None
    marketed_at: int | None = None


Test = Callable[[Known, int], bool]
"""Whether somebody belongs, at a moment (unix seconds)."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A condition that was understood: its text, what it needs to know, and its test."""

    text: str
    needs: frozenset[Need]
    test: Test

    def holds(self, known: Known, now: int) -> bool:
        """Whether a contact is in the segment at `now`. Pure: the same facts, the same answer."""
        return self.test(known, now)
