"""What Meta announces."""

from typing import Any

from simulator.controls.verbs import Verbs

type Json = dict[str, Any]


class AnnouncingControls(Verbs):
    def notice(self, *, phone_number_id: str, kind: str) -> Json:
        """Announce something about a line or its account; a wrong kind is answered with all."""
        with self.world.lock:
            line = self.platform.line(phone_number_id)
            return {"value": self.platform.announcements.notice(line, kind)}

    def set_template(self, *, waba_id: str, name: str, language: str, status: str) -> Json:
        """Approve, pause, disable, … a template; sends keep to it at once."""
        with self.world.lock:
            account = self.platform.account(waba_id)
            changed = self.platform.announcements.set_template(account, name, language, status)
            return {"template_id": changed.template_id, "status": changed.status}

    def preference(self, *, phone_number_id: str, phone: str, value: str = "stop") -> Json:
        """A customer wants no marketing any more (`stop`), or again (`resume`)."""
        with self.world.lock:
            line = self.platform.line(phone_number_id)
            who = self._phone(line, phone)
            self.platform.announcements.wish(line, who, value)
            return {"phone": who, "value": value}
