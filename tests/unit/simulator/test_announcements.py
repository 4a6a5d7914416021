"""What Meta announces of accounts, templates and people's wishes."""

from typing import Any

import pytest

from simulator.notices import NOTICES
from tests.unit.simulator.actors import Receiver, Shop

ANNA = "12125550101"


def entries(listening: Receiver) -> list[Any]:
    return [entry for post in listening.posts for entry in post.json["entry"]]


@pytest.mark.parametrize("kind", sorted(NOTICES))
def test_every_kind_of_notice_comes_with_its_time(
    shop: Shop, listening: Receiver, kind: str
) -> None:
    told = shop.meta.notice(phone_number_id=shop.line, kind=kind)
    shop.meta.wait_until_delivered()

    (entry,) = entries(listening)
    assert isinstance(entry["time"], int)
    assert entry["changes"] == [{"field": NOTICES[kind].field, "value": told["value"]}]
    assert (entry["id"] == shop.waba) is not NOTICES[kind].to_partner
    if NOTICES[kind].to_partner:
        assert told["value"]["waba_info"]["waba_id"] == shop.waba


def test_a_kind_that_does_not_exist_is_answered_with_all(shop: Shop) -> None:
    with pytest.raises(ValueError, match="violation, restriction"):
        shop.meta.notice(phone_number_id=shop.line, kind="party")


def test_a_paused_template_is_refused_until_it_is_reinstated(
    shop: Shop, listening: Receiver
) -> None:
    offer: dict[str, Any] = {"name": "hello_world", "language": {"code": "en_US"}}
    named = {"waba_id": shop.waba, "name": "hello_world", "language": "en_US"}

    shop.meta.set_template(**named, status="PAUSED")
    paused = shop.graph.send(shop.line, type="template", template=offer)
    shop.meta.set_template(**named, status="APPROVED")
    again = shop.graph.send(shop.line, type="template", template=offer)
    shop.meta.wait_until_delivered()

    assert paused["error"]["code"] == 132015
    assert "messages" in again
    values = listening.changes("message_template_status_update")
    assert [value["event"] for value in values] == ["PAUSED", "REINSTATED"]
    assert "other_info" in values[0]


def test_marketing_fails_for_whoever_stopped_it(shop: Shop, listening: Receiver) -> None:
    offer = {
        "name": "spring_offer",
        "language": {"code": "en_US"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "Amara"}]},
        ],
    }
    wishes = {"phone_number_id": shop.line, "phone": ANNA}

    shop.meta.preference(**wishes, value="stop")
    shop.graph.send(shop.line, to=ANNA, type="template", template=offer)
    shop.meta.wait_until_delivered()
    shop.meta.preference(**wishes, value="resume")
    shop.graph.send(shop.line, to=ANNA, type="template", template=offer)
    shop.meta.wait_until_delivered()

    told = listening.items("user_preferences", "user_preferences")
    assert [(wish["wa_id"], wish["value"]) for wish in told] == [(ANNA, "stop"), (ANNA, "resume")]
    failed, *rest = listening.items("messages", "statuses")
    assert failed["errors"][0]["code"] == 131050
    assert [status["status"] for status in rest] == ["sent", "delivered", "read"]
