"""Rules of everything else: notices, what nobody knows, what nobody can read, other lines."""

import json
from random import Random
from typing import Any

from tests.laws.world.business import Business
from tests.laws.world.pieces import Piece, Place

EVENTS = ("ACCOUNT_OFFBOARDED", "ACCOUNT_RECONNECTED", "PARTNER_REMOVED", "ACCOUNT_VIOLATION")
FIELDS = (
    "message_template_status_update",
    "phone_number_quality_update",
    "account_alerts",
    "business_capability_update",
    "security",
)
STRANGER = Place("nobody", "109999999999999", "209999999999999", "15550100099")


def account_changes(chance: Random, business: Business) -> None:
    place = business.place(chance)
    mark = business.mark(place.tenant)
    value = {"event": chance.choice(EVENTS), "violation_info": {"violation_type": mark}}
    if chance.choice((True, False)):
        value["phone_number"] = place.number
    _notice(business, place, "account_update", value, mark, at=business.passes(chance))


def notice_comes(chance: Random, business: Business) -> None:
    place = business.place(chance)
    mark = business.mark(place.tenant)
    value = {"event": mark, "display_phone_number": place.number}
    field = chance.choice(FIELDS)
    _notice(business, place, field, value, mark, at=business.passes(chance))


def error_comes(chance: Random, business: Business) -> None:
    """An error of the number that belongs to no message."""
    place = business.place(chance)
    mark = business.mark(place.tenant)
    business.noticed.append((place.tenant, mark))
    error = {"code": 130429, "title": "slow down", "message": mark}
    business.tell(place, "messages", "errors", error)


def unknown_comes(chance: Random, business: Business) -> None:
    """A field, a key of a field, or rows of a group: things that nobody reads."""
    place = business.place(chance)
    mark = business.mark(place.tenant)
    business.kept.append((place.tenant, mark))
    row: Any = {"id": f"wamid.{mark}", "timestamp": "1", "type": "text", "group_id": mark}
    kind = chance.choice(["field", "key", "group", "status of a group"])
    if kind == "field":
        value = {"metadata": place.metadata, "anything": [1, {"deep": mark}]}
        business.pieces.append(Piece(place.waba, "a_new_field", value))
    elif kind == "key":
        business.tell(place, "messages", "standby", {"mark": mark}, alone=True)
    elif kind == "group":
        business.tell(place, "messages", "messages", row)
    else:
        row = {"id": f"wamid.{mark}", "status": "read", "recipient_type": "group"}
        business.tell(place, "messages", "statuses", row)


def malformed_comes(chance: Random, business: Business) -> None:
    """A row without what it needs, in an array that has good neighbours."""
    place = business.place(chance)
    mark = business.mark(place.tenant)
    business.kept.append((place.tenant, mark))
    field, key = chance.choice(
        [
            ("messages", "messages"),
            ("messages", "statuses"),
            ("smb_message_echoes", "message_echoes"),
            ("smb_app_state_sync", "state_sync"),
            ("user_preferences", "user_preferences"),
        ]
    )
    row = chance.choice([mark, [mark], {"id": mark, "timestamp": "soon"}])
    business.tell(place, field, key, row)


def nonsense_comes(chance: Random, business: Business) -> None:
    """A body that is no webhook at all, and belongs to nobody."""
    mark = business.mark("nobody")
    business.kept.append(("~", mark))
    raw = chance.choice(
        [f"{{{mark}".encode(), json.dumps([mark]).encode(), b"\xff\xfe" + mark.encode()]
    )
    business.pieces.append(Piece("", "", raw=raw))


def stranger_writes(chance: Random, business: Business) -> None:
    """A message for a number that nobody has connected."""
    mark = business.mark("nobody")
    business.for_nobody.append(mark)
    message = {
        "from": "12125550199",
        "id": f"wamid.{mark}",
        "timestamp": str(business.passes(chance)),
        "type": "text",
        "text": {"body": mark},
    }
    business.tell(STRANGER, "messages", "messages", message)


def _notice(
    business: Business, place: Place, field: str, value: Any, mark: str, *, at: int
) -> None:
    business.noticed.append((place.tenant, mark))
    business.pieces.append(Piece(place.waba, field, value, at=at))
