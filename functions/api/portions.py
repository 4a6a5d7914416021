"""Cursors of a list that is there whole and sorted: the place of the last that was shown.

What is added or deleted between two pages makes the second neither repeat nor leave out anything.
"""

import base64
import json
from collections.abc import Callable, Sequence

from tandem.model.errors import Invalid

type Place = tuple[int | str, ...]


def portion[Item](
    found: Sequence[Item], place: Callable[[Item], Place], *, limit: int, cursor: str | None
) -> tuple[Sequence[Item], str | None]:
    """The first of `found` behind the cursor, and the cursor of those after them; None at the end.
    `found` is sorted by `place`.
    """
    after = _place_of(cursor)
    rest = [one for one in found if after is None or _follows(place(one), after)]
    shown = rest[:limit]
    return shown, _cursor_at(place(shown[-1])) if len(rest) > limit else None


def _follows(place: Place, after: Place) -> bool:
    try:
        return place > after
    except TypeError as foreign:
        raise Invalid("this cursor is of another list: start again without it") from foreign


def _cursor_at(place: Place) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _place_of(cursor: str | None) -> Place | None:
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except ValueError:
        place = None
    if not isinstance(place, list):
        raise Invalid("this cursor is not one of ours: start again without it")
    return tuple(place)
