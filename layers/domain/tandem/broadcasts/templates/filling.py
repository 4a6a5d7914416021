"""Filling a template in for one person: from what is known of them, else from a fallback.

A blank that nothing fills makes the template impossible for this person, and for nobody else.
wire: Meta, "Send message templates" (a parameter has no line breaks, tabs, or more than four spaces
in a row).
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tandem.model.errors import Invalid
from tandem.model.segment import Known
from tandem.model.template import (
    Blank,
    BlankKind,
    FilledBy,
    Filling,
    KnownTemplate,
    Values,
    with_blanks_filled,
)

LONGEST_VALUE = 1024
"""Characters in a blank."""

LONGEST_BODY = 1024
"""Characters of a filled-in body. wire: Meta, "Template components"."""

FIELDS = ("name", "first_name", "username", "phone")
_ATTRIBUTE = "attribute."
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Missing:
    """Why the template cannot be filled in for somebody, in a sentence."""

    place: str
    why: str


def check(template: KnownTemplate, filling: Filling, *, given: Collection[str] = ()) -> None:
    """Raise Invalid when the filling does not fit the template, whoever it is for. The places in
    `given` are filled for each person by itself.
    """
    places = {blank.place: blank for blank in template.blanks}
    for place, by in filling.items():
        if place not in places:
            offered = ", ".join(places) or "none"
            raise Invalid(f"{template.name} has no blank {place!r}: it has {offered}")
        if (by.text is None) == (by.field is None):
            raise Invalid(f"{place} is filled by either a text or a field")
        if by.field is not None and not _is_field(by.field):
            raise Invalid(
                f"{place}: there is no field {by.field!r}: {', '.join(FIELDS)}, attribute.<name>"
            )
    for place in given:
        if place not in places:
            raise Invalid(f"{template.name} has no blank {place!r}: it has {', '.join(places)}")
    if unfilled := [place for place in places if place not in filling and place not in given]:
        raise Invalid(f"{template.name} needs something for {', '.join(unfilled)}")


def fill(
    template: KnownTemplate, filling: Filling, known: Known, *, given: Values | None = None
) -> Values | Missing:
    """What is filled in for one person, or what is missing for them. `given` goes before all."""
    values: dict[str, str] = {}
    for blank in template.blanks:
        by = filling.get(blank.place, FilledBy())
        said = (given or {}).get(blank.place) or _value(by, known) or by.fallback or ""
        value = _SPACE.sub(" ", said).strip()
        if not value:
            source = by.field or "a value"
            return Missing(blank.place, f"{source} is not known, and there is no fallback")
        if len(value) > LONGEST_VALUE:
            return Missing(blank.place, f"it would have more than {LONGEST_VALUE} characters")
        values[blank.place] = value
    if len(_text_of(template, "BODY", values)) > LONGEST_BODY:
        return Missing("body", f"the text would have more than {LONGEST_BODY} characters")
    return values


def _value(by: FilledBy, known: Known) -> str | None:
    if by.field is None:
        return by.text
    if by.field.startswith(_ATTRIBUTE):
        return known.attributes.get(by.field.removeprefix(_ATTRIBUTE))
    if by.field == "first_name":
        return (known.name or "").split(" ")[0]
    if by.field == "phone":
        return f"+{known.phone}" if known.phone else None
    return {"name": known.name, "username": known.username}.get(by.field)


def _is_field(field: str) -> bool:
    return field in FIELDS or (field.startswith(_ATTRIBUTE) and len(field) > len(_ATTRIBUTE))


# ---- what a person reads


def preview(template: KnownTemplate, values: Values) -> str:
    """The whole message as a person reads it: header, body, footer and buttons, a line each."""
    header = next((part for part in template.components if _kind(part) == "HEADER"), {})
    form = str(header.get("format", "TEXT")).lower()
    parts = [
        f"[{form}]" if header and form != "text" else _text_of(template, "HEADER", values),
        _text_of(template, "BODY", values),
        _text_of(template, "FOOTER", values),
        *(f"[{text}]" for text in _button_texts(template)),
    ]
    return "\n".join(part for part in parts if part)


def _text_of(template: KnownTemplate, kind: str, values: Values) -> str:
    part = next((part for part in template.components if _kind(part) == kind), {})
    own = {place.partition(".")[2]: value for place, value in _of_part(kind.lower(), values)}
    return with_blanks_filled(str(part.get("text", "")), own)


def _of_part(part: str, values: Values) -> Iterator[tuple[str, str]]:
    return ((place, value) for place, value in values.items() if place.startswith(f"{part}."))


def _button_texts(template: KnownTemplate) -> Iterator[str]:
    for part in template.components:
        if _kind(part) == "BUTTONS" and isinstance(part.get("buttons"), list):
            yield from (str(button["text"]) for button in part["buttons"] if "text" in button)


def _kind(component: Mapping[str, Any]) -> str:
    return str(component.get("type", "")).upper()


# ---- what Meta is given


def components(template: KnownTemplate, values: Values) -> list[dict[str, Any]]:
    """The `components` of a send: one for each part of the template that has blanks."""
    parts: dict[str, list[Blank]] = {}
    for blank in template.blanks:
        parts.setdefault(blank.part, []).append(blank)
    return [
        {
            **_address(part, blanks[0].kind),
            "parameters": [_parameter(blank, values[blank.place], template) for blank in blanks],
        }
        for part, blanks in parts.items()
    ]


def _address(part: str, kind: BlankKind) -> dict[str, Any]:
    name, _, index = part.partition(".")
    if not index:
        return {"type": name}
    sub_type = "copy_code" if kind is BlankKind.CODE else "url"
    return {"type": name, "sub_type": sub_type, "index": index}


def _parameter(blank: Blank, value: str, template: KnownTemplate) -> dict[str, Any]:
    if blank.kind.is_file:
        where = "link" if value.startswith(("https://", "http://")) else "id"
        return {"type": blank.kind.value, blank.kind.value: {where: value}}
    if blank.kind is BlankKind.CODE:
        return {"type": "coupon_code", "coupon_code": value}
    named = blank.kind is BlankKind.TEXT and template.names_its_blanks
    return {"type": "text", **({"parameter_name": blank.name} if named else {}), "text": value}
