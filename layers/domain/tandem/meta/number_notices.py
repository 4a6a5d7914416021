"""Notices of numbers, accounts, portfolios and groups, each read by the kind it is.

wire: Meta, the reference of each webhook field.
"""

from collections.abc import Mapping
from typing import Any

from tandem.meta.notices import Read, Said, event_of, limit, may_write, named, text
from tandem.meta.wire import Json, mapping, moment, object_id
from tandem.model.notice import Topic

# ---- of a number and its portfolio


def quality(value: Json) -> Said:
    event = event_of(value)
    most = _first_limit(
        value, "max_daily_conversations_per_business", "current_limit", "max_daily_conversations"
    )
    said = {
        "ONBOARDING": "The number was taken onto the platform.",
        "THROUGHPUT_UPGRADE": "The number may send more messages per second.",
        "FLAGGED": "Meta flagged the number: its quality is low.",
        "UNFLAGGED": "Meta no longer flags the number.",
        "UPGRADE": "The messaging limit went up.",
        "DOWNGRADE": "The messaging limit went down.",
    }.get(event or "", f"Meta announced {named(event)} for the number.")
    if most is not None:
        said += f" {may_write(most)}"
    flag = {"flagged": event == "FLAGGED"} if event in ("FLAGGED", "UNFLAGGED") else {}
    return Said(event, said, tells={Topic.LIMIT: _limit_told(most), Topic.FLAG: flag})


def capability(value: Json) -> Said:
    most = _first_limit(value, "max_daily_conversations_per_business")
    if most is None:
        most = _first_limit(value, "max_daily_conversation_per_phone")
    said = may_write(most) if most is not None else "Meta announced what the account may do."
    return Said("CAPABILITY", said, tells={Topic.LIMIT: _limit_told(most)})


def name_review(value: Json) -> Said:
    decision = event_of(value, "decision")
    wanted, reason = text(value.get("requested_verified_name")), text(value.get("rejection_reason"))
    reason = None if reason and reason.upper() == "NONE" else reason
    why = f": {reason}" if reason else ""
    told = _present(decision=decision, wanted=wanted, reason=reason) if decision else {}
    return Said(
        decision,
        f"Meta's word on the display name {wanted or ''}".rstrip() + f" is {named(decision)}{why}.",
        name=wanted,
        tells={Topic.NAME: told},
    )


def username(value: Json) -> Said:
    state, name = event_of(value, "status"), text(value.get("username"))
    told = _present(state=state.lower(), name=name) if state else {}
    said = (
        f"The business's username{f' {name}' if name else ''} is {(state or 'not told').lower()}."
    )
    return Said(state, said, name=name, tells={Topic.USERNAME: told})


def security(value: Json) -> Said:
    """Meta's list spells PIN_REQUEST_SUCCESS what its text calls PIN_RESET_SUCCESS."""
    event = event_of(value) or ""
    if event == "PIN_CHANGED":
        return Said(event, "The number's two-step PIN was changed.")
    if event.startswith("PIN_RE"):
        done = event.endswith("_SUCCESS")
        return Said(
            event,
            "The number's two-step PIN was reset."
            if done
            else "Somebody asked to reset the number's two-step PIN.",
        )
    return Said(event or None, f"Meta announced {named(event)} about the number's security.")


# ---- of the account and its portfolio


def review(value: Json) -> Said:
    decision = event_of(value, "decision", "event")
    told = {"decision": decision} if decision else {}
    return Said(
        decision, f"Meta's review of the account: {named(decision)}.", tells={Topic.REVIEW: told}
    )


def alert(value: Json) -> Said:
    info = mapping(value.get("alert_info")) or value
    kind, entity = event_of(info, "alert_type"), event_of(value, "entity_type")
    of = object_id(value.get("entity_id"))
    active = "" if event_of(info, "alert_status") != "NONE" else " It is over."
    severity = (text(info.get("alert_severity")) or "").lower()
    described = text(info.get("alert_description"), 200)
    said = f"Meta's alert{f' ({severity})' if severity else ''}: {named(kind)}."
    if described:
        said += f" {described.rstrip('.')}."
    return Said(
        kind,
        said + active,
        subject=of,
        line=of if entity == "PHONE_NUMBER" else None,
        waba=of if entity in ("WABA", "WHATSAPP_BUSINESS_ACCOUNT") else None,
        portfolio=of if entity == "BUSINESS" else None,
    )


def settings(value: Json) -> Said:
    about = mapping(value.get("phone_number_settings"))
    return Said(
        event_of(value, "type", "event"),
        "Settings of the account or of a number of it were changed.",
        line=object_id(about.get("phone_number_id")),
        at=moment(value.get("timestamp")),
    )


def payment(value: Json) -> Said:
    state, name = event_of(value, "status"), text(value.get("configuration_name"))
    said = f"The payment configuration{f' {name}' if name else ''} is {named(state)}."
    at = moment(value.get("updated_timestamp")) or moment(value.get("created_timestamp"))
    return Said(state, said, name=name, at=at)


def solution(value: Json) -> Said:
    event, of = event_of(value), object_id(value.get("solution_id"))
    state = event_of(value, "solution_status")
    said = f"A partner solution: {named(event)}{f', now {named(state)}' if state else ''}."
    return Said(event, said, subject=of)


# ---- of groups, and of traffic


def group(value: Json) -> Said:
    event = event_of(value, "type")
    said = {
        "GROUP_CREATE": "A group was made.",
        "GROUP_DELETE": "A group was deleted.",
        "GROUP_PARTICIPANTS_ADD": "Somebody joined a group.",
        "GROUP_PARTICIPANTS_REMOVE": "Somebody left a group.",
        "GROUP_JOIN_REQUEST_CREATED": "Somebody asks to join a group.",
        "GROUP_JOIN_REQUEST_REVOKED": "Somebody no longer asks to join a group.",
        "GROUP_SETTINGS_UPDATE": "The settings of a group were changed.",
        "GROUP_SUSPEND": "Meta suspended a group.",
        "GROUP_SUSPEND_CLEARED": "Meta suspends a group no longer.",
    }.get(event or "", f"Meta announced {named(event)} of a group.")
    failed = value.get("errors") or value.get("failed_participants")
    return Said(
        event,
        said + (" Not all of it was done." if failed else ""),
        subject=object_id(value.get("group_id")),
        at=moment(value.get("timestamp")),
    )


def traffic(value: Json) -> Said:
    """Calls, standby messages and the like, which are nobody's to answer here."""
    rows = [row for rows in value.values() if isinstance(rows, list) for row in rows]
    first = mapping(rows[0]) if rows else value
    event = event_of(first, "event", "event_name", "type", "status")
    return Said(
        event, f"Meta told of {named(event)}; it is only kept.", at=moment(first.get("timestamp"))
    )


NUMBER_AND_ACCOUNT: Mapping[str, Read] = {
    "account_alerts": alert,
    "account_review_update": review,
    "account_settings_update": settings,
    "automatic_events": traffic,
    "business_capability_update": capability,
    "business_status_update": review,
    "business_username_update": username,
    "business_username_updates": username,
    "calls": traffic,
    "consumer_profile": traffic,
    "group_lifecycle_update": group,
    "group_participants_update": group,
    "group_settings_update": group,
    "group_status_update": group,
    "messaging_handovers": traffic,
    "partner_solutions": solution,
    "payment_configuration_update": payment,
    "phone_number_name_update": name_review,
    "phone_number_quality_update": quality,
    "security": security,
    "standby": traffic,
}
"""Who reads which kind, beside templates and flows."""


def _first_limit(value: Json, *keys: str) -> int | None:
    return next((most for key in keys if (most := limit(value.get(key))) is not None), None)


def _limit_told(most: int | None) -> Mapping[str, Any]:
    return {} if most is None else {"people": most}


def _present(**parts: str | None) -> dict[str, str]:
    return {name: part for name, part in parts.items() if part is not None}
