"""What Meta does with marketing: two ways for it, caps, holdouts, the limit of people."""

from typing import Any

import pytest

from tests.unit.simulator.actors import Receiver, Shop, StillClock, connected

OFFER = {
    "name": "spring_offer",
    "language": {"code": "en_US"},
    "components": [{"type": "body", "parameters": [{"type": "text", "text": "Anna"}]}],
}
HELLO = {"name": "hello_world", "language": {"code": "en_US"}}


def offer(shop: Shop, edge: str, to: str = "+12125550123", **more: Any) -> Any:
    return shop.graph.post(
        f"{shop.line}/{edge}",
        {"messaging_product": "whatsapp", "to": to, "type": "template", "template": OFFER} | more,
    )


def code(answer: Any) -> int | None:
    error = answer.get("error")
    return error["code"] if error else None


def failed_with(listening: Receiver, wamid: str) -> list[int]:
    return [
        status["errors"][0]["code"]
        for status in listening.items("messages", "statuses")
        if status["id"] == wamid and "errors" in status
    ]


@pytest.mark.parametrize(
    ("api", "status", "by_messages", "by_its_own"),
    [("off", "ELIGIBLE", None, 134102), ("on", "ONBOARDED", None, None)],
)
def test_an_account_must_be_set_up_for_the_api_of_marketing(
    shop: Shop, api: str, status: str, by_messages: int | None, by_its_own: int | None
) -> None:
    shop.meta.set_marketing(waba_id=shop.waba, api=api)
    asked = "marketing_messages_onboarding_status"

    assert shop.graph.get(shop.waba, fields=asked)[asked] == status

    assert code(offer(shop, "messages")) == by_messages
    assert code(offer(shop, "marketing_messages")) == by_its_own


def test_an_account_can_have_its_marketing_go_no_other_way(shop: Shop) -> None:
    shop.meta.set_marketing(waba_id=shop.waba, api="only")

    assert code(offer(shop, "messages")) == 131063
    assert code(offer(shop, "marketing_messages", product_policy="CLOUD_API_FALLBACK")) is None
    assert code(offer(shop, "marketing_messages", product_policy="WHATEVER")) == 131009
    assert code(offer(shop, "marketing_messages", template=HELLO)) == 134100


def test_a_person_gets_so_much_marketing_a_day(
    shop: Shop, listening: Receiver, clock: StillClock
) -> None:
    shop.meta.set_marketing(waba_id=shop.waba, cap=1)
    first, second = (offer(shop, "messages")["messages"][0]["id"] for _ in range(2))
    clock.advance(24 * 3600 + 1)
    third = offer(shop, "messages")["messages"][0]["id"]
    shop.meta.wait_until_delivered()

    assert [failed_with(listening, wamid) for wamid in (first, second, third)] == [[], [131049], []]


def test_a_holdout_gets_no_marketing_and_everything_else(shop: Shop, listening: Receiver) -> None:
    shop.meta.set_marketing(waba_id=shop.waba, holdout=1.0)
    spared = offer(shop, "messages")["messages"][0]["id"]
    told = offer(shop, "messages", template=HELLO)["messages"][0]["id"]
    shop.meta.wait_until_delivered()

    assert failed_with(listening, spared) == [130472]
    assert failed_with(listening, told) == []


def test_a_portfolio_writes_first_to_so_many_people_a_day(shop: Shop, clock: StillClock) -> None:
    shop.meta.set_marketing(waba_id=shop.waba, limit=2)

    answers = [code(offer(shop, "messages", to=f"+1212555010{n}")) for n in (0, 1, 2, 0)]
    assert answers == [None, None, 131048, None]

    clock.advance(24 * 3600 + 1)
    assert code(offer(shop, "messages", to="+12125550102")) is None


def test_the_accounts_of_a_portfolio_share_its_limit(shop: Shop) -> None:
    meta, portfolio = shop.meta, shop.portfolio
    beside = connected(meta, name="Second Shop", portfolio_id=portfolio)
    meta.set_marketing(waba_id=shop.waba, limit=2)
    later = connected(meta, name="Third Shop", portfolio_id=portfolio)
    elsewhere = connected(meta, name="Somebody Else")

    answers = [
        code(offer(where, "messages", to=f"+1212555010{n}"))
        for where, n in ((shop, 0), (beside, 1), (beside, 0), (later, 2), (elsewhere, 2))
    ]

    assert answers == [None, None, None, 131048, None]


@pytest.mark.parametrize(
    ("limit", "tier"), [(None, "TIER_UNLIMITED"), (250, "TIER_250"), (10_000, "TIER_10K")]
)
def test_a_line_tells_the_limit_that_is_held(shop: Shop, limit: int | None, tier: str) -> None:
    shop.meta.set_marketing(waba_id=shop.waba, limit=limit)

    field = "whatsapp_business_manager_messaging_limit"

    assert shop.graph.get(shop.line, fields=field)[field] == tier
