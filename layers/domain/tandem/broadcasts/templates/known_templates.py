"""An account's templates: read from Meta when what we know is too old to promise anything on."""

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from tandem.meta.errors import GraphError, GraphFailure, Passing, Throttled
from tandem.model.errors import NotFound, RefusedByMeta, TryAgain
from tandem.model.line import Line, LineState
from tandem.model.template import KnownTemplate
from tandem.store.lines import Lines
from tandem.store.templates import Templates
from tandem.store.troubles import Trouble

FRESH_SECONDS = 3600
"""For so long what Meta listed is believed; what it announces since then counts anyway."""

KEPT_SECONDS = 6 * 3600
"""How old the list of an account that somebody uses may become by itself."""


class TemplateGraph(Protocol):
    """The one call to Meta that is needed, under the line's own token."""

    def templates(self, waba: str, *, at: int) -> tuple[KnownTemplate, ...]: ...


TemplateGraphOf = Callable[[str, str], TemplateGraph]
"""From a tenant and its line to the Graph API under that line's token."""


class KnownTemplates:
    """What is known of templates, and how it comes to be known."""

    def __init__(
        self,
        *,
        templates: Templates,
        lines: Lines,
        graph_of: TemplateGraphOf,
        clock: Callable[[], float],
    ) -> None:
        self._templates = templates
        self._lines = lines
        self._graph_of = graph_of
        self._clock = clock

    def read(self, line: Line) -> tuple[KnownTemplate, ...]:
        """Read the list of the line's account from Meta, and keep it; or why Meta gives none."""
        now = int(self._clock())
        try:
            listed = self._graph_of(line.tenant, line.line).templates(line.waba, at=now)
        except (Throttled, Passing) as error:
            raise TryAgain(
                f"Meta gives no templates now: {error.advice}", wait=max(error.wait, 2)
            ) from error
        except GraphError as error:
            why = f"Meta gives no templates: {error.advice or error.title}"
            self._templates.note_refusal(line.tenant, line.waba, why, at=now)
            raise RefusedByMeta(why, number=error.code) from error
        except GraphFailure as failure:
            raise TryAgain("Meta could not be reached: try again in a moment") from failure
        self._templates.note_listing(line.tenant, line.waba, listed, at=now)
        return self._templates.listing(line.tenant, line.waba).templates

    def all(self, line: Line) -> tuple[KnownTemplate, ...]:
        """Every template of the line's account, read from Meta if the list is not fresh."""
        known = self._templates.listing(line.tenant, line.waba)
        fresh = (known.listed_at or 0) > self._clock() - FRESH_SECONDS and not known.outdated
        return known.templates if fresh else self.read(line)

    def keep(self, line: Line) -> None:
        """Read the list again if it was ever asked for and is old, or Meta has announced what only
        a reading can tell. A failure waits for the next time; the owner hears of one that stays.
        """
        if line.state is not LineState.ACTIVE:
            return
        known = self._templates.listing(line.tenant, line.waba)
        if known.listed_at is None:
            return
        if known.outdated or known.listed_at <= self._clock() - KEPT_SECONDS:
            with suppress(RefusedByMeta, TryAgain):
                self.read(line)
        self._lines.note_trouble(
            line.tenant,
            line.line,
            self._templates.refused(line.tenant, line.waba),
            kind=Trouble.TEMPLATES,
            at=int(self._clock()),
        )

    def get(self, line: Line, name: str, language: str) -> KnownTemplate:
        """One template, freshly known. Raises NotFound, with the languages that there are."""
        known = self._templates.get(line.tenant, line.waba, name, language)
        if known is not None and _is_fresh(known, self._clock()):
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


def _is_fresh(template: KnownTemplate, now: float) -> bool:
    return template.rewritten_at is None and template.read_at > now - FRESH_SECONDS
