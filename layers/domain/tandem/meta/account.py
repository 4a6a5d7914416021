"""`account_update`: what Meta announces of an account and of its connection to us.

wire: Meta, "account_update". For PARTNER_* events `entry.id` is the partner's portfolio, so that
the account which the value names goes first.
"""

from collections.abc import Callable
from typing import Any

from tandem.meta import history
from tandem.meta.notices import Said, event_of, notice, text
from tandem.meta.people import Contacts
from tandem.meta.wire import Change, Json, mapping, moment, object_id, objects, phone, words
from tandem.model.events import Event, Kept
from tandem.model.notice import Notice, Topic

WHY_DISCONNECTED = {
    "ACCOUNT_DISCONNECTED": "the owner or Meta ended the account's connection",
    "BUSINESS_DOWNGRADE": "the number moved to the consumer app of WhatsApp",
    "CHANGE_NUMBER": "the number was changed in the app",
    "COMPANION_INACTIVITY": "a linked device was not used for about 30 days",
    "PRIMARY_INACTIVITY": "WhatsApp Business was not opened on the phone for about 14 days",
    "USER_RE_REGISTERED": "the number was registered anew in the app",
}
"""Meta's reasons for a disconnection, as its owner would say them. wire: `disconnection_info`."""

_CLIENT = "client_business_id"
"""The portfolio of the business that a partner certifies."""

_BEGUN_BY = {"USER": "by its owner", "SYSTEM": "by WhatsApp itself"}

_PLAIN = {
    "PARTNER_ADDED": "The account was shared with a partner.",
    "PARTNER_APP_INSTALLED": "The account was connected to an app.",
    "PARTNER_APP_UNINSTALLED": "The account was taken from an app.",
    "ACCOUNT_OFFBOARDED": "A number of the account left the platform, for the moment at least.",
    "ACCOUNT_RECONNECTED": "A number of the account is back on the platform.",
    "ACCOUNT_DELETED": "The account was deleted.",
    "VERIFIED_ACCOUNT": "The account is verified.",
    "PARTNER_CLIENT_CERTIFICATION_NEEDED": "The business must be certified by its partner.",
    "AD_ACCOUNT_LINKED": "An advertising account was linked to the account.",
    "MM_LITE_TERMS_SIGNED": "The terms of the marketing messages API were signed.",
}


def account_update(change: Change) -> Notice | Kept:
    """A change of the account, with what it tells of its lines."""
    value = change.value
    info = mapping(value.get("waba_info"))
    event, waba = event_of(value), object_id(info.get("waba_id"))
    if event is None or (waba or change.waba or phone(value.get("phone_number"))) is None:
        return change.kept("malformed", change.field, value)
    summary, tells = _READERS.get(event, _plain)(event, value)
    client = object_id(mapping(value.get("partner_client_certification_info")).get(_CLIENT))
    said = Said(event, summary, tells=tells, waba=waba, portfolio=client)
    return notice(change, value, said, owner=object_id(info.get("owner_business_id")))


def error(change: Change, row: Json, _contacts: Contacts) -> Event:
    """An error that belongs to no message: the declined import, or something about the account."""
    if row.get("code") in (history.DECLINED, str(history.DECLINED)):
        return history.reason(change, row)
    title = words(row.get("title")) or words(row.get("message"))
    return change.kept("account", f"{change.field}.errors", row, detail=title)


type Reading = tuple[str, dict[Topic, dict[str, Any]]]


def _plain(event: str, _value: Json) -> Reading:
    return _PLAIN.get(event, f"Meta announced {event[:80]} of the account."), {}


def _removed(event: str, value: Json) -> Reading:
    info = mapping(value.get("disconnection_info"))
    reason, by = event_of(info, "reason"), event_of(info, "initiated_by")
    why = WHY_DISCONNECTED.get(reason or "", reason and f"Meta calls it {reason[:80]}")
    start = (
        "The account was taken from a partner"
        if event == "PARTNER_REMOVED" and not info
        else _PLAIN.get(event, "The number was disconnected").rstrip(".")
    )
    begun = f" {_BEGUN_BY[by]}" if by in _BEGUN_BY else ""
    told = {"reason": reason, "initiated_by": by, "why": why}
    said = f"{start}{begun}{f': {why}' if why else ''}."
    return said, {Topic.REMOVAL: {name: part for name, part in told.items() if part}}


def _violation(_event: str, value: Json) -> Reading:
    kind = text(mapping(value.get("violation_info")).get("violation_type"))
    return f"Meta sees a violation of its policies{f': {kind}' if kind else ''}.", {}


def _restriction(_event: str, value: Json) -> Reading:
    found = [
        {"type": kind.strip().upper(), "until": moment(item.get("expiration"))}
        for item in objects(value.get("restriction_info"))
        if (kind := words(item.get("restriction_type")))
    ]
    listed = ", ".join(str(item["type"]) for item in found)
    rows = [{name: part for name, part in item.items() if part is not None} for item in found]
    said = f"Meta restricts the account{f': {listed}' if listed else ''}."
    return said, {Topic.RESTRICTION: {"restrictions": rows}} if rows else {}


def _ban(_event: str, value: Json) -> Reading:
    info = mapping(value.get("ban_info"))
    state, date = event_of(info, "waba_ban_state"), text(info.get("waba_ban_date"), 40)
    said = {
        "DISABLE": "Meta has disabled the account",
        "REINSTATE": "Meta has reinstated the account",
        "SCHEDULE_FOR_DISABLE": "Meta is going to disable the account",
    }.get(state or "", "Meta announced a ban or its end")
    told = {"state": state, "date": date}
    return (
        f"{said}{f' ({date})' if date else ''}.",
        {Topic.BAN: {name: part for name, part in told.items() if part}} if state else {},
    )


def _international(_event: str, value: Json) -> Reading:
    info = mapping(value.get("auth_international_rate_eligibility"))
    countries = [
        code
        for item in objects(info.get("exception_countries"))
        if (code := text(item.get("country_code"), 4))
    ]
    besides = f", except {', '.join(countries[:20])}" if countries else ""
    return f"Authentication messages abroad get their own rate{besides}.", {}


def _country(_event: str, value: Json) -> Reading:
    return f"The business's country is now {text(value.get('country'), 40) or 'unknown'}.", {}


def _volume(_event: str, value: Json) -> Reading:
    info = mapping(value.get("volume_tier_info"))
    parts = (
        text(info.get(key), 40) for key in ("pricing_category", "tier", "region", "effective_month")
    )
    listed = ", ".join(part for part in parts if part)
    return f"A volume tier of prices was reached{f': {listed}' if listed else ''}.", {}


def _certification(_event: str, value: Json) -> Reading:
    info = mapping(value.get("partner_client_certification_info"))
    state, reasons = text(info.get("status"), 40), info.get("rejection_reasons")
    why = [text(reason, 80) for reason in reasons] if isinstance(reasons, list) else []
    listed = ", ".join(reason for reason in why if reason)
    return (
        f"The business's certification is {state or 'unknown'}{f': {listed}' if listed else ''}.",
        {},
    )


_READERS: dict[str, Callable[[str, Json], Reading]] = {
    "PARTNER_REMOVED": _removed,
    "PARTNER_APP_UNINSTALLED": _removed,
    "ACCOUNT_DELETED": _removed,
    "ACCOUNT_VIOLATION": _violation,
    "ACCOUNT_RESTRICTION": _restriction,
    "DISABLED_UPDATE": _ban,
    "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE": _international,
    "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE": _country,
    "VOLUME_BASED_PRICING_TIER_UPDATE": _volume,
    "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE": _certification,
}
"""Events that say more than their name. Every other one is told by it."""
