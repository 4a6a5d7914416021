"""Notices: what Meta announces beside messages, as one sentence each and what it tells of a line.

Nothing here is refused: a notice of an unknown event, or with parts missing, still is one.
wire: Meta, the reference of each webhook field.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from tandem.meta.wire import Change, Json, json_text, phone, words
from tandem.model.notice import (
    LONGEST_SUMMARY,
    NOTHING_TOLD,
    UNLIMITED,
    Notice,
    TemplateNews,
    Topic,
)

UNTOLD = "UNTOLD"
"""The event of a notice that names none."""

Tells = Mapping[Topic, Mapping[str, Any]]


class Said(NamedTuple):
    """What one kind of notice says: the event, a sentence, what it is about."""

    event: str | None
    summary: str
    subject: str | None = None
    name: str | None = None
    tells: Tells = NOTHING_TOLD
    at: int | None = None
    line: str | None = None
    waba: str | None = None
    portfolio: str | None = None
    template: TemplateNews | None = None


Read = Callable[[Json], Said]


def notice(change: Change, value: Json, said: Said, *, owner: str | None = None) -> Notice:
    """A notice of a change. What `said` names, the value names itself: it goes first."""
    line = said.line or change.line
    return Notice(
        kind=change.field,
        event=(said.event or UNTOLD)[:100],
        at=change.at or said.at or 0,
        summary=said.summary[:LONGEST_SUMMARY],
        waba=said.waba or change.waba,
        line=line,
        display_number=phone(value.get("display_phone_number"))
        or phone(value.get("phone_number"))
        or change.number,
        portfolio=said.portfolio or (change.waba if said.waba is None and line is None else None),
        owner=owner,
        subject=said.subject,
        name=said.name,
        tells={topic: told for topic, told in said.tells.items() if told},
        template=said.template,
        raw=json_text(value),
    )


def notices(change: Change, readers: Mapping[str, Read]) -> Iterator[Notice]:
    """The notice that a change is; of rows of groups, one each."""
    groups = change.value.get("groups")
    if not (isinstance(groups, list) and groups and change.field.startswith("group_")):
        yield notice(change, change.value, readers[change.field](change.value))
        return
    for row in groups:
        group = row if isinstance(row, dict) else {"group": row}
        yield notice(change, group, readers[change.field](group))


def limit(value: object) -> int | None:
    """How many people a day a portfolio may write to first; UNLIMITED without a limit.

    Meta writes it as a number, as text, as -1 and as a tier (TIER_250, TIER_2K, TIER_UNLIMITED).
    """
    if isinstance(value, str):
        text = value.strip().upper().removeprefix("TIER_")
        if text == "UNLIMITED":
            return UNLIMITED
        thousands = text.endswith("K")
        digits = text.removesuffix("K").removeprefix("+")
        if digits == "-1":
            return UNLIMITED
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= 9):
            return None
        value = int(digits) * (1000 if thousands else 1)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if value > 0 or value == UNLIMITED else None


def may_write(most: int) -> str:
    """A messaging limit in a sentence."""
    many = "Any number of people" if most == UNLIMITED else f"Up to {most:,} people"
    return f"{many} a day may be written to first, over the whole portfolio."


def event_of(value: Json, *keys: str) -> str | None:
    """Meta's word, in upper case however it was written."""
    for key in keys or ("event",):
        if (found := words(value.get(key))) is not None:
            return found.strip().upper()
    return None


def text(value: object, longest: int = 120) -> str | None:
    """Meta's own words, on one line and cut; None where there are none."""
    found = words(value)
    return " ".join(found.split())[:longest] if found else None


def named(event: str | None) -> str:
    """A word of Meta's inside a sentence."""
    return event[:80] if event else "something without a name"
