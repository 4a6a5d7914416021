"""Wishes about marketing messages: one register on each alias, of which the latest word counts.

wish          when, whether it stops marketing (1 or 0), what it is, how it became known
marketing     what it is: stop, resume, or Meta's word for another
wished_by     how it became known; absent in what was noted before that was
"""

from collections.abc import Iterable

from tandem.model.contact import STOP, MarketingWish, WishedBy
from tandem.store import keys
from tandem.store.registers import Register, Row


def wished(value: str, by: WishedBy, *, at: int) -> Register:
    """A wish that was uttered at a moment. At one moment, `stop` wins."""
    moment = keys.moment(at, f"{value == STOP:d}#{value}#{by.value}")
    carried = {"marketing": value, "wished_by": by.value}
    return Register("wish", moment, "latest", carry=carried)


def latest_wish(rows: Iterable[Row]) -> MarketingWish | None:
    """The latest wish over all rows of one contact."""
    told = [row for row in rows if "wish" in row]
    if not told:
        return None
    row = max(told, key=lambda each: str(each["wish"]))
    by = row.get("wished_by")
    return MarketingWish(
        row["marketing"], keys.moment_at(row["wish"]), WishedBy(by) if by else None
    )
