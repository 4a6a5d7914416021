"""The outcome of a broadcast as a table that spreadsheets open, and cannot be made to run."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime

from functions.api.broadcast_views import why
from tandem.model.recipient import Recipient

HEADINGS = (
    *("number", "phone", "user_id", "state", "reason", "meta_code", "message_id"),
    *("due_at", "accepted_at", "sent_at", "delivered_at", "read_at", "failed_at"),
)
WIDE = ("\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The same signs as East Asian keyboards write them."""

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", *WIDE)
"""What a cell begins with that a spreadsheet takes for a formula."""


def sheet(recipients: Iterable[Recipient], now: int, *, headings: bool) -> str:
    """A table of recipients, as CSV; with its headings and the mark of UTF-8 when it is the first
    of several that make one file. Times are in UTC.
    """
    text = io.StringIO()
    rows = csv.writer(text)
    if headings:
        text.write("\ufeff")
        rows.writerow(HEADINGS)
    rows.writerows(map(harmless, _cells(recipient, now)) for recipient in recipients)
    return text.getvalue()


def harmless(cell: object) -> str:
    """A cell that is text to a spreadsheet, whatever stands in it."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(RUNS) else text


def _cells(recipient: Recipient, now: int) -> list[object]:
    told, accepted = recipient.told_at, recipient.accepted_ms
    times = [recipient.due_at, accepted // 1000 if accepted is not None else None]
    times += [told.get(state) for state in ("sent", "delivered", "read", "failed")]
    return [
        recipient.number,
        recipient.person.phone,
        recipient.person.bsuid,
        recipient.state(now).value,
        why(recipient),
        recipient.code,
        recipient.wamid,
        *(f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}" if at else None for at in times),
    ]
