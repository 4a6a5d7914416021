"""What people write, wrote, and are called."""

from dataclasses import asdict
from typing import Any

from simulator.controls.verbs import Verbs, digits_of
from simulator.past.history import Recipe, invent
from simulator.payloads import AD
from simulator.traffic import Written
from simulator.world import Card, Line, Message, Past

type Json = dict[str, Any]


class WritingControls(Verbs):
    def prepare_history(
        self,
        *,
        phone_number_id: str,
        messages: int = 500,
        threads: int = 20,
        seed: int = 1,
        media_share: float = 0.08,
        contacts: int | None = None,
        hiding: float = 0.1,
        chunk_messages: int = 500,
        pace_s: float = 0.0,
        media_after_s: float = 0.0,
        echoed_media_as: str = "message_echoes",
    ) -> Json:
        """Invent what the syncs will set free; replaces what was invented before."""
        recipe = Recipe(
            messages=messages,
            threads=threads,
            seed=seed,
            media_share=media_share,
            contacts=contacts,
            hiding=hiding,
        )
        if chunk_messages < 1:
            raise ValueError("a chunk holds at least one message")
        if echoed_media_as not in ("message_echoes", "messages"):
            raise ValueError("echoed_media_as is message_echoes or messages")
        with self.world.lock:
            line = self.platform.line(phone_number_id)
            line.past = Past(chunk_messages, pace_s, media_after_s, echoed_media_as)
            line.book.clear()
            line.messages = {m.wamid: m for m in line.messages.values() if m.mark is None}
            written_live = len(line.messages)
            invent(self.world, line, recipe)
            return {"messages": len(line.messages) - written_live, "contacts": len(line.book)}

    def customer_message(
        self,
        *,
        phone_number_id: str,
        from_: str,
        text: str | None = None,
        type: str = "text",  # noqa: A002 - the name it has on the wire
        body: Any = None,
        reply_to: str | None = None,
        ghost_first: bool = False,
        name: str | None = None,
        referral: Json | None = None,
    ) -> Json:
        """A customer writes. Media types need no body: a file is made up.

        `referral`: an ad or a post led them here; what it does not say is made up.
        """

        def writes(line: Line) -> Message:
            phone = self._phone(line, from_)
            self.world.person(phone, name)
            said = written(phone, text, type, body, reply_to, referral)
            return self.platform.traffic.customer_writes(line, said, ghost_first=ghost_first)

        return self._told(phone_number_id, writes)

    def owner_message(
        self,
        *,
        phone_number_id: str,
        to: str,
        text: str | None = None,
        type: str = "text",  # noqa: A002 - the name it has on the wire
        body: Any = None,
        reply_to: str | None = None,
    ) -> Json:
        """The owner types on the phone; it comes back as an echo."""
        return self._told(
            phone_number_id,
            lambda line: self.platform.traffic.owner_writes(
                line, written(self._phone(line, to), text, type, body, reply_to)
            ),
        )

    def change_contact(
        self, *, phone_number_id: str, phone: str, full_name: str = "", action: str = "add"
    ) -> Json:
        """The owner adds or edits (`add`) or deletes (`remove`) an entry of the address book."""
        if action not in ("add", "remove"):
            raise ValueError("action is add or remove")
        with self.world.lock:
            line, digits = self.platform.line(phone_number_id), digits_of(phone)
            name = full_name or self.world.person(digits).name
            card = Card(digits, name, name.split()[0], self.world.clock.seconds())
            self.platform.syncs.change_contact(line, card, action)
            return asdict(card)

    def customer(
        self,
        *,
        phone: str,
        name: str | None = None,
        username: str | None = None,
        hides_phone: bool | None = None,
        on_whatsapp: bool | None = None,
    ) -> Json:
        """Who somebody is. `hides_phone` needs a username."""
        with self.world.lock:
            person = self.world.person(digits_of(phone), name)
            person.name = name or person.name
            person.username = username or person.username
            if hides_phone is not None:
                person.hides_phone = hides_phone
            if on_whatsapp is not None:
                person.on_whatsapp = on_whatsapp
            if person.hides_phone and not person.username:
                raise ValueError("only somebody with a username can hide the number")
            return asdict(person)


def written(
    person: str,
    text: str | None,
    kind: str,
    body: Any,
    reply_to: str | None,
    referral: Json | None = None,
) -> Written:
    """Raises ValueError when there is nothing to say."""
    if text:
        kind, body = "text", {"body": text}
    if kind == "text" and not body:
        raise ValueError("give a text, or a type and a body")
    context = {"id": reply_to} if reply_to else None
    return Written(
        person=person,
        type=kind,
        body={} if body is None else body,
        context=context,
        beside={} if referral is None else {"referral": AD | referral},
    )
