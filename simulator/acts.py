"""What people do to messages and to themselves: edit, revoke, react, take a new number (wire §3.4).

Each is a message of its own on the wire, and changes what the truth says of the one it is about.
"""

from typing import Any

from simulator.traffic import Traffic, Written
from simulator.world import DAY_S, Line, Message, World

EDIT_WITHIN_S = 15 * 60
REVOKE_WITHIN_S = 2 * DAY_S
ORIGINS = {"customer": ("customer",), "business": ("app", "api")}
QUOTED_IN_AN_EDIT = "M0"  # stands where an edit names what it quotes, and is no wamid


class Acts:
    def __init__(self, world: World, traffic: Traffic) -> None:
        self._world = world
        self._traffic = traffic

    def edit(self, line: Line, by: str, wamid: str, text: str) -> Message:
        """Other words for one's own text, or another caption, within 15 minutes."""
        original = self._own(line, by, wamid, within_s=EDIT_WITHIN_S)
        words = "body" if original.type == "text" else "caption"
        body = {**original.body, words: text}
        inner = {
            "context": {"id": QUOTED_IN_AN_EDIT},
            "type": original.type,
            original.type: body,
        }
        act = self._act(line, by, original, "edit", self._about(original) | {"message": inner})
        original.body, original.edited = body, True
        return act

    def revoke(self, line: Line, by: str, wamid: str) -> Message:
        """Take back what one wrote, within two days."""
        original = self._own(line, by, wamid, within_s=REVOKE_WITHIN_S)
        act = self._act(line, by, original, "revoke", self._about(original))
        original.revoked = True
        return act

    def react(self, line: Line, by: str, wamid: str, emoji: str | None) -> Message:
        """One emoji per side and message; `""` or None takes it away, on the wire as it is here."""
        original = self._message(line, wamid)
        body: dict[str, Any] = {"message_id": wamid}
        if emoji is not None:
            body["emoji"] = emoji
        act = self._act(line, by, original, "reaction", body)
        if emoji:
            original.reactions[by] = emoji
        else:
            original.reactions.pop(by, None)
        return act

    def change_number(self, line: Line, phone: str, new_phone: str) -> Message:
        """A customer takes another number, and gets another BSUID with it."""
        person, before = self._world.person(phone), self._world.bsuid(line, phone)
        moved = self._world.person(new_phone, person.name)
        moved.username, moved.hides_phone = person.username, person.hides_phone
        body = {
            "body": f"\u200e{person.name} changed from \u200e{phone} to \u200e{new_phone}",
            "type": "user_changed_number",
            "wa_id": new_phone,
            "user_id": self._world.bsuid(line, new_phone),
            "previous_user_id": before,
        }
        return self._traffic.customer_writes(line, Written(person=phone, type="system", body=body))

    def renew_user_id(self, line: Line, phone: str, *, name_previous: bool = True) -> Message:
        """The same person with the same number under a new BSUID."""
        before = self._world.bsuid(line, phone)
        self._world.person(phone).renewals += 1
        body = {
            "body": "\u200eA user id changed",
            "type": "user_changed_user_id",
            "user_id": self._world.bsuid(line, phone),
        }
        if name_previous:
            body["previous_user_id"] = before
        return self._traffic.customer_writes(line, Written(person=phone, type="system", body=body))

    def _act(self, line: Line, by: str, original: Message, kind: str, body: Any) -> Message:
        written = Written(person=original.person, type=kind, body=body)
        if by == "customer":
            return self._traffic.customer_writes(line, written)
        return self._traffic.owner_writes(line, written)

    def _own(self, line: Line, by: str, wamid: str, *, within_s: int) -> Message:
        original = self._message(line, wamid)
        if original.origin not in ORIGINS[by]:
            raise ValueError(f"{wamid} was not written by the {by}")
        if original.revoked:
            raise ValueError(f"{wamid} was revoked")
        if self._world.clock.now() - original.at > within_s:
            raise ValueError(f"{wamid} is older than {within_s} s")
        return original

    def _message(self, line: Line, wamid: str) -> Message:
        try:
            return line.messages[wamid]
        except KeyError:
            raise KeyError(f"no message {wamid}") from None

    @staticmethod
    def _about(original: Message) -> dict[str, Any]:
        return {"original_message_id": original.wamid}
