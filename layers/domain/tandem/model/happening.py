"""What happened to a line, one sentence each: its timeline."""

from dataclasses import dataclass
from enum import StrEnum

from tandem.model.events import digest

LONGEST_TEXT = 400


class Told(StrEnum):
    """Who says that it happened."""

    META = "meta"
    """Meta announced it."""
    GRAPH = "graph"
    """Meta answered so when it was asked."""
    TANDEM = "tandem"


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a line's timeline. `at` is unix seconds, `kind` stable, `text` a sentence.

    It never names a person nor what one wrote. `identity` tells two entries apart where the same
    may be found out twice at different times; without one, time and content do.
    """

    at: int
    kind: str
    told_by: Told
    text: str
    identity: str = ""

    @property
    def id(self) -> str:
        return digest([self.kind, self.identity or [self.at, self.text]])
