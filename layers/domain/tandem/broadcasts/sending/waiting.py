"""Who of a slice is still to be sent to: the plan has them, and nothing has come between."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from tandem.broadcasts.plans.judging import why_not_now
from tandem.broadcasts.plans.timing import held_until
from tandem.model.broadcast import Broadcast, Category
from tandem.model.recipient import Excluded, Recipient, RecipientState, Slice
from tandem.store.people import People
from tandem.store.recipients import RecipientRows


@dataclass(frozen=True, slots=True)
class Waiting:
    """Finds them, and writes down why somebody is not sent to after all."""

    recipients: RecipientRows
    people: People
    clock: Callable[[], float]

    def of(self, broadcast: Broadcast, piece: Slice) -> Iterator[Recipient]:
        """Who is to be sent to, each with the moment before which they are not. Nobody else has
        this slice now: an open attempt is an orphan.
        """
        now = int(self.clock())
        found = self.recipients.between(piece.tenant, piece.edition, piece.first, piece.last)
        planned = []
        for recipient in found:
            state = recipient.state(now)
            if state is RecipientState.PLANNED:
                planned.append(recipient)
            elif state is RecipientState.ATTEMPTING and recipient.attempt:
                self.recipients.unsure(
                    piece.tenant, piece.edition, recipient.number, attempt=recipient.attempt
                )
        spared = self._spared(broadcast, planned, now)
        for recipient in planned:
            if (why := spared.get(recipient.number)) is None:
                held = held_until(broadcast.timing, recipient, now)
                yield replace(recipient, not_before=held) if held > now else recipient
            else:
                self.recipients.skipped(piece.tenant, piece.edition, recipient.number, reason=why)

    def _spared(
        self, broadcast: Broadcast, planned: Sequence[Recipient], now: int
    ) -> dict[int, Excluded]:
        """Who is not to be sent to by now, though the plan has them: a wish is honoured at the
        moment of sending.
        """
        if broadcast.category is not Category.MARKETING:
            return {}
        aliases = [alias for recipient in planned for alias in recipient.person.aliases]
        contacts = self.people.contacts(broadcast.tenant, aliases)
        found = (
            (recipient.number, why_not_now(broadcast, recipient.person, contacts[alias], now=now))
            for recipient in planned
            for alias in recipient.person.aliases
        )
        return {number: why for number, why in found if why is not None}
