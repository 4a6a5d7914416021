"""Settling a send by a status: Meta says that it knows the message, so it was accepted."""

from tandem.conversations.recording import Recording
from tandem.model.events import StatusNote
from tandem.model.identity import Person
from tandem.model.send import Send, send_of
from tandem.store.people import People
from tandem.store.sends import Sends


class Settling:
    """What turns a send into the message it became. Every step may be repeated."""

    def __init__(self, *, sends: Sends, people: People, recording: Recording) -> None:
        self._sends = sends
        self._people = people
        self._recording = recording

    def settle(self, tenant: str, note: StatusNote) -> None:
        """A status came back with the callback of a send; what is settled already stays so."""
        name = send_of(note.callback)
        send = self._sends.get(tenant, name) if name else None
        if send is None or send.line != note.line or send.filed:
            return
        self.accepted(tenant, send, note.wamid, told=note.person)

    def accepted(self, tenant: str, send: Send, wamid: str, *, told: Person) -> None:
        """Meta calls the send `wamid`; `told` is what it said of the person on this occasion.

        A number that was dialled may be known to Meta by another: both are one person from now on.
        Killed anywhere in between, the message is shown once: by the send until it has its own row.
        """
        self._sends.accept(tenant, send, wamid)
        self._people.tie(tenant, send.person, told)
        self._recording.record(tenant, send.sighting(wamid, _known(send.person, told)))
        self._sends.file(tenant, send)


def _known(addressed: Person, told: Person) -> Person:
    """The person it was addressed to, with what Meta added; the address itself stands."""
    return Person(
        phone=addressed.phone or told.phone,
        bsuid=addressed.bsuid or told.bsuid,
        parent_bsuid=addressed.parent_bsuid or told.parent_bsuid,
    )
