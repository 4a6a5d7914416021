"""What stands between an owner and a connected number, and what each refusal says to do."""

import pytest
import requests

from local.demo.talk import until
from tests.journeys.crashes import held_back, passed, waiting_in
from tests.journeys.shops import LONG, Shops
from tests.journeys.stack import Stack

HOUR = 3600


def test_the_same_code_twice_from_one_browser_is_one_onboarding(shops: Shops) -> None:
    shop = shops.open("Flower shop")
    signed_up = shop.sign_up()

    first, second = shop.post(signed_up), shop.post(signed_up)

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["onboarding"] == second.json()["onboarding"]
    until(lambda: shop.verdict() == "complete", seconds=LONG, what="the import")
    assert (shop.requested("smb_app_state_sync"), shop.requested("history")) == (1, 1)


def test_a_code_that_was_used_elsewhere_is_410_and_says_to_begin_again(shops: Shops) -> None:
    shop = shops.open("Tea house")
    signed_up = shop.sign_up()
    shop.post(signed_up)

    answer = shop.post(signed_up, invitation=shops.invitation(shop.endpoints.tenant))

    assert (answer.status_code, code_of(answer)) == (410, "code_expired")
    assert "begin again" in answer.json()["error"]["message"]


def test_a_late_code_is_410(shops: Shops) -> None:
    shop = shops.open("Late shop")
    signed_up = shop.sign_up()
    shop.meta.ask("POST", "clock", seconds=31)

    answer = shop.post(signed_up)

    assert (answer.status_code, code_of(answer)) == (410, "code_expired")


def test_an_account_that_was_not_granted_is_403_and_stays_unconnected(shops: Shops) -> None:
    shop, other = shops.open("Book shop"), shops.open("Somebody else's")
    claimed = {"data": {"waba_id": other.waba, "phone_number_id": other.line}}

    answer = shop.post(shop.sign_up(), session_info=claimed)

    assert (answer.status_code, code_of(answer)) == (403, "not_granted")
    assert not {shop.line, other.line} & {line["id"] for line in shop.tandem.every("lines")}


@pytest.mark.parametrize(
    ("invitation", "status", "code"),
    [("forged", 403, "invitation_invalid"), ("expired", 410, "invitation_expired")],
)
def test_without_a_good_invitation_the_code_is_not_even_tried(
    shops: Shops, invitation: str, status: int, code: str
) -> None:
    shop = shops.open(f"Uninvited {invitation}")
    theirs = shop.endpoints
    texts = {
        "forged": theirs.invitation[:-6] + "AAAAAA",
        "expired": shops.invitation(theirs.tenant, expires_at=1),
    }
    tried = exchanges(shops)

    answer = shop.post(shop.sign_up(), invitation=texts[invitation])

    assert (answer.status_code, code_of(answer)) == (status, code)
    assert exchanges(shops) == tried


def test_another_tenant_s_number_stays_where_it_is(stack: Stack, shops: Shops) -> None:
    shop = shops.open("Bakery").connected()
    rival = shops.as_("rival")

    answer = shop.post(shop.sign_up(renew=True), invitation=rival.invitation)

    assert answer.status_code == 403, answer.text
    theirs = stack.api("GET", "/lines", headers={"Authorization": f"Bearer {rival.api_key}"})
    assert theirs.json()["items"] == []
    assert shop.tandem.get(f"lines/{shop.line}")["state"] == "active"


def test_a_request_whose_answer_was_lost_is_unknown_until_what_arrives_settles_it(
    stack: Stack, shops: Shops
) -> None:
    shop = shops.open("Far away shop")
    shop.meta.ask("PUT", "faults", lose_answer=1.0, endpoints=["smb_app_data"])

    with held_back(stack, "HistorySync"):
        shop.connect()
        until(lambda: shop.step("history") == "unknown", seconds=LONG, what="the lost answer")
        keeper_looks(stack)
        asked = (shop.requested("smb_app_state_sync"), shop.requested("history"))
    until(lambda: shop.verdict() == "complete", seconds=LONG, what="the import")

    assert asked == (1, 1)
    assert (shop.step("contacts"), shop.step("history")) == ("done", "done")
    assert (shop.requested("smb_app_state_sync"), shop.requested("history")) == (1, 1)


def test_an_owner_who_keeps_the_chats_is_connected_without_them(shops: Shops) -> None:
    shop = shops.open("Quiet shop")

    shop.connect(share_history=False)

    until(lambda: shop.verdict() == "declined", seconds=LONG, what="the refusal")
    told = shop.sync()
    assert (told["code"], told["state"]) == ("declined", "active")
    assert told["certificate"]["messages"] == 0
    assert shop.heard_from("12125550141")


def test_a_silent_import_is_told_to_its_owner_and_not_asked_for_again(
    stack: Stack, shops: Shops
) -> None:
    shop = shops.open("Silent shop")
    shop.meta.ask("PUT", "faults", silence=["history"])
    onboarding = shop.connect()
    until(lambda: shop.step("history") == "done", seconds=LONG, what="the request")
    until(lambda: not waiting_in(stack, "StepsQueue"), seconds=LONG, what="the end of the steps")
    at_first = shop.sync()

    passed(stack, f"{shop.endpoints.tenant}#ONBOARDING#{onboarding}", seconds=HOUR)
    keeper_looks(stack)

    told, line = shop.sync(), shop.tandem.get(f"lines/{shop.line}")
    assert at_first["code"] == "requested"
    assert told["code"] == "silent"
    assert "WhatsApp Business" in told["todo"]
    assert line["advice"] == told["todo"]
    assert shop.requested("history") == 1


# ---- what these journeys need


def code_of(answer: requests.Response) -> str:
    return str(answer.json()["error"]["code"])


def exchanges(shops: Shops) -> int:
    """How many codes Meta was shown so far."""
    return len(shops.meta.ask("GET", "calls?path=/oauth/access_token")["calls"])


def keeper_looks(stack: Stack) -> None:
    """The keeper's round, that comes every five minutes, now."""
    answer = stack.aws("lambda").invoke(FunctionName=stack.resource("LineKeeper"))
    assert "FunctionError" not in answer, answer["Payload"].read()
