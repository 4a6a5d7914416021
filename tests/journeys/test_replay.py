"""A line is rebuilt from its archive as deployed: nothing differs, and what was lost comes back."""

import json
from typing import Any

from local import seed
from local.demo.talk import until
from local.engine import Engine
from tests.journeys.shops import LONG, Shop, Shops
from tests.journeys.webhooks import everything_kept


def replayed(shop: Shop, **event: Any) -> Any:
    """What the function answers to an operator."""
    answer = shop.stack.aws("lambda").invoke(
        FunctionName=shop.stack.resource("Replay"),
        Payload=json.dumps({"line": shop.line, **event}).encode(),
    )
    told = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, told
    return told


def rows_of(shop: Shop) -> set[str]:
    _, _, rows = everything_kept(shop.stack)
    return {row for row in rows if f'"{shop.endpoints.tenant}#' in row}


def test_a_line_shows_no_difference_and_what_was_lost_comes_back(shops: Shops) -> None:
    shop = shops.open("Archive Books", tenant="archive-books").connected()
    conversation = shop.heard_from("12125550177", "Do you have it in blue?")
    asked = next(iter(shop.timeline(conversation)))["id"]
    answer = shop.stack.api(
        *("POST", f"/conversations/{conversation}/messages"),
        headers={"Authorization": f"Bearer {shop.endpoints.api_key}"},
        json={"type": "text", "text": "In blue and in green."},
    )
    sent = answer.json()["id"]
    until(
        lambda: (
            (shop.message(conversation, sent) or {}).get("state") == "read"
            and not shop.meta.waiting()
        ),
        seconds=LONG,
        what="the statuses of the answer",
    )
    before = rows_of(shop)

    by_function = replayed(shop)
    by_hand = seed.tandem(Engine(shop.stack.place), "replay", "--line", shop.line)
    assert (by_function["differences"], by_function["failed"]) == ({}, [])
    assert (by_hand["differences"], by_hand["rows"]) == ({}, by_function["rows"])
    assert by_function["rows"]["message"] == 14
    assert rows_of(shop) == before

    lost = {"pk": {"S": f"{shop.endpoints.tenant}#MSG#{shop.line}#{asked}"}, "sk": {"S": "MSG"}}
    shop.stack.aws("dynamodb").delete_item(TableName=shop.endpoints.table_name, Key=lost)
    assert replayed(shop)["differences"] == {"message": {"missing": 1}}
    assert replayed(shop, apply=True, take_away=True)["differences"] == {"message": {"missing": 1}}

    assert replayed(shop)["differences"] == {}
    assert rows_of(shop) == before
