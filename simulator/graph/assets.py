"""Accounts and lines: reading, subscribing, asking for the past (wire §1.7, §2, §8)."""

from typing import Any

from simulator.errors import MetaError
from simulator.graph.call import Call
from simulator.graph.pages import asked_fields, page, selected
from simulator.numbers import calling_code
from simulator.platform import Platform
from simulator.pricing import CURRENCY, TIMEZONE_ID
from simulator.world import Account, Line, Template

LINE_DEFAULTS = (
    *("verified_name", "code_verification_status", "display_phone_number"),
    *("quality_rating", "platform_type", "throughput"),
)
TEMPLATE_DEFAULTS = ("name", "components", "language", "status", "category")
LINE_PAGE, TEMPLATE_PAGE = 25, 25


def line_fields(platform: Platform, line: Line) -> dict[str, Any]:
    """Everything a line can be asked for (wire §8)."""
    on_platform = line.connected
    account = platform.world.account_of(line)
    app = platform.world.records.app
    callbacks = {
        "application": app.callback.url if app.callback else None,
        "whatsapp_business_account": account.override.url if account.override else None,
        "phone_number": line.override.url if line.override else None,
    }
    return {
        "id": line.phone_number_id,
        "display_phone_number": line.display_phone_number,
        "verified_name": line.verified_name,
        "status": "CONNECTED" if on_platform else "DISCONNECTED",
        "quality_rating": line.quality_rating,
        "quality_score": {"score": line.quality_rating},
        "name_status": "APPROVED",
        "new_name_status": "NONE",
        "code_verification_status": "VERIFIED" if on_platform else "NOT_VERIFIED",
        "platform_type": "CLOUD_API" if on_platform else "NOT_APPLICABLE",
        "is_on_biz_app": line.on_business_app,
        "throughput": {"level": throughput_level(line)},
        "is_official_business_account": False,
        "account_mode": "LIVE",
        "is_pin_enabled": not line.on_business_app,
        "whatsapp_business_manager_messaging_limit": account.marketing.tier,
        "health_status": {
            "can_send_message": "AVAILABLE" if on_platform else "BLOCKED",
            "entities": [],
        },
        "last_onboarded_time": line.onboarding.at if line.onboarding else None,
        "country_dial_code": calling_code(line.phone),
        "webhook_configuration": {name: url for name, url in callbacks.items() if url},
    }


def throughput_level(line: Line) -> str:
    if not line.connected:
        return "NOT_APPLICABLE"
    return "HIGH" if line.per_second > 80 else "STANDARD"


def read_line(platform: Platform, line: Line, call: Call) -> dict[str, Any]:
    return selected(line_fields(platform, line), asked_fields(call.params, LINE_DEFAULTS))


def change_line(platform: Platform, line: Line, call: Call) -> dict[str, Any]:
    """`POST /<phone>`: the number's own callback, after a handshake; an empty one removes it."""
    wanted = call.params.get("webhook_configuration")
    if not isinstance(wanted, dict):
        raise MetaError(100, "webhook_configuration is required")
    override = platform.agreed_callback(
        wanted.get("override_callback_uri"), wanted.get("verify_token")
    )
    with platform.world.lock:
        line.override = override
    return {"success": True}


def leave_platform(_platform: Platform, line: Line, _call: Call) -> dict[str, Any]:
    """`POST /<phone>/deregister`: refused for a number in use with the app."""
    if line.on_business_app:
        raise MetaError(100, "the number is in use with the app; disconnect it there")
    line.state = "app_only"
    return {"success": True}


def request_sync(platform: Platform, line: Line, call: Call) -> dict[str, Any]:
    """`POST /<phone>/smb_app_data`"""
    if call.text("messaging_product") != "whatsapp":
        raise MetaError(100, "messaging_product must be whatsapp")
    if not line.connected:
        raise MetaError(133010)
    request_id = platform.syncs.request(line, call.text("sync_type"))
    return {"messaging_product": "whatsapp", "request_id": request_id}


def list_lines(platform: Platform, account: Account, call: Call) -> dict[str, Any]:
    names = asked_fields(call.params, LINE_DEFAULTS)
    rows = [
        selected(line_fields(platform, line), names)
        for line in platform.world.lines_of(account.waba_id)
        if line.state != "disconnected"
    ]
    return page(rows, limit=call.limit(LINE_PAGE), after=call.params.get("after"))


def read_account(_platform: Platform, account: Account, call: Call) -> dict[str, Any]:
    values = {
        "id": account.waba_id,
        "name": account.name,
        "currency": CURRENCY,
        "timezone_id": TIMEZONE_ID,
        "country": "US",
        "status": "ACTIVE",
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "ownership_type": "CLIENT_OWNED",
        "owner_business_info": {"id": account.portfolio_id, "name": account.name},
        "message_template_namespace": f"namespace_{account.waba_id}",
        "marketing_messages_onboarding_status": account.marketing.status,
    }
    return selected(values, asked_fields(call.params, ("name", "timezone_id", "currency")))


def subscriptions(platform: Platform, account: Account, _call: Call) -> dict[str, Any]:
    if not account.subscribed:
        return {"data": []}
    app = {"id": platform.world.records.app.app_id, "name": "Simulated app"}
    row: dict[str, Any] = {"whatsapp_business_api_data": app}
    if account.override:
        row["override_callback_uri"] = account.override.url
    return {"data": [row]}


def subscribe(platform: Platform, account: Account, call: Call) -> dict[str, Any]:
    """From now on webhooks come, to the account's own callback if one is given and verifies."""
    override = platform.agreed_callback(
        call.params.get("override_callback_uri"), call.params.get("verify_token")
    )
    with platform.world.lock:
        account.subscribed, account.override = True, override
    return {"success": True}


def unsubscribe(_platform: Platform, account: Account, _call: Call) -> dict[str, Any]:
    account.subscribed, account.override = False, None
    return {"success": True}


def list_templates(_platform: Platform, account: Account, call: Call) -> dict[str, Any]:
    names = asked_fields(call.params, TEMPLATE_DEFAULTS)
    wanted = {key: call.params[key] for key in ("name", "language", "status") if key in call.params}
    rows = [
        selected(template_fields(template), names)
        for template in account.templates
        if all(str(getattr(template, key)) == value for key, value in wanted.items())
    ]
    return page(rows, limit=call.limit(TEMPLATE_PAGE), after=call.params.get("after"))


def template_fields(template: Template) -> dict[str, Any]:
    return {
        "id": template.template_id,
        "name": template.name,
        "language": template.language,
        "category": template.category,
        "status": template.status,
        "components": template.components,
        "correct_category": template.category,
        "rejected_reason": "NONE",
        "parameter_format": "POSITIONAL",
        "quality_score": {"score": "UNKNOWN"},
    }
