"""The shelf: what arrived before the message it belongs to, and for how long that is no wonder."""

from dataclasses import dataclass
from enum import StrEnum

LIVE_SECONDS = 24 * 3600
"""A status or an act overtakes its message by seconds, or by the retries of one delivery."""

IMPORT_SECONDS = 7 * 24 * 3600
"""Files of an import come hours before or after their texts, and its chunks over days."""


class Awaited(StrEnum):
    """What waits for a message."""

    STATUSES = "statuses"
    EDIT = "edit"
    REVOKE = "revoke"
    REACTION = "reaction"
    MEDIA = "media"


@dataclass(frozen=True, slots=True)
class Wait:
    """What waits for one message, and the earliest times (unix seconds) of these facts themselves.

    `live_at` of what happened after the number was connected, `imported_at` of what came with the
    import. Both are None for a file alone: nobody said of when it is.
    """

    waits_for: tuple[Awaited, ...]
    live_at: int | None = None
    imported_at: int | None = None

    def since(self, onboarded_at: int) -> int | None:
        """Since when it waits: not before the number was connected, however old the message is."""
        times = [at for at in (self.live_at, self.imported_at) if at is not None]
        return max(min(times), onboarded_at) if times else None

    def orphaned(self, *, now: int, onboarded_at: int) -> bool:
        """Whether the message should have come by now. It may still come, and then all is well."""
        return any(
            at is not None and max(at, onboarded_at) + patience <= now
            for at, patience in ((self.live_at, LIVE_SECONDS), (self.imported_at, IMPORT_SECONDS))
        )
