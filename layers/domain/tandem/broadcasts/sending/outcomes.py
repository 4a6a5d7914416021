"""What came of a broadcast: how far it is, and for whom; all of its recipients, or some."""

from collections.abc import Callable
from dataclasses import dataclass

from tandem.broadcasts.sending.counting import progress_of
from tandem.model.broadcast import Broadcast
from tandem.model.errors import NotFound
from tandem.model.recipient import Progress, Recipient, RecipientState
from tandem.store import keys
from tandem.store.broadcasts import BroadcastRows
from tandem.store.recipients import RecipientRows

LOOKED_THROUGH = 5_000
"""Recipients that one request looks through; the next number goes on from there."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which recipients are asked for: those in a state, those for whom a reason or Meta's code is
    given; None for all.
    """

    state: RecipientState | None = None
    reason: str | None = None

    def fits(self, recipient: Recipient, now: int) -> bool:
        if self.state is not None and recipient.state(now) is not self.state:
            return False
        return self.reason is None or self.reason in (recipient.reason, str(recipient.code))


class Outcomes:
    """The recipients of broadcasts, in the order of their audience."""

    def __init__(
        self, *, rows: BroadcastRows, recipients: RecipientRows, clock: Callable[[], float]
    ) -> None:
        self._rows = rows
        self._recipients = recipients
        self._clock = clock

    def progress(self, known: Broadcast) -> Progress:
        """A count of the recipient rows as they are now."""
        everybody = self._recipients.all(known.tenant, known.edition, known.size)
        return progress_of(everybody, size=known.size, now=int(self._clock()))

    def page(
        self, tenant: str, broadcast: str, wanted: Wanted, *, first: int, limit: int
    ) -> tuple[tuple[Recipient, ...], int | None]:
        """At most `limit` of those who are wanted, from number `first` on, and the number to go on
        from; None at the end. A page may be short, or empty, and have more behind it.
        """
        known = self._rows.get(tenant, broadcast)
        if known is None:
            raise NotFound(f"there is no broadcast {broadcast}")
        now, found = int(self._clock()), list[Recipient]()
        shard = first - first % keys.RECIPIENTS_PER_SHARD
        for recipient in self._recipients.all(tenant, known.edition, known.size, first=shard):
            if recipient.number < first:
                continue
            if len(found) == limit or recipient.number == first + LOOKED_THROUGH:
                return tuple(found), recipient.number
            if wanted.fits(recipient, now):
                found.append(recipient)
        return tuple(found), None
