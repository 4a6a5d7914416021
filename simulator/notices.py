"""What Meta announces of accounts, numbers, templates and flows: a sample of each kind (wire §3).

Only `account_update` tells of things that the simulator also does by itself (`lifecycle`); the rest
is told and changes nothing here.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from simulator.lifecycle import waba_info
from simulator.world import Line

type Json = dict[str, Any]

EXPIRES_AT = 1_800_000_000
TEMPLATE = {
    "message_template_id": 400000000000001,
    "message_template_name": "spring_offer",
    "message_template_language": "en_US",
}


class Notice(NamedTuple):
    field: str
    value: Callable[[Line], Json]
    to_partner: bool = False  # the entry names the partner's portfolio


def account(event: str, **more: Any) -> Notice:
    return Notice("account_update", lambda _: {"event": event, **more})


def of_partner(event: str, **more: Any) -> Notice:
    """Told under the partner's own id; which account is meant stands in `waba_info`."""
    return Notice(
        "account_update",
        lambda line: {"event": event, "waba_info": {**waba_info(line), **more}},
        to_partner=True,
    )


def plain(field: str, **value: Any) -> Notice:
    return Notice(field, lambda _: value)


def of_number(field: str, **value: Any) -> Notice:
    return Notice(field, lambda line: {"display_phone_number": line.phone, **value})


def flow(event: str, **more: Any) -> Notice:
    value = {"event": event, "message": "Something about a flow", "flow_id": "500000000000001"}
    return Notice("flows", lambda _: value | more)


NOTICES: dict[str, Notice] = {
    "violation": account("ACCOUNT_VIOLATION", violation_info={"violation_type": "SCAM"}),
    "restriction": account(
        "ACCOUNT_RESTRICTION",
        restriction_info=[
            {
                "restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING",
                "expiration": EXPIRES_AT,
            }
        ],
    ),
    "disabled": account(
        "DISABLED_UPDATE",
        ban_info={"waba_ban_state": "SCHEDULE_FOR_DISABLE", "waba_ban_date": "April 17, 2027"},
    ),
    "reinstated": account(
        "DISABLED_UPDATE",
        ban_info={"waba_ban_state": "REINSTATE", "waba_ban_date": "April 18, 2027"},
    ),
    "verified": account("VERIFIED_ACCOUNT"),
    "certification-needed": account("PARTNER_CLIENT_CERTIFICATION_NEEDED"),
    "price-eligibility": account(
        "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE",
        auth_international_rate_eligibility={
            "start_time": EXPIRES_AT,
            "exception_countries": [{"country_code": "ID", "start_time": EXPIRES_AT}],
        },
    ),
    "location": account("BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE", country="ES"),
    "pricing-tier": account(
        "VOLUME_BASED_PRICING_TIER_UPDATE",
        volume_tier_info={
            "tier_update_time": EXPIRES_AT,
            "pricing_category": "UTILITY",
            "tier": "100001:500000",
            "effective_month": "2026-11",
            "region": "Spain",
        },
    ),
    "app-installed": of_partner("PARTNER_APP_INSTALLED", partner_app_id="100000000000001"),
    "ad-account-linked": of_partner("AD_ACCOUNT_LINKED", ad_account_linked="600000000000001"),
    "terms-signed": of_partner("MM_LITE_TERMS_SIGNED"),
    "quality": of_number(
        "phone_number_quality_update",
        event="ONBOARDING",
        current_limit="TIER_2K",
        max_daily_conversations_per_business="TIER_2K",
    ),
    "throughput": of_number(
        "phone_number_quality_update",
        event="THROUGHPUT_UPGRADE",
        max_daily_conversations_per_business="TIER_UNLIMITED",
    ),
    "capability": plain(
        "business_capability_update",
        max_daily_conversations_per_business=2000,
        max_phone_numbers_per_business=20,
    ),
    "capability-unlimited": plain(
        "business_capability_update", max_daily_conversations_per_business=-1
    ),
    "name": of_number(
        "phone_number_name_update",
        decision="REJECTED",
        requested_verified_name="Corner Shop & Sons",
        rejection_reason="NAME_NOT_ALLOWED",
    ),
    "username": of_number("business_username_updates", username="corner.shop", status="approved"),
    "template-status": plain(
        "message_template_status_update", event="APPROVED", reason="NONE", **TEMPLATE
    ),
    "template-rejected": plain(
        "message_template_status_update",
        event="REJECTED",
        reason="INVALID_FORMAT",
        rejection_info={"reason": "Two blanks touch", "recommendation": "Put words between"},
        **TEMPLATE,
    ),
    "template-quality": plain(
        "message_template_quality_update",
        previous_quality_score="GREEN",
        new_quality_score="YELLOW",
        **TEMPLATE,
    ),
    "template-category": plain(
        "template_category_update",
        new_category="MARKETING",
        previous_category="UTILITY",
        **TEMPLATE,
    ),
    "template-components": plain(
        "message_template_components_update",
        message_template_element="{{1}}, this week everything green is 20 % off.",
        **TEMPLATE,
    ),
    "pin-changed": of_number("security", event="PIN_CHANGED", requester="700000000000001"),
    "pin-reset": of_number("security", event="PIN_RESET_REQUEST"),
    "alert": Notice(
        "account_alerts",
        lambda line: {
            "entity_type": "PHONE_NUMBER",
            "entity_id": line.phone_number_id,
            "alert_info": {
                "alert_severity": "WARNING",
                "alert_status": "ACTIVE",
                "alert_type": "PROFILE_PICTURE_LOST",
                "alert_description": "The profile picture is gone",
            },
        },
    ),
    "review": plain("account_review_update", decision="APPROVED"),
    "flow-status": flow("FLOW_STATUS_CHANGE", old_status="DRAFT", new_status="PUBLISHED"),
    "flow-errors": flow(
        "CLIENT_ERROR_RATE",
        error_rate=14.3,
        threshold=10,
        alert_state="ACTIVATED",
        errors=[{"error_type": "INVALID_SCREEN_TRANSITION", "error_rate": 66.7, "error_count": 2}],
    ),
    "flow-slow": flow(
        "ENDPOINT_LATENCY",
        p50_latency=3_000,
        p90_latency=6_000,
        requests_count=34,
        threshold=5_000,
        alert_state="ACTIVATED",
    ),
    "payment": plain(
        "payment_configuration_update",
        configuration_name="cards",
        provider_name="a provider",
        status="Needs_Connecting",
    ),
    "settings": plain("account_settings_update", type="phone_number_settings"),
}
