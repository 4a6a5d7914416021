"""The `value` of each webhook field, as Meta shapes it (wire §3). Pure: records in, JSON out."""

from collections.abc import Iterable
from typing import Any

from simulator.errors import webhook_error
from simulator.gallery import signed_url
from simulator.ids import digest
from simulator.pricing import REGULAR, Charge
from simulator.world import Card, Line, Message, Person, World

type Json = dict[str, Any]

AD: Json = {
    "source_url": "https://example.com/ad",
    "source_id": "120200000000000001",
    "source_type": "ad",
    "headline": "Everything blue",
    "body": "This week only",
    "media_type": "image",
    "image_url": "https://example.com/ad.png",
    "ctwa_clid": "ARsimulated",
}
"""The `referral` of a message that an ad led to."""


def value_for(line: Line, **parts: Any) -> Json:
    """What every message-like value starts with."""
    return {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": line.phone,
            "phone_number_id": line.phone_number_id,
        },
        **parts,
    }


class Shapes:
    """Knows which of a person's ids a line may see."""

    def __init__(self, world: World) -> None:
        self._world = world

    # People

    def contact(self, line: Line, person: Person, *, name: bool = True) -> Json:
        """An item of `contacts[]`; no `wa_id` when the person hides the number."""
        profile: Json = {"name": person.name} if name else {}
        if person.username:
            profile["username"] = person.username
        contact: Json = {"profile": profile} if profile else {}
        if self._world.sees_phone(line, person.phone):
            contact["wa_id"] = person.phone
        contact["user_id"] = self._world.bsuid(line, person.phone)
        return contact

    def _sender(self, line: Line, person: Person) -> Json:
        return self._named(line, person, "from")

    def _addressee(self, line: Line, person: Person) -> Json:
        return self._named(line, person, "to")

    def _named(self, line: Line, person: Person, side: str) -> Json:
        """One side of a message: the number, unless the person hides it, and the user id."""
        named: Json = {}
        if self._world.sees_phone(line, person.phone):
            named[side] = person.phone
        named[f"{side}_user_id"] = self._world.bsuid(line, person.phone)
        return named

    # Messages

    def inbound(self, line: Line, message: Message) -> Json:
        """`messages`: a customer wrote."""
        person = self._world.person(message.person)
        item = {**self._sender(line, person), **self._content(message)}
        media = self._world.records.media.get(message.media_id or "")
        if media is not None:
            item[message.type] = message.body | {"url": signed_url(self._world, media)}
        if message.type == "system":
            return value_for(line, messages=[item])
        return value_for(line, contacts=[self.contact(line, person)], messages=[item])

    def ghost(self, line: Line, message: Message) -> Json:
        """`messages`: the same message, announced as unavailable (131060) before it comes."""
        person = self._world.person(message.person)
        item = {
            **self._sender(line, person),
            "id": message.wamid,
            "timestamp": str(message.at),
            "type": "unsupported",
            "unsupported": {"type": "errors"},
            "errors": [webhook_error(131060)],
        }
        return value_for(line, contacts=[self.contact(line, person)], messages=[item])

    def echo(self, line: Line, message: Message) -> Json:
        """`smb_message_echoes`: the owner wrote on the phone."""
        return value_for(line, **self._echo_parts(line, message))

    def _echo_parts(self, line: Line, message: Message) -> Json:
        person = self._world.person(message.person)
        item = {
            "from": line.phone,
            **self._addressee(line, person),
            **self._content(message),
        }
        return {
            "contacts": [self.contact(line, person, name=False)],
            "message_echoes": [item],
        }

    def status(
        self, line: Line, message: Message, *, state: str, at: int, code: int | None, priced: bool
    ) -> Json:
        """`messages`: what became of a message sent through the API."""
        person = self._world.person(message.person)
        status: Json = {"id": message.wamid, "status": state, "timestamp": str(at)}
        if self._world.sees_phone(line, person.phone):
            status["recipient_id"] = person.phone
        if state != "failed" or not self._world.sees_phone(line, person.phone):
            status["recipient_user_id"] = self._world.bsuid(line, person.phone)
        if message.note is not None:
            status["biz_opaque_callback_data"] = message.note
        if priced and message.charge is not None:  # what is typed in the app costs nothing
            status |= charged(line, message.person, message.charge)
        if code is not None:
            status["errors"] = [webhook_error(code)]
            return value_for(line, statuses=[status])
        contact = self.contact(line, person)
        if state == "sent":
            contact["profile"].pop("username", None)
        return value_for(line, contacts=[contact], statuses=[status])

    @staticmethod
    def _content(message: Message) -> Json:
        item: Json = {
            "id": message.wamid,
            "timestamp": str(message.at),
            "type": message.type,
            message.type: message.body,
        }
        if message.context:
            item["context"] = message.context
        return item | message.beside

    # The address book

    def card(self, line: Line, card: Card, *, action: str) -> Json:
        """An item of `state_sync[]`; a removed contact has no names."""
        person = self._world.person(card.phone)
        contact: Json = {}
        if action == "add":
            contact |= {"full_name": card.full_name, "first_name": card.first_name}
        if self._world.sees_phone(line, card.phone):
            contact["phone_number"] = card.phone
        contact["user_id"] = self._world.bsuid(line, card.phone)
        if person.username:
            contact["username"] = person.username
        return {
            "type": "contact",
            "action": action,
            "contact": contact,
            "metadata": {"timestamp": str(card.saved_at)},
        }

    # History

    def thread(self, line: Line, phone: str, messages: Iterable[Message]) -> Json:
        """An item of `history[].threads[]`; no `id` when the person hides the number."""
        person = self._world.person(phone)
        seen = self._world.sees_phone(line, phone)
        context: Json = {"wa_id": phone} if seen else {}
        context["user_id"] = self._world.bsuid(line, phone)
        if person.username:
            context["username"] = person.username
        return {
            **({"id": phone} if seen else {}),
            "context": context,
            "messages": [self._past(line, person, message) for message in messages],
        }

    def _past(self, line: Line, person: Person, message: Message) -> Json:
        if message.origin == "customer":
            sides = self._sender(line, person)
        else:
            sides = {"from": line.phone}
            if message.at % 2:  # half of the business's rows say to whom, as seen in the wild
                sides |= self._addressee(line, person)
        content = self._content(message)
        if message.media_id is not None:
            content.pop(message.type)
            content["type"] = "media_placeholder"
        return {**sides, **content, "history_context": {"status": message.mark or "READ"}}

    def past_media(self, line: Line, message: Message) -> Json:
        """`history`: the media behind a placeholder, on its own."""
        person = self._world.person(message.person)
        if message.origin == "customer":
            item = {**self._sender(line, person), **self._content(message)}
            return value_for(line, contacts=[self.contact(line, person)], messages=[item])
        if line.past.echoed_media_as == "message_echoes":
            return value_for(line, **self._echo_parts(line, message))
        item = {**self._sender(line, person), **self._content(message)}
        return value_for(line, contacts=[self.contact(line, person)], messages=[item])


def charged(line: Line, person: str, charge: Charge) -> Json:
    """What a status says of the price; of an entry point also until when it is free."""
    pricing: Json = {
        "billable": charge.type == REGULAR,
        "pricing_model": charge.model,
        "type": charge.type,
        "category": charge.category,
    }
    if charge.free_until is None:
        return {"pricing": pricing}
    conversation: Json = {
        "id": digest(line.phone_number_id, person, charge.free_until).hex(),
        "expiration_timestamp": str(charge.free_until),
        "origin": {"type": charge.category},
    }
    return {"conversation": conversation, "pricing": pricing}


def declined(line: Line, shape: str) -> Json:
    """`history`: the owner did not share; seen with the error in three places."""
    error = webhook_error(2593109)
    if shape == "value":
        return value_for(line, errors=[error])
    return value_for(line, history=[{"errors": [error]}])
