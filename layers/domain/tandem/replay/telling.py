"""A difference as it is told: counts to everybody, people's words only to who asks for them."""

from collections.abc import Iterator
from typing import Any

from tandem.replay.comparing import Change
from tandem.replay.repairing import Difference
from tandem.store.kinds import name_of


def as_data(difference: Difference, *, show: bool, most: int | None = None) -> dict[str, Any]:
    """A difference for machines; with `most`, only so many of its rows, and all of its counts."""
    return {
        "bodies": difference.bodies,
        "rows": dict(difference.rows),
        "differences": difference.counts(),
        "failed": list(difference.failed[:most]),
        "unsettled": difference.unsettled,
        "refused": difference.refused,
        "changes": [_change(change, show=show) for change in difference.changes[:most]],
    }


def as_lines(difference: Difference, *, show: bool) -> Iterator[str]:
    """A difference for a person, a row a line and an attribute a line below it."""
    for change in difference.changes:
        yield f"{change.verdict}  {change.kind}  {name_of(change.key)}"
        for name, (before, after) in change.attributes.items():
            yield f"    {name}: {_shown(before, show=show)} → {_shown(after, show=show)}"
    for failed in difference.failed:
        yield f"cannot be taken in  {failed}"
    for kind, counts in difference.counts().items():
        yield f"{kind}: " + ", ".join(f"{number} {verdict}" for verdict, number in counts.items())
    compared = ", ".join(f"{number} {kind}" for kind, number in difference.rows.items())
    yield f"{difference.bodies} archived webhook(s), compared with {compared or 'no rows'}."


def _change(change: Change, *, show: bool) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "name": name_of(change.key),
        "verdict": change.verdict.value,
        "attributes": {
            name: [_shown(before, show=show), _shown(after, show=show)]
            for name, (before, after) in change.attributes.items()
        },
    }


def _shown(value: Any, *, show: bool) -> Any:
    """A value, or how much of it there is: any text may be somebody's words."""
    match value:
        case frozenset():
            return sorted(value) if show else f"{len(value)} member(s)"
        case bytes():
            return f"{len(value)} byte(s)"
        case str() if not show:
            return f"{len(value)} character(s)"
        case dict() if not show:
            return f"{len(value)} value(s)"
        case _:
            return value
