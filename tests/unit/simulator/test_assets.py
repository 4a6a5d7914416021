"""Reading lines and accounts, subscribing to them, and their templates."""

import phonenumbers
import pytest

from simulator.numbers import calling_code
from tests.unit.simulator.actors import Receiver, Shop, connected

FIELDS = "id,display_phone_number,is_on_biz_app,platform_type,status"


def test_a_coexistence_line_is_on_the_app_and_on_the_platform(shop: Shop) -> None:
    line = shop.graph.get(shop.line, fields=FIELDS)

    assert line == {
        "id": shop.line,
        "display_phone_number": "+1 555-010-0001",
        "is_on_biz_app": True,
        "platform_type": "CLOUD_API",
        "status": "CONNECTED",
    }


def test_a_line_says_how_its_number_begins(shop: Shop) -> None:
    line = shop.graph.get(shop.line, fields="country_dial_code")

    assert line == {"id": shop.line, "country_dial_code": "1"}


def test_every_country_code_is_told_from_the_number_behind_it() -> None:
    codes = [str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE]

    assert len(codes) > 200
    assert [calling_code(f"{code}5550100") for code in codes] == codes


def test_a_cloud_line_is_not_on_the_app(cloud: Shop) -> None:
    line = cloud.graph.get(cloud.line, fields="is_on_biz_app,platform_type,throughput")

    assert line == {
        "id": cloud.line,
        "is_on_biz_app": False,
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
    }


def test_only_what_is_asked_for_is_answered(shop: Shop) -> None:
    assert shop.graph.get(shop.line, fields="verified_name") == {
        "verified_name": "Corner Shop",
        "id": shop.line,
    }
    assert "is_on_biz_app" not in shop.graph.get(shop.line)


def test_a_field_that_does_not_exist_is_refused(shop: Shop) -> None:
    assert shop.graph.get(shop.line, fields="id,favourite_colour")["error"]["code"] == 100


def test_an_account_lists_its_lines_in_pages(shop: Shop) -> None:
    for _ in range(2):
        shop.meta.create_business(waba_id=shop.waba)

    first = shop.graph.get(f"{shop.waba}/phone_numbers", fields="id", limit=2)
    second = shop.graph.get(
        f"{shop.waba}/phone_numbers",
        fields="id",
        limit=2,
        after=first["paging"]["cursors"]["after"],
    )

    assert first["data"][0] == {"id": shop.line}
    assert (len(first["data"]), len(second["data"])) == (2, 1)
    assert "next" in first["paging"]
    assert "next" not in second["paging"]


def test_a_foreign_cursor_is_refused(shop: Shop) -> None:
    answer = shop.graph.get(f"{shop.waba}/phone_numbers", after="bm9uc2Vuc2U=")

    assert answer["error"]["code"] == 131059


def test_a_number_that_waits_in_its_app_is_not_on_the_platform(shop: Shop) -> None:
    waiting = shop.meta.create_business(waba_id=shop.waba)["phone_number_id"]

    line = shop.graph.get(waiting, fields="platform_type,status,is_on_biz_app")

    assert line["platform_type"] == "NOT_APPLICABLE"
    assert line["status"] == "DISCONNECTED"
    assert line["is_on_biz_app"] is True


def test_an_account_tells_whose_it_is(shop: Shop) -> None:
    account = shop.graph.get(shop.waba, fields="name,owner_business_info")

    assert account["owner_business_info"]["id"] == shop.portfolio


def test_subscriptions_come_and_go(shop: Shop) -> None:
    path = f"{shop.waba}/subscribed_apps"
    assert len(shop.graph.get(path)["data"]) == 1

    assert shop.graph.call("DELETE", path).json() == {"success": True}

    assert shop.graph.get(path) == {"data": []}


def test_an_override_must_pass_the_handshake(shop: Shop, listening: Receiver) -> None:
    path = f"{shop.waba}/subscribed_apps"
    given = {"override_callback_uri": f"{listening.url}/own", "verify_token": "wrong"}

    refused = shop.graph.post(path, given)
    taken = shop.graph.post(path, given | {"verify_token": listening.verify_token})

    assert refused["error"]["code"] == 2200
    assert taken == {"success": True}
    assert shop.graph.get(path)["data"][0]["override_callback_uri"] == f"{listening.url}/own"


def test_the_numbers_callback_wins_over_the_accounts_and_the_apps(
    shop: Shop, listening: Receiver
) -> None:
    token = listening.verify_token
    shop.graph.post(
        f"{shop.waba}/subscribed_apps",
        {"override_callback_uri": f"{listening.url}/account", "verify_token": token},
    )
    own = {"override_callback_uri": f"{listening.url}/number", "verify_token": token}
    shop.graph.post(shop.line, {"webhook_configuration": own})

    shop.hears_from("12125550123")
    shop.meta.offboard(phone_number_id=shop.line)
    shop.meta.wait_until_delivered()

    configuration = shop.graph.get(shop.line, fields="webhook_configuration")
    assert configuration["webhook_configuration"]["phone_number"].endswith("/number")
    assert sorted(post.path for post in listening.posts) == ["/webhook", "/webhook/number"]


def test_a_coexistence_number_cannot_be_deregistered(shop: Shop, cloud: Shop) -> None:
    assert shop.graph.post(f"{shop.line}/deregister")["error"]["code"] == 100
    assert cloud.graph.post(f"{cloud.line}/deregister") == {"success": True}


def test_an_account_has_templates_to_send_and_some_that_cannot_be(shop: Shop) -> None:
    path = f"{shop.waba}/message_templates"

    approved = shop.graph.get(path, status="APPROVED")["data"]
    everything = shop.graph.get(path, limit=100)["data"]

    assert {template["category"] for template in approved} == {
        *("UTILITY", "MARKETING", "AUTHENTICATION"),
    }
    assert {template["status"] for template in everything} > {"APPROVED", "PAUSED", "PENDING"}
    assert everything[0].keys() == {
        *("id", "name", "components", "language", "status", "category"),
    }


@pytest.mark.parametrize("limit", ["many", "-"])
def test_a_limit_is_a_number(shop: Shop, limit: str) -> None:
    answer = shop.graph.get(f"{shop.waba}/message_templates", limit=limit)

    assert answer["error"]["code"] == 100


def test_two_businesses_of_one_portfolio_know_a_person_by_one_id(shop: Shop) -> None:
    sister = connected(shop.meta, portfolio_id=shop.portfolio)
    stranger = connected(shop.meta)

    ids = [
        business.graph.send(business.line, to="12125550123")["contacts"][0]["user_id"]
        for business in (shop, sister, stranger)
    ]

    assert ids[0] == ids[1] != ids[2]
