"""Bodies for Graph: the right recipient, and limits refused before Meta sees them."""

import pytest

from tandem.meta import outgoing
from tandem.model.errors import Invalid
from tandem.model.identity import Person

PHONE, BSUID = "phone:15550100001", "bsuid:US.1000000000000001"


def test_a_text_to_a_phone_carries_its_plus() -> None:
    body = outgoing.text(PHONE, "Yes, in size M.").as_json()

    assert body == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+15550100001",
        "type": "text",
        "text": {"body": "Yes, in size M."},
    }


@pytest.mark.parametrize(
    "person",
    [
        Person(bsuid="US.1000000000000001"),
        Person(parent_bsuid="US.ENT.1"),
    ],
)
def test_a_user_id_never_stands_in_to(person: Person) -> None:
    body = outgoing.text(person.alias or "", "Hello").as_json()

    assert body["recipient"] == (person.bsuid or person.parent_bsuid)
    assert "to" not in body


@pytest.mark.parametrize("alias", ["username:anna", "phone:", "phone:US.1", "bsuid:", "", "+1555"])
def test_nobody_is_written_to_without_a_phone_or_a_user_id(alias: str) -> None:
    with pytest.raises(Invalid):
        outgoing.text(alias, "Hello")


def test_a_reply_is_tied_to_its_message_and_its_record() -> None:
    body = outgoing.text(PHONE, "This one").replying_to("wamid.IN.1").tagged("attempt:1").as_json()

    assert body["context"] == {"message_id": "wamid.IN.1"}
    assert body["biz_opaque_callback_data"] == "attempt:1"


@pytest.mark.parametrize("callback", ["", "x" * 513])
def test_callback_data_has_its_limit(callback: str) -> None:
    body = outgoing.text(PHONE, "Hello")

    with pytest.raises(Invalid):
        body.tagged(callback)


def test_a_text_of_4096_characters_is_the_longest() -> None:
    assert outgoing.text(PHONE, "x" * 4096).said["body"]
    for wrong in ("x" * 4097, "", " \n"):
        with pytest.raises(Invalid):
            outgoing.text(PHONE, wrong)


def test_a_template_is_filled_in_by_its_components() -> None:
    components = [{"type": "body", "parameters": [{"type": "text", "text": "Anna"}]}]

    body = outgoing.template(BSUID, "winter_sale", "en_US", components=components).as_json()

    assert body["type"] == "template"
    assert body["template"] == {
        "name": "winter_sale",
        "language": {"code": "en_US"},
        "components": components,
    }


@pytest.mark.parametrize(
    ("name", "language"),
    [("Winter", "en"), ("", "en"), ("a" * 513, "en"), ("wínter", "en"), ("winter_sale", "")],
)
def test_a_template_needs_a_proper_name_and_a_language(name: str, language: str) -> None:
    with pytest.raises(Invalid):
        outgoing.template(PHONE, name, language)


def test_a_file_is_sent_by_its_id() -> None:
    body = outgoing.media(PHONE, "document", "81", caption="Offer", filename="offer.pdf").as_json()

    assert body["document"] == {"id": "81", "caption": "Offer", "filename": "offer.pdf"}


@pytest.mark.parametrize(
    ("kind", "media_id", "besides"),
    [
        ("hologram", "81", {}),
        ("image", "", {}),
        ("audio", "81", {"caption": "no"}),
        ("image", "81", {"caption": "x" * 1025}),
        ("image", "81", {"filename": "no.jpg"}),
    ],
)
def test_a_file_has_its_limits(kind: str, media_id: str, besides: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        outgoing.media(PHONE, kind, media_id, **besides)


def test_marketing_goes_through_its_own_api_and_back_to_the_usual_one_if_meta_wants() -> None:
    body = outgoing.template(BSUID, "winter_sale", "en_US")

    marketing = body.as_marketing()

    assert (body.edge, marketing.edge) == ("messages", "marketing_messages")
    assert marketing.as_json() == body.as_json() | {"product_policy": "CLOUD_API_FALLBACK"}
