"""Whose each attribute is: what webhooks prove and a rebuild makes again, and what is ours.

This is the one place that says it. A row that holds an attribute which is not named here cannot be
written by any test (`tests/fakes/memory_table.py`), and a replay leaves such an attribute alone.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Any, Literal, NamedTuple

from tandem.store.kinds import Kind
from tandem.store.registers import Merge, Register, Row


class Whose(Enum):
    """Which side may say what an attribute is."""

    META = "only webhooks make it: it is as rebuilt"
    OURS = "no webhook makes it: it is as it stands"
    BOTH = "either makes it: both are merged, and nothing of it is taken away"


class Fact(NamedTuple):
    """One register, first or set of a row, with the attributes that a register carries.

    `ours` picks out of META's the values that we made: None for those that we did not. `alone` is
    whether our side of it is reason enough for the row to be there. `rank` is how many characters
    of the value tell how much it is worth: a fact of a lower rank says less than what stands.
    """

    moves: Literal["earliest", "latest", "first", "set"]
    whose: Whose
    carries: tuple[str, ...] = ()
    ours: Callable[[Any], Any] | None = None
    alone: bool = True
    rank: int = 0


class Told(NamedTuple):
    """A fact as one row has it."""

    name: str
    fact: Fact
    value: Any


def _ranked(value: Any) -> Any:
    """A value that our own send has written carries the rank of `Source.API`, first or second."""
    return value if "4" in value[:2] else None


def _api(sources: Any) -> Any:
    return sources & {"api"} or None


_LISTED = {
    "group": Fact("first", Whose.META),
    "moment": Fact("first", Whose.META),
}
_STANDS = ("group", "moment")

FACTS: dict[Kind, dict[str, Fact]] = {
    Kind.MESSAGE: {
        "place": Fact("latest", Whose.META, (*_STANDS, "history_status"), _ranked, rank=2),
        "content": Fact(
            "latest",
            Whose.META,
            ("kind", "text", "media", "reply_to", "target", "extra"),
            _ranked,
            rank=2,
        ),
        "sources": Fact("set", Whose.META, ours=_api),
        "edit": Fact("latest", Whose.META, ("edited",)),
        "revoke": Fact("earliest", Whose.META),
        "waits_live": Fact("earliest", Whose.META),
        "waits_imported": Fact("earliest", Whose.META),
        "file": Fact("latest", Whose.OURS, ("stored",), alone=False),
        **_LISTED,
    },
    Kind.CONVERSATION: {
        "last_activity": Fact("latest", Whose.META, _STANDS),
        "last_inbound": Fact("latest", Whose.META),
        "window": Fact("latest", Whose.META),
        "referred": Fact("latest", Whose.META),
        "free_until": Fact("latest", Whose.META),
        "named": Fact("latest", Whose.META, ("name", "username")),
        "aliases": Fact("set", Whose.BOTH, alone=False),
        "last_read": Fact("latest", Whose.OURS, alone=False),
    },
    Kind.PERSON: {
        "same_as": Fact("set", Whose.BOTH),
        "moved": Fact("set", Whose.META),
        "lines": Fact("set", Whose.BOTH, alone=False),
        "called": Fact("set", Whose.BOTH, alone=False),
        "active_on": Fact("latest", Whose.BOTH, alone=False),
        "book": Fact(
            "latest",
            Whose.META,
            ("book_name", "book_first_name", "book_removed", "book_username"),
        ),
        "wish": Fact("latest", Whose.BOTH, ("marketing", "wished_by")),
        "consent": Fact("latest", Whose.OURS, ("consented", "consent_source")),
        "marketed": Fact("set", Whose.OURS, alone=False),
        "undelivered": Fact("latest", Whose.BOTH, alone=False),
        "group": Fact("first", Whose.BOTH, alone=False),
        "moment": Fact("first", Whose.BOTH, alone=False),
    },
    Kind.SYNC: {
        "opened_at": Fact("earliest", Whose.OURS),
        "contacts_from": Fact("earliest", Whose.BOTH, alone=False),
        "declined": Fact("earliest", Whose.META),
        "declined_at": Fact("earliest", Whose.BOTH, alone=False),
    },
    Kind.RECEIPT: {
        "received_at": Fact("earliest", Whose.BOTH, alone=False),
        **{
            name: Fact("first", Whose.META)
            for name in (
                "progress",
                "messages",
                "threads",
                "placeholders",
                "kept",
                "oldest_at",
                "newest_at",
                "fingerprints",
                "people",
                "person_of",
                "days",
                "awaited",
            )
        },
    },
    Kind.KEPT: {
        "received_at": Fact("earliest", Whose.BOTH, alone=False),
        "archived": Fact("set", Whose.BOTH, alone=False),
        "resolved_at": Fact("latest", Whose.OURS, alone=False),
        **{
            name: Fact("first", Whose.META)
            for name in ("reason", "what", "at", "line", "waba", "detail", "raw", "raw_gz", "cut")
        },
        **_LISTED,
    },
}

_FREELY_NAMED: dict[Kind, tuple[tuple[re.Pattern[str], Callable[[str], Fact]], ...]] = {
    Kind.MESSAGE: (
        (
            re.compile("status_(.+)"),
            lambda state: Fact("earliest", Whose.META, (f"{state}_detail",)),
        ),
        (
            re.compile("reaction_(.+)"),
            # The business may react through the API too.
            lambda side: Fact(
                "latest", Whose.META if side == "customer" else Whose.BOTH, (f"emoji_{side}",)
            ),
        ),
        (
            re.compile("file_(.+)"),
            lambda media: Fact("latest", Whose.OURS, (f"stored_{media}",), alone=False),
        ),
    ),
    Kind.PERSON: (
        (re.compile("(?s:tag:.+)"), lambda _: Fact("latest", Whose.OURS)),
        (
            re.compile("(?s:(?:team|attribute):.+)"),
            lambda name: Fact("latest", Whose.OURS, (f"is:{name}",)),
        ),
    ),
}
"""Registers with somebody's name in their own: Meta's for a state or the id of a file, a team's for
a tag or an attribute."""

_UNNAMED = Fact("first", Whose.OURS, alone=False)


def fact_of(kind: Kind, name: str) -> Fact | None:
    """What is said here of a register, a first or a set; None when nothing is."""
    if fact := FACTS[kind].get(name):
        return fact
    for pattern, made in _FREELY_NAMED.get(kind, ()):
        if found := pattern.fullmatch(name):
            return made(found[found.re.groups])
    return None


def unnamed(kind: Kind, row: Row) -> frozenset[str]:
    """The attributes of a row of which nothing here says whose they are."""
    named = {"pk", "sk"} | {carried for fact in FACTS[kind].values() for carried in fact.carries}
    for name in row:
        if fact := fact_of(kind, name):
            named |= {name, *fact.carries}
    return frozenset(row) - named


def facts_in(kind: Kind, row: Row) -> Iterator[Told]:
    """What a row says, fact by fact; what a register carries belongs to the register."""
    told = {name: fact for name in row if (fact := fact_of(kind, name))}
    carried = {each for fact in told.values() for each in fact.carries}
    for name, fact in told.items():
        if name not in carried:
            yield Told(name, fact, row[name])
    for name in unnamed(kind, row):
        yield Told(name, _UNNAMED, row[name])


def says_less(told: Told, row: Row) -> bool:
    """Whether `row` says less than was told: nothing, fewer members, something of a lower rank."""
    there, rank = row.get(told.name), told.fact.rank
    if there is None:
        return True
    if told.fact.moves == "set":
        return not told.value <= there
    return bool(rank and there[:rank] < told.value[:rank])


def as_merge(row: Row, facts: Iterable[Told]) -> Merge:
    """Facts of a row as one fact to merge into another."""
    registers: list[Register] = []
    firsts: dict[str, Any] = {}
    members: dict[str, frozenset[str]] = {}
    for name, fact, value in facts:
        if fact.moves == "first":
            firsts[name] = value
        elif fact.moves == "set":
            members[name] = value
        else:
            carry = {each: row.get(each) for each in fact.carries}
            registers.append(Register(name, value, fact.moves, carry))
    return Merge(tuple(registers), firsts, members)


def ours(kind: Kind, row: Row) -> tuple[Merge, bool]:
    """What of a row no rebuild can know, and whether that is reason enough for it to be there."""
    mine = []
    for told in facts_in(kind, row):
        value = told.value
        if told.fact.whose is Whose.META:
            value = told.fact.ours(value) if told.fact.ours else None
        if value is not None:
            mine.append(told._replace(value=value))
    return as_merge(row, mine), any(told.fact.alone for told in mine)
