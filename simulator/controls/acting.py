"""What is done to messages, and how people change."""

from typing import Any

from simulator.controls.verbs import Verbs, digits_of

type Json = dict[str, Any]


class ActingControls(Verbs):
    def customer_edit(self, *, phone_number_id: str, wamid: str, text: str) -> Json:
        """A customer edits what they wrote up to 15 minutes ago."""
        return self._edit(phone_number_id, "customer", wamid, text)

    def customer_revoke(self, *, phone_number_id: str, wamid: str) -> Json:
        """A customer takes back what they wrote up to two days ago."""
        return self._revoke(phone_number_id, "customer", wamid)

    def customer_react(self, *, phone_number_id: str, wamid: str, emoji: str | None = None) -> Json:
        """A customer reacts; without an emoji, or with an empty one, the reaction goes away."""
        return self._react(phone_number_id, "customer", wamid, emoji)

    def owner_edit(self, *, phone_number_id: str, wamid: str, text: str) -> Json:
        """The owner edits on the phone; it comes as an echo."""
        return self._edit(phone_number_id, "business", wamid, text)

    def owner_revoke(self, *, phone_number_id: str, wamid: str) -> Json:
        """The owner takes back, on the phone, what the business wrote."""
        return self._revoke(phone_number_id, "business", wamid)

    def owner_react(self, *, phone_number_id: str, wamid: str, emoji: str | None = None) -> Json:
        """The owner reacts on the phone; without an emoji the reaction goes away."""
        return self._react(phone_number_id, "business", wamid, emoji)

    def change_number(self, *, phone_number_id: str, phone: str, new_phone: str) -> Json:
        """A customer takes another number; businesses are told by a system message."""
        acts, is_now = self.platform.acts, digits_of(new_phone)
        return self._told(
            phone_number_id, lambda line: acts.change_number(line, self._phone(line, phone), is_now)
        )

    def renew_user_id(
        self, *, phone_number_id: str, phone: str, name_previous: bool = True
    ) -> Json:
        """A customer gets another BSUID; the message may leave the previous one out."""
        acts = self.platform.acts
        return self._told(
            phone_number_id,
            lambda line: acts.renew_user_id(
                line, self._phone(line, phone), name_previous=name_previous
            ),
        )

    def _edit(self, phone_number_id: str, by: str, wamid: str, text: str) -> Json:
        acts = self.platform.acts
        return self._told(phone_number_id, lambda line: acts.edit(line, by, wamid, text))

    def _revoke(self, phone_number_id: str, by: str, wamid: str) -> Json:
        acts = self.platform.acts
        return self._told(phone_number_id, lambda line: acts.revoke(line, by, wamid))

    def _react(self, phone_number_id: str, by: str, wamid: str, emoji: str | None) -> Json:
        acts = self.platform.acts
        return self._told(phone_number_id, lambda line: acts.react(line, by, wamid, emoji))
