"""Connecting, falling off, coming back, leaving."""

import pytest

from simulator import Simulator
from simulator.errors import SIGNUP_ERRORS
from tests.unit.simulator.actors import Receiver, Shop, StillClock

DAY_S = 86_400


def test_signing_up_tells_the_page_the_account_and_the_app_the_partner(
    meta: Simulator, listening: Receiver
) -> None:
    business = meta.create_business()

    answer = meta.signup(waba_id=business["waba_id"])
    meta.wait_until_delivered()

    assert answer["session_info"] == {
        "type": "WA_EMBEDDED_SIGNUP",
        "event": "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING",
        "version": 3,
        "data": {"waba_id": business["waba_id"]},
    }
    (value,) = listening.changes("account_update")
    assert value["event"] == "PARTNER_ADDED"
    assert value["waba_info"]["waba_id"] == business["waba_id"]
    entry = listening.posts[0].json["entry"][0]
    assert entry["id"] != business["waba_id"]
    assert isinstance(entry["time"], int)


def test_the_page_may_hear_the_number_too(meta: Simulator) -> None:
    business = meta.create_business()

    answer = meta.signup(waba_id=business["waba_id"], omit_phone_number_id=False)

    data = answer["session_info"]["data"]
    assert data["phone_number_id"] == business["phone_number_id"]
    assert data["business_id"] == business["portfolio_id"]


def test_a_number_without_an_app_finishes_the_normal_way(meta: Simulator) -> None:
    business = meta.create_business(mode="cloud")

    answer = meta.signup(waba_id=business["waba_id"])

    assert answer["session_info"]["event"] == "FINISH"
    assert "phone_number_id" in answer["session_info"]["data"]


@pytest.mark.parametrize(
    ("business", "code"),
    [({"app_version": "2.24.16"}, 4563015)]
    + [({"signup_error": code}, code) for code in SIGNUP_ERRORS],
)
def test_a_refused_signup_says_why_and_gives_no_code(
    meta: Simulator, business: dict, code: int
) -> None:
    made = meta.create_business(**business)

    answer = meta.signup(waba_id=made["waba_id"])

    assert answer["code"] is None
    assert answer["session_info"]["event"] == "CANCEL"
    assert answer["session_info"]["data"]["error_code"] == str(code)
    assert meta.businesses()["businesses"][0]["state"] == "app_only"


def test_a_connected_number_signs_up_again_only_to_renew(shop: Shop) -> None:
    again = shop.meta.signup(waba_id=shop.waba)
    renewed = shop.meta.signup(waba_id=shop.waba, renew=True)

    assert again["session_info"]["data"]["error_code"] == "3441049"
    assert renewed["code"]
    assert "request_id" in shop.sync("history")


@pytest.mark.parametrize("shape", ["partner", "number"])
def test_a_disconnected_line_is_out_of_reach(shop: Shop, listening: Receiver, shape: str) -> None:
    shop.meta.disconnect(phone_number_id=shop.line, reason="PRIMARY_INACTIVITY", shape=shape)
    shop.meta.wait_until_delivered()

    error = shop.graph.get(shop.line)["error"]
    assert (error["code"], error["error_subcode"]) == (100, 33)
    (value,) = listening.changes("account_update")
    assert value["event"] == "PARTNER_REMOVED"
    assert value["disconnection_info"] == {
        "reason": "PRIMARY_INACTIVITY",
        "initiated_by": "SYSTEM",
    }
    assert ("waba_info" in value) == (shape == "partner")
    assert ("phone_number" in value) == (shape == "number")


def test_after_leaving_one_waits_fifteen_minutes(shop: Shop, clock: StillClock) -> None:
    shop.meta.disconnect(phone_number_id=shop.line)
    clock.advance(15 * 60 - 1)
    early = shop.meta.signup(waba_id=shop.waba)
    clock.advance(1)
    late = shop.meta.signup(waba_id=shop.waba)

    assert early["session_info"]["data"]["error_code"] == "2655094"
    assert late["code"]


def test_a_new_onboarding_starts_without_windows_grants_or_subscription(
    shop: Shop, listening: Receiver, clock: StillClock
) -> None:
    shop.hears_from("12125550123")
    shop.meta.disconnect(phone_number_id=shop.line)
    clock.advance(15 * 60)
    shop.meta.signup(waba_id=shop.waba)

    assert shop.graph.get(shop.waba)["error"]["error_subcode"] == 33
    shop.graph.token = shop.meta.issue_token(waba_ids=[shop.waba])["access_token"]
    assert shop.graph.get(f"{shop.waba}/subscribed_apps") == {"data": []}
    shop.graph.post(f"{shop.waba}/subscribed_apps")
    shop.graph.send(shop.line, to="12125550123")
    shop.meta.wait_until_delivered()
    (status,) = listening.items("messages", "statuses")
    assert status["errors"][0]["code"] == 131047


def test_a_sibling_line_keeps_the_account_in_reach(shop: Shop) -> None:
    sibling = shop.meta.create_business(waba_id=shop.waba)["phone_number_id"]
    shop.meta.signup(waba_id=shop.waba, phone_number_id=sibling)

    shop.meta.disconnect(phone_number_id=shop.line)

    assert shop.graph.get(sibling)["id"] == sibling
    assert "error" in shop.graph.get(shop.line)


def test_an_offboarded_line_comes_back_without_its_number_being_named(
    shop: Shop, listening: Receiver
) -> None:
    shop.meta.offboard(phone_number_id=shop.line)
    away = shop.graph.get(shop.line, fields="platform_type,status,is_on_biz_app")
    shop.meta.reconnect(phone_number_id=shop.line)
    back = shop.graph.get(shop.line, fields="platform_type,status,is_on_biz_app")
    shop.meta.wait_until_delivered()

    assert (away["platform_type"], away["status"]) == ("NOT_APPLICABLE", "DISCONNECTED")
    assert (back["platform_type"], back["status"]) == ("CLOUD_API", "CONNECTED")
    assert sorted(value["event"] for value in listening.changes("account_update")) == [
        *("ACCOUNT_OFFBOARDED", "ACCOUNT_RECONNECTED"),
    ]
    assert all(value.keys() == {"event"} for value in listening.changes("account_update"))


def test_only_what_fell_off_comes_back(shop: Shop) -> None:
    with pytest.raises(ValueError, match="active"):
        shop.meta.reconnect(phone_number_id=shop.line)


@pytest.mark.parametrize(
    "business",
    [
        {"mode": "carrier pigeon"},
        {"phone_number": "15550100001"},
        {"phone_number": "call me"},
        {"per_second": 80},
        {"signup_error": 1},
    ],
)
def test_an_impossible_business_is_refused(shop: Shop, business: dict) -> None:
    with pytest.raises(ValueError, match=r".+"):
        shop.meta.create_business(**business)
