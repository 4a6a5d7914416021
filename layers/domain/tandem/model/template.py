"""Templates as Meta has them, and what is to be filled in for each person."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from tandem.model.events import digest

APPROVED = "APPROVED"
"""The only status in which Meta sends a template. wire: Meta, "Template status"."""

_BLANK = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")


class BlankKind(StrEnum):
    """What goes into a blank."""

    TEXT = "text"
    LINK = "link"
    """The end of a button's address."""
    CODE = "code"
    """A coupon that a button copies."""
    IMAGE = "image"
    VIDEO = "video"
    DOCUMENT = "document"

    @property
    def is_file(self) -> bool:
        return self in (BlankKind.IMAGE, BlankKind.VIDEO, BlankKind.DOCUMENT)


@dataclass(frozen=True, slots=True)
class Blank:
    """One thing to fill in: `part` is header, body or a button (`button.0`), `name` is what Meta
    calls it there (`1`, `first_name`, `image`).
    """

    part: str
    name: str
    kind: BlankKind = BlankKind.TEXT

    @property
    def place(self) -> str:
        """How a blank is written down: `body.1`, `header.image`, `button.0.1`."""
        return f"{self.part}.{self.name}"


# Not slotted: what is derived from the components is worked out once.


@dataclass(frozen=True)
class KnownTemplate:
    """A template of an account, in one language, as Meta has it at `read_at` (unix seconds).

    `category` is in Meta's capitals, `correct_category` is what Meta means to make of it.
    `rewritten_at`: since then, by what Meta announced, its content may be another than this.
    """

    waba: str
    name: str
    language: str
    status: str
    category: str
    components: tuple[Mapping[str, Any], ...]
    id: str | None = None
    quality: str | None = None
    reason: str | None = None
    correct_category: str | None = None
    read_at: int = 0
    rewritten_at: int | None = None

    @property
    def sendable(self) -> bool:
        return self.status == APPROVED

    @cached_property
    def fingerprint(self) -> str:
        """Tells whether what would be sent, or what it costs, has changed. The status has no part
        in it: a template that was paused and comes back is the same one.
        """
        return digest([self.name, self.language, self.category, list(self.components)])

    @cached_property
    def blanks(self) -> tuple[Blank, ...]:
        """Everything that must be filled in, in the order of the template."""
        return tuple(blank for part in self.components for blank in _blanks(part))

    @property
    def names_its_blanks(self) -> bool:
        """Whether its blanks have names; otherwise they are numbered."""
        return any(not blank.name.isdecimal() for blank in self.blanks if blank.part == "body")


def _blanks(component: Mapping[str, Any]) -> Iterator[Blank]:
    kind = str(component.get("type", "")).upper()
    if kind == "BODY":
        yield from _in_text("body", component.get("text"))
    elif kind == "HEADER":
        form = str(component.get("format", "TEXT")).upper()
        if form == "TEXT":
            yield from _in_text("header", component.get("text"))
        elif form.lower() in ("image", "video", "document"):
            yield Blank("header", form.lower(), BlankKind(form.lower()))
    elif kind == "BUTTONS":
        buttons = component.get("buttons")
        for index, button in enumerate(buttons if isinstance(buttons, list) else ()):
            yield from _of_button(index, button)


def _of_button(index: int, button: object) -> Iterator[Blank]:
    said = button if isinstance(button, Mapping) else {}
    part, kind = f"button.{index}", str(said.get("type", "")).upper()
    if kind == "URL":
        for blank in _in_text(part, said.get("url")):
            yield Blank(part, blank.name, BlankKind.LINK)
    elif kind == "COPY_CODE":
        yield Blank(part, "code", BlankKind.CODE)


def _in_text(part: str, text: object) -> Iterator[Blank]:
    names = _BLANK.findall(text) if isinstance(text, str) else []
    for name in dict.fromkeys(names):
        yield Blank(part, name)


def with_blanks_filled(text: str, values: Mapping[str, str]) -> str:
    """The text with each blank replaced by its value; one without a value stays as it is."""
    return _BLANK.sub(lambda blank: values.get(blank[1], blank[0]), text)


Values = Mapping[str, str]
"""From the place of a blank to what is filled in for one person."""


@dataclass(frozen=True, slots=True)
class FilledBy:
    """What fills a blank: a fixed `text`, or a `field` of the person (`name`, `first_name`,
    `username`, `phone`, `attribute.<name>`), else the `fallback`.
    """

    text: str | None = None
    field: str | None = None
    fallback: str | None = None


Filling = Mapping[str, FilledBy]
"""From the place of a blank to what fills it."""
