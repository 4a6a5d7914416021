"""What people do to messages and to themselves, as a receiver is told of it."""

import pytest

from tests.unit.simulator.actors import Receiver, Shop, StillClock

ANNA, LATER = "12125550101", "12125550102"


def line(shop: Shop) -> dict[str, str]:
    return {"phone_number_id": shop.line}


def typed(shop: Shop, text: str) -> str:
    return str(shop.meta.owner_message(**line(shop), to=ANNA, text=text)["wamid"])


def test_a_customer_edits_within_a_quarter_of_an_hour(
    shop: Shop, listening: Receiver, clock: StillClock
) -> None:
    wamid = shop.hears_from(ANNA, "At tree?")

    shop.meta.customer_edit(**line(shop), wamid=wamid, text="At three?")
    clock.advance(15 * 60 + 1)
    with pytest.raises(ValueError, match="older than 900 s"):
        shop.meta.customer_edit(**line(shop), wamid=wamid, text="At four?")
    shop.meta.wait_until_delivered()

    told = listening.items("messages", "messages")[-1]
    assert told["type"] == "edit"
    assert told["edit"]["original_message_id"] == wamid
    assert told["edit"]["message"] == {
        "context": {"id": "M0"},
        "type": "text",
        "text": {"body": "At three?"},
    }
    assert listening.items("messages", "messages")[0]["text"] == {"body": "At tree?"}
    assert shop.truth()["messages"][wamid]["edited"] is True


def test_the_owner_edits_and_revokes_by_echo(shop: Shop, listening: Receiver) -> None:
    kept, slip = typed(shop, "Yes, at free"), typed(shop, "Mum, call me")

    shop.meta.owner_edit(**line(shop), wamid=kept, text="Yes, at three")
    shop.meta.owner_revoke(**line(shop), wamid=slip)
    shop.meta.wait_until_delivered()

    edit, revoke = listening.items("smb_message_echoes", "message_echoes")[-2:]
    assert edit["edit"]["message"]["text"] == {"body": "Yes, at three"}
    assert revoke["revoke"] == {"original_message_id": slip}
    assert shop.truth()["messages"][slip]["revoked"] is True


def test_nobody_edits_the_words_of_others(shop: Shop) -> None:
    with pytest.raises(ValueError, match="was not written by the customer"):
        shop.meta.customer_edit(**line(shop), wamid=typed(shop, "Ours"), text="Mine")
    with pytest.raises(KeyError, match="no message"):
        shop.meta.customer_revoke(**line(shop), wamid="wamid.NONE")


def test_what_was_revoked_stays_so(shop: Shop) -> None:
    wamid = shop.hears_from(ANNA)
    shop.meta.customer_revoke(**line(shop), wamid=wamid)

    with pytest.raises(ValueError, match="was revoked"):
        shop.meta.customer_edit(**line(shop), wamid=wamid, text="Again")


def test_a_reaction_goes_away_with_an_empty_emoji_or_without(
    shop: Shop, listening: Receiver
) -> None:
    wamid = shop.hears_from(ANNA)

    for emoji in ("\U0001f44d", "", None):
        shop.meta.customer_react(**line(shop), wamid=wamid, emoji=emoji)
    shop.meta.owner_react(**line(shop), wamid=wamid, emoji="\u2764\ufe0f")
    shop.meta.wait_until_delivered()

    bodies = [told["reaction"] for told in listening.items("messages", "messages")[1:]]
    assert bodies == [
        {"message_id": wamid, "emoji": "\U0001f44d"},
        {"message_id": wamid, "emoji": ""},
        {"message_id": wamid},
    ]
    assert shop.truth()["messages"][wamid]["reactions"] == {"business": "\u2764\ufe0f"}


def test_a_new_number_brings_a_new_user_id(shop: Shop, listening: Receiver) -> None:
    shop.hears_from(ANNA, name="Amara Costa")

    shop.meta.change_number(**line(shop), phone=ANNA, new_phone=LATER)
    shop.hears_from(LATER)
    shop.meta.wait_until_delivered()

    first, moved, after = listening.items("messages", "messages")
    assert moved["system"]["type"] == "user_changed_number"
    assert moved["system"]["wa_id"] == LATER == after["from"]
    assert moved["system"]["previous_user_id"] == first["from_user_id"]
    assert moved["system"]["user_id"] == after["from_user_id"] != first["from_user_id"]
    assert "contacts" not in listening.changes("messages")[1]


@pytest.mark.parametrize("named", [True, False])
def test_a_user_id_is_renewed_and_the_old_one_reaches_nobody(
    shop: Shop, listening: Receiver, named: bool
) -> None:
    shop.hears_from(ANNA)

    shop.meta.renew_user_id(**line(shop), phone=ANNA, name_previous=named)
    shop.hears_from(ANNA)
    shop.meta.wait_until_delivered()

    first, renewed, after = listening.items("messages", "messages")
    old, new = first["from_user_id"], after["from_user_id"]
    assert renewed["system"].get("previous_user_id") == (old if named else None)
    assert renewed["system"]["user_id"] == new != old
    assert shop.graph.send(shop.line, to=None, recipient=old)["error"]["code"] == 131026
    assert "messages" in shop.graph.send(shop.line, to=None, recipient=new)
