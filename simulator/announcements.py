"""Meta announces: notices, changed templates, people who want no marketing (wire §3.6, §3.7)."""

from typing import Any

from simulator.notices import NOTICES
from simulator.outbox import Outbox, Planned
from simulator.payloads import Shapes, value_for
from simulator.world import Account, Line, Template, World

type Json = dict[str, Any]

WISHES = ("stop", "resume")
STATUSES = ("APPROVED", "PAUSED", "DISABLED", "PENDING", "REJECTED", "ARCHIVED")
PAUSED_FOR = {"title": "FIRST_PAUSE", "description": "Paused for three hours"}


class Announcements:
    def __init__(self, world: World, outbox: Outbox) -> None:
        self._world = world
        self._outbox = outbox
        self._shapes = Shapes(world)

    def notice(self, line: Line, kind: str) -> Json:
        """A sample of a kind of notice. Raises ValueError for a kind that does not exist."""
        if kind not in NOTICES:
            raise ValueError(f"kind is one of {', '.join(NOTICES)}")
        notice = NOTICES[kind]
        value = notice.value(line)
        to_partner = self._world.records.app.portfolio_id if notice.to_partner else None
        self._tell(line.waba_id, notice.field, value, account=to_partner)
        return value

    def set_template(self, account: Account, name: str, language: str, status: str) -> Template:
        """Change a template and say so. Raises KeyError, and ValueError for a strange status."""
        if status not in STATUSES:
            raise ValueError(f"status is one of {', '.join(STATUSES)}")
        wanted = (name, language)
        found = [each for each in account.templates if (each.name, each.language) == wanted]
        if not found:
            raise KeyError(f"no template {name} in {language}")
        template = found[0]
        event = "REINSTATED" if (template.status, status) == ("PAUSED", "APPROVED") else status
        template.status = status
        value: Json = {
            "event": event,
            "message_template_id": int(template.template_id),
            "message_template_name": name,
            "message_template_language": language,
            "message_template_category": template.category,
            "reason": "NONE",
        }
        if event == "PAUSED":
            value["other_info"] = PAUSED_FOR
        self._tell(account.waba_id, "message_template_status_update", value)
        return template

    def wish(self, line: Line, phone: str, value: str) -> None:
        """Somebody stops marketing, or lets it come again; sends keep to it (131050)."""
        if value not in WISHES:
            raise ValueError(f"value is one of {', '.join(WISHES)}")
        person = self._world.person(phone)
        line.no_marketing[phone] = value == "stop"
        contact = self._shapes.contact(line, person)
        wish: Json = {name: contact[name] for name in ("wa_id", "user_id") if name in contact}
        wish |= {
            "detail": f"The user chose: {value}",
            "category": "marketing_messages",
            "value": value,
            "timestamp": self._world.clock.seconds(),
        }
        told = value_for(line, contacts=[contact], user_preferences=[wish])
        self._outbox.publish(Planned(self._outbox.line_update(line, "user_preferences", told)))

    def _tell(self, waba_id: str, field: str, value: Json, *, account: str | None = None) -> None:
        update = self._outbox.account_update(
            waba_id, value, account=account or waba_id, field=field
        )
        self._outbox.publish(Planned(update))
