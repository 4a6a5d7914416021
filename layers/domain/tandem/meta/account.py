"""Changes of the account: `account_update`, and the notices that are only kept and shown."""

from tandem.meta import history
from tandem.meta.people import Contacts
from tandem.meta.wire import Change, Json, json_text, mapping, object_id, objects, phone, words
from tandem.model.events import AccountNote, Event, Kept

NOTICES = frozenset(
    {
        "account_alerts",
        "account_review_update",
        "account_settings_update",
        "business_capability_update",
        "business_status_update",
        "business_username_update",
        "business_username_updates",
        "message_template_components_update",
        "message_template_quality_update",
        "message_template_status_update",
        "partner_solutions",
        "payment_configuration_update",
        "phone_number_name_update",
        "phone_number_quality_update",
        "security",
        "template_category_update",
        "template_correct_category_detection",
    }
)
"""Management fields that change nothing here yet: kept with the reason `account`."""

_REASONS = (
    ("disconnection_info", "reason"),
    ("violation_info", "violation_type"),
    ("ban_info", "waba_ban_state"),
)


def account_update(change: Change) -> AccountNote | Kept:
    """A change of the account.

    For PARTNER_* events `entry.id` is the partner's portfolio, so `waba_info.waba_id` goes first.
    """
    value = change.value
    event = words(value.get("event"))
    waba = object_id(mapping(value.get("waba_info")).get("waba_id")) or change.waba
    if event is None or waba is None:
        return change.kept("malformed", change.field, value)
    return AccountNote(
        waba=waba,
        event=event,
        at=change.at,
        display_number=phone(value.get("phone_number")),
        reason=_reason(value),
        raw=json_text(value),
    )


def error(change: Change, row: Json, _contacts: Contacts) -> Event:
    """An error that belongs to no message: the declined import, or something about the account."""
    if row.get("code") == history.DECLINED:
        return history.reason(change, row)
    title = words(row.get("title")) or words(row.get("message"))
    return change.kept("account", f"{change.field}.errors", row, detail=title)


def _reason(value: Json) -> str | None:
    for part, key in _REASONS:
        if reason := words(mapping(value.get(part)).get(key)):
            return reason
    restrictions = (item.get("restriction_type") for item in objects(value.get("restriction_info")))
    return ", ".join(text for text in restrictions if isinstance(text, str)) or None
