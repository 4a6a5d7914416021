"""What Meta announces about an account. It is never believed, only looked into.

Announcements come late, twice and in the wrong order, and say more than they should or less: so
each of them makes the lines it may mean due for a reading, and the reading decides.
wire: Meta, "account_update webhook".
"""

from tandem.model.events import AccountNote
from tandem.store.lines import Lines

REMOVALS = frozenset({"PARTNER_REMOVED", "PARTNER_APP_UNINSTALLED", "ACCOUNT_DELETED"})
"""If the line is gone when it is read, these say that its owner meant it."""

CHANGES = REMOVALS | {
    "PARTNER_ADDED",
    "PARTNER_APP_INSTALLED",
    "ACCOUNT_OFFBOARDED",
    "ACCOUNT_RECONNECTED",
    "ACCOUNT_VIOLATION",
    "ACCOUNT_RESTRICTION",
    "DISABLED_UPDATE",
}
"""The events after which a line may be in another state."""


class Lifecycle:
    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def note(self, tenant: str, note: AccountNote) -> None:
        """Have every line read again that the announcement may mean."""
        if note.event not in CHANGES:
            return
        for line in self._meant(tenant, note):
            self._lines.note_announcement(tenant, line, at=note.at, removal=note.event in REMOVALS)

    def _meant(self, tenant: str, note: AccountNote) -> tuple[str, ...]:
        """The line with the number that is named, else every line of the account."""
        lines = self._lines.all(tenant)
        named = [line for line in lines if note.display_number == line.display_number]
        return tuple(line.line for line in named or lines if named or line.waba == note.waba)
