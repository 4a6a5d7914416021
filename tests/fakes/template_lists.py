"""Meta's list of an account's templates; it counts how often it is asked for."""

from dataclasses import replace

from tandem.meta.errors import GraphFailure
from tandem.model.template import KnownTemplate
from tests.fakes.broadcast_world import template_of


class FakeLists:
    """Gives the same templates to every account, or fails."""

    def __init__(self) -> None:
        self.there: tuple[KnownTemplate, ...] = (template_of(),)
        self.asked = 0
        self.fault: GraphFailure | None = None

    def templates(self, waba: str, *, at: int) -> tuple[KnownTemplate, ...]:
        self.asked += 1
        if self.fault:
            raise self.fault
        return tuple(replace(each, waba=waba, read_at=at) for each in self.there)
