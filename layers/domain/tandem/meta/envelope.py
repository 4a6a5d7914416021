"""The envelope of a webhook body: entries and their changes, and bare values without one."""

import json
import re
from collections.abc import Iterator
from typing import Never

from tandem.meta.history import DECLINED
from tandem.meta.number_notices import NUMBER_AND_ACCOUNT
from tandem.meta.template_notices import TEMPLATES_AND_FLOWS
from tandem.meta.wire import Change, Json, mapping, moment, object_id, objects, phone, words
from tandem.model.events import Kept

NOTICES = {**NUMBER_AND_ACCOUNT, **TEMPLATES_AND_FLOWS}
"""Who reads which notice, by its field."""

_SURROGATE_ESCAPE = re.compile(r"\\(?:[^u]|u[dD][89a-bA-B]..(\\u[dD][c-fC-F]..)?|u[dD][c-fC-F]..)")
"""One escape of a JSON string: harmless, a pair that makes one character, or half of a pair."""

_BARE = {
    "history": "history",
    "message_echoes": "smb_message_echoes",
    "state_sync": "smb_app_state_sync",
    "user_preferences": "user_preferences",
    "user_id_update": "user_id_update",
    "messages": "messages",
    "statuses": "messages",
    "waba_info": "account_update",
    "disconnection_info": "account_update",
    "calls": "calls",
}
"""The key by which a value without a field shows which field it belongs to."""

_SHAPES = {
    "alert_info": "account_alerts",
    "auth_international_rate_eligibility": "account_update",
    "ban_info": "account_update",
    "disconnection_info": "account_update",
    "flow_id": "flows",
    "message_template_element": "message_template_components_update",
    "new_category": "template_category_update",
    "new_quality_score": "message_template_quality_update",
    "partner_client_certification_info": "account_update",
    "requested_verified_name": "phone_number_name_update",
    "restriction_info": "account_update",
    "violation_info": "account_update",
    "volume_tier_info": "account_update",
}
"""Keys that stand in notices of one field only: Meta's own samples put another field beside some,
and some inside the value.
"""


def parsed(body: bytes) -> object:
    """The JSON of a body. ValueError when it is none.

    Half a surrogate pair, which no database takes, becomes U+FFFD. NaN and Infinity are no JSON.
    """
    text = body.decode()
    if "\\ud" in text or "\\uD" in text:
        text = _SURROGATE_ESCAPE.sub(_mended, text)
    return json.loads(text, parse_constant=_refused)


def changes(said: object) -> Iterator[Change | Kept]:
    """The changes of a body, in their order; what is not one is kept."""
    body = mapping(said)
    if "entry" in body:
        entries = body["entry"]
    elif "changes" in body:
        entries = [body]
    elif "value" in body:
        entries = [{"changes": [body]}]
    elif _shown_field(body, None):
        entries = [{"changes": [{"value": body}]}]
    else:
        entries = None
    if not isinstance(entries, list):
        yield Change("body", {}).kept("malformed", "body", said)
        return
    for entry in entries:
        yield from _entry(entry)


def _entry(entry: object) -> Iterator[Change | Kept]:
    said = mapping(entry)
    around = Change(
        field="entry",
        value={},
        waba=object_id(said.get("id")),
        at=moment(said.get("time")) or 0,
    )
    found = said.get("changes")
    if not isinstance(found, list) or not found:
        yield around.kept("malformed", "entry", entry)
        return
    for change in found:
        yield _change(change, around, words(said.get("field")))


def _change(said: object, around: Change, field_of_entry: str | None) -> Change | Kept:
    change = mapping(said)
    value = change.get("value")
    content = mapping(value)
    field = words(change.get("field")) or words(content.get("field")) or field_of_entry
    field = _shown_field(content, field)
    if field is None or not isinstance(value, dict):
        return around.kept("malformed", field or "change", said)
    metadata = mapping(value.get("metadata"))
    return Change(
        field=field,
        value=value,
        waba=around.waba,
        at=around.at,
        line=object_id(metadata.get("phone_number_id")),
        number=phone(metadata.get("display_phone_number")),
    )


def _shown_field(value: Json, told: str | None) -> str | None:
    """The field of a value: the one it has the shape of, where the one that is told is a notice's
    too, or none is told."""
    if told is not None and told != "account_update" and told not in NOTICES:
        return told
    shown = next((field for key, field in _SHAPES.items() if key in value), None)
    return shown or told or _field_of(value)


def _field_of(value: Json) -> str | None:
    if any(
        error.get("code") in (DECLINED, str(DECLINED)) for error in objects(value.get("errors"))
    ):
        return "history"
    return next((field for key, field in _BARE.items() if key in value), None)


def _mended(escape: re.Match[str]) -> str:
    text = escape[0]
    harmless = text[1] != "u" or escape[1] is not None
    return text if harmless else "\\ufffd"


def _refused(constant: str) -> Never:
    raise ValueError(f"{constant} is not JSON")
