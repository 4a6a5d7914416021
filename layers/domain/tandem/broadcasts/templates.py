"""An account's templates: read from Meta when what we know is too old to promise anything on."""

from collections.abc import Callable
from typing import Protocol

from tandem.meta.errors import GraphError, GraphFailure
from tandem.model.errors import NotFound, RefusedByMeta, TryAgain
from tandem.model.line import Line
from tandem.model.template import KnownTemplate
from tandem.store.templates import Templates

FRESH_SECONDS = 3600
"""For so long what Meta listed is believed; what it announces since then counts anyway."""


class TemplateGraph(Protocol):
    """The one call to Meta that is needed, under the line's own token."""

    def templates(self, waba: str, *, at: int) -> tuple[KnownTemplate, ...]: ...


TemplateGraphOf = Callable[[str, str], TemplateGraph]
"""From a tenant and its line to the Graph API under that line's token."""


class KnownTemplates:
    """What is known of templates, and how it comes to be known."""

    def __init__(
        self, *, templates: Templates, graph_of: TemplateGraphOf, clock: Callable[[], float]
    ) -> None:
        self._templates = templates
        self._graph_of = graph_of
        self._clock = clock

    def read(self, line: Line) -> tuple[KnownTemplate, ...]:
        """Read the list of the line's account from Meta, and keep it."""
        now = int(self._clock())
        try:
            listed = self._graph_of(line.tenant, line.line).templates(line.waba, at=now)
        except GraphError as error:
            said = error.advice or error.title
            raise RefusedByMeta(f"Meta gives no templates: {said}", number=error.code) from error
        except GraphFailure as failure:
            raise TryAgain("Meta could not be reached: try again in a moment") from failure
        self._templates.note_listing(line.tenant, line.waba, listed, at=now)
        return self._templates.all(line.tenant, line.waba)

    def all(self, line: Line) -> tuple[KnownTemplate, ...]:
        """Every template of the line's account, read from Meta if none is known freshly."""
        known = self._templates.all(line.tenant, line.waba)
        newest = max((template.read_at for template in known), default=0)
        return known if newest > self._clock() - FRESH_SECONDS else self.read(line)

    def get(self, line: Line, name: str, language: str) -> KnownTemplate:
        """One template, freshly known. Raises NotFound, with the languages that there are."""
        known = self._templates.get(line.tenant, line.waba, name, language)
        if known is not None and known.read_at > self._clock() - FRESH_SECONDS:
            return known
        listed = self.read(line)
        found = next((t for t in listed if (t.name, t.language) == (name, language)), None)
        if found is not None:
            return found
        languages = ", ".join(t.language for t in listed if t.name == name)
        raise NotFound(
            f"Meta lists no template {name} in {language}"
            + (f": it is there in {languages}" if languages else "")
        )
