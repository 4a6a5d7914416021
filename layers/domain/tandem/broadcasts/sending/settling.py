"""What Meta's statuses tell of a broadcast's recipients, found by the callback that they bring."""

from tandem.broadcasts.plans.judging import marketing_stamp
from tandem.broadcasts.sending.attempts import STOPS_ALL, UNDELIVERABLE
from tandem.broadcasts.templates.wording import named_by, sighting_of
from tandem.conversations.recording import Recording
from tandem.meta.errors import STOPPED_MARKETING, FixFirst, Reason, reaction
from tandem.model.broadcast import Broadcast, Category, Pause, PausedFor
from tandem.model.contact import STOP, WishedBy
from tandem.model.events import PreferenceNote, StatusNote
from tandem.model.recipient import Recipient, edition_of
from tandem.store.broadcasts import BroadcastRows
from tandem.store.lines import Lines
from tandem.store.people import People
from tandem.store.recipients import RecipientRows


class Recipients:
    """The settler of the callbacks `b:<edition>:<number>`."""

    def __init__(
        self,
        *,
        rows: BroadcastRows,
        recipients: RecipientRows,
        lines: Lines,
        people: People,
        recording: Recording,
    ) -> None:
        self._rows = rows
        self._recipients = recipients
        self._lines = lines
        self._people = people
        self._recording = recording

    def settle(self, tenant: str, note: StatusNote) -> None:
        """Note what became of a recipient's message; any order, any number of times.

        A status proves that Meta took the message. If no sender lived to write that down, this
        does, and files the message that the sender could not.
        """
        place = named_by(note.callback)
        if place is None:
            return
        edition, number = place
        recipient = self._recipients.get(tenant, edition, number)
        if recipient is None:
            return
        # Nearly every status speaks of a message that is filed already: one write is all it takes.
        known = recipient.wamid == note.wamid and recipient.outcome is not None
        broadcast = None
        if not known or note.errors:
            broadcast = self._rows.get(tenant, edition_of(edition)[0])
        if not known and (broadcast is None or broadcast.line != note.line):
            return
        self._people.tie(tenant, recipient.person, note.person, line=note.line)
        if broadcast is not None and recipient.outcome is None:
            self._take_over(broadcast, recipient, note)
        why = Reason.of(note.errors[0]) if note.errors else Reason()
        self._recipients.told(
            tenant,
            edition,
            number,
            state=note.state,
            at=note.at,
            code=why.code,
            reason=_sentence(why) if note.errors else None,
        )
        if broadcast is not None and note.state == "failed":
            self._react(broadcast, recipient, note, why)

    def _take_over(self, broadcast: Broadcast, recipient: Recipient, note: StatusNote) -> None:
        at = recipient.attempt_at or broadcast.created_at
        sighting = sighting_of(broadcast, recipient, wamid=note.wamid, at=at)
        self._recording.record(broadcast.tenant, sighting)
        if broadcast.category is Category.MARKETING:
            stamp = marketing_stamp(broadcast)
            self._people.note_marketed(broadcast.tenant, recipient.person, stamp)
        self._recipients.accepted(
            broadcast.tenant, broadcast.edition, recipient.number, wamid=note.wamid
        )

    def _react(
        self, broadcast: Broadcast, recipient: Recipient, note: StatusNote, why: Reason
    ) -> None:
        """Some failures are not about one person: the rest of the broadcast would meet them too."""
        if why.code == STOPPED_MARKETING:
            wish = PreferenceNote(note.line, note.person, note.at, STOP, by=WishedBy.REFUSAL)
            self._people.note_preference(broadcast.tenant, wish)
        if why.code == UNDELIVERABLE:
            self._people.note_undelivered(broadcast.tenant, recipient.person, at=note.at)
        family = reaction(why.code, why.subcode).family
        line_is_stopped = why.code is not None and issubclass(family, FixFirst)
        since = broadcast.resumed_at or broadcast.created_at
        if note.at < since or not (line_is_stopped or why.code in STOPS_ALL):
            return
        if line_is_stopped:
            self._lines.hear_of_trouble(broadcast.tenant, note.line, _sentence(why), at=note.at)
        cause = PausedFor.LINE if line_is_stopped else PausedFor.TEMPLATE
        pause = Pause(cause, _sentence(why), why.code, note.at)
        self._rows.hear_of_pause(broadcast.tenant, broadcast.id, pause)


def _sentence(why: Reason) -> str:
    return reaction(why.code, why.subcode).advice or why.title
