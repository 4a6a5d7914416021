"""What came for a number before it was connected is there once it is, as deployed."""

from local.demo.talk import until
from tests.journeys.shops import LONG, Shops
from tests.journeys.webhooks import archived, case, post


def test_a_customer_who_wrote_before_the_number_was_known_is_not_lost(shops: Shops) -> None:
    shop = shops.open("Early Bird")
    body = case("messages/text", shop)
    assert post(shop.stack, body) == 200
    until(lambda: archived(shop.stack, body), seconds=LONG, what="the early webhook")

    shop.connected()

    until(
        lambda: any(
            message["id"] == "wamid.IN.text"
            for talk in shop.inbox()
            for message in shop.timeline(talk["id"])
        ),
        seconds=LONG,
        what="the message of before",
    )
