"""What the team wrote about a person: each text, tag and attribute is a register of its own.

So two people who change different things never undo each other, and after two contacts turned out
to be one the latest word on each thing counts, whichever alias it was written under.

    team:name, team:note     a text            is:team:name      what it says; absent: taken away
    tag:<tag>                there or not: the value ends in 1 or 0
    attribute:<key>          a value           is:attribute:<key>

A moment is in milliseconds and later than the word it replaces, however the clocks of two workers
disagree; at equal moments a fingerprint decides, and a tag is there.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tandem.model.contact import Edit, Written
from tandem.store.registers import Register, Row, fingerprint

_TEAM, _TAG, _ATTRIBUTE = "team:", "tag:", "attribute:"
_KINDS = (_TEAM, _TAG, _ATTRIBUTE)


def written(rows: Iterable[Row]) -> Written:
    """The latest word on each thing over all rows of one contact."""
    latest = _latest(rows)
    said = {name: content for name, (_, content) in latest.items() if content is not None}
    return Written(
        name=said.get(f"{_TEAM}name"),
        note=said.get(f"{_TEAM}note"),
        tags=tuple(sorted(_named(said, _TAG))),
        attributes=dict(sorted(_named(said, _ATTRIBUTE).items())),
    )


def registers_of(edit: Edit, rows: Iterable[Row], *, now_ms: int) -> Iterator[Register]:
    """What an edit made by somebody who has read `rows` moves."""
    latest = _latest(rows)

    def moment(name: str) -> str:
        known = latest.get(name)
        after = int(known[0].partition("#")[0]) + 1 if known else 0
        return f"{max(now_ms, after):015d}"

    texts = {f"{_TEAM}{name}": text for name, text in edit.texts.items()}
    texts |= {f"{_ATTRIBUTE}{key}": value for key, value in edit.attributes.items()}
    for name, text in texts.items():
        carried = {f"is:{name}": text}
        yield Register(name, f"{moment(name)}#{fingerprint(carried)}", "latest", carry=carried)
    for tag, there in edit.tags.items():
        name = f"{_TAG}{tag}"
        yield Register(name, f"{moment(name)}#{there:d}", "latest")


def _latest(rows: Iterable[Row]) -> dict[str, tuple[str, Any]]:
    """Each thing's latest moment, and what it says; None when it was taken away."""
    latest: dict[str, tuple[str, Any]] = {}
    for row in rows:
        for name, value in row.items():
            if name.startswith(_KINDS) and (name not in latest or latest[name][0] < value):
                latest[name] = (value, _content(name, value, row))
    return latest


def _content(name: str, value: str, row: Row) -> Any:
    if name.startswith(_TAG):
        return True if value.endswith("#1") else None
    return row.get(f"is:{name}")


def _named(said: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {
        name.removeprefix(kind): content for name, content in said.items() if name.startswith(kind)
    }
