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
        if send is None or send.line != note.line:
            return
        if send.filed:
            self._people.tie(tenant, send.person, note.person, line=send.line)
        else:
            self.accepted(tenant, send, note.wamid, told=note.person)

    def accepted(self, tenant: str, send: Send, wamid: str, *, told: Person) -> None:
        """Meta calls the send `wamid`; `told` is what it said of the person on this occasion.

        The message is filed under the person it was addressed to. A number that was dialled may be
        known to Meta by another: both are one person from now on.
        Killed anywhere in between, the message is shown once: by the send until it has its own row.
        """
        self._sends.accept(tenant, send, wamid)
        self._people.tie(tenant, send.person, told, line=send.line)
        self._recording.record(tenant, send.sighting(wamid))
        self._sends.file(tenant, send)
