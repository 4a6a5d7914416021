"""Media: up, where, down, away."""

import hashlib

import pytest
import requests

from tests.unit.simulator.actors import Receiver, Shop, StillClock, connected

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def upload(shop: Shop, content: bytes = PICTURE, mime_type: str = "image/png") -> requests.Response:
    return shop.graph.call(
        "POST",
        f"{shop.line}/media",
        data={"messaging_product": "whatsapp", "type": mime_type},
        files={"file": ("vase.png", content, mime_type)},
    )


def download(shop: Shop, url: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {shop.graph.token}"}
    return requests.get(url, headers=headers, timeout=5)


def test_what_is_uploaded_can_be_found_downloaded_and_sent(shop: Shop) -> None:
    media_id = upload(shop).json()["id"]

    found = shop.graph.get(media_id)
    answer = shop.graph.send(shop.line, type="image", image={"id": media_id})

    assert found["sha256"] == hashlib.sha256(PICTURE).hexdigest()
    assert found["file_size"] == len(PICTURE)
    assert found["mime_type"] == "image/png"
    assert download(shop, found["url"]).content == PICTURE
    assert "messages" in answer


def test_the_address_needs_the_token_and_ends_after_five_minutes(
    shop: Shop, clock: StillClock
) -> None:
    url = shop.graph.get(upload(shop).json()["id"])["url"]

    assert requests.get(url, timeout=5).status_code == 401
    assert download(shop, url.replace("seal=", "seal=0")).status_code == 404
    assert download(connected(shop.meta), url).status_code == 404
    clock.advance(299)
    assert download(shop, url).status_code == 200
    clock.advance(1)
    assert download(shop, url).status_code == 404


def test_uploads_live_thirty_days(shop: Shop, clock: StillClock) -> None:
    media_id = upload(shop).json()["id"]
    clock.advance(30 * 86_400)

    assert shop.graph.get(media_id)["error"]["error_subcode"] == 33


def test_deleted_media_is_gone(shop: Shop) -> None:
    media_id = upload(shop).json()["id"]

    assert shop.graph.call("DELETE", media_id).json() == {"success": True}

    assert shop.graph.get(media_id)["error"]["error_subcode"] == 33


def test_another_accounts_media_is_out_of_reach(shop: Shop) -> None:
    media_id = upload(shop).json()["id"]
    neighbour = connected(shop.meta)

    assert neighbour.graph.get(media_id)["error"]["error_subcode"] == 33
    answer = neighbour.graph.send(neighbour.line, type="image", image={"id": media_id})
    assert answer["error"]["code"] == 131009
    asked = shop.graph.get(media_id, phone_number_id=neighbour.line)
    assert asked["error"]["error_subcode"] == 33


@pytest.mark.parametrize(
    ("content", "mime_type", "code"),
    [
        (PICTURE, "image/tiff", 100),
        (bytes(5 * 1024 * 1024 + 1), "image/png", 131053),
    ],
)
def test_a_wrong_upload_is_refused(shop: Shop, content: bytes, mime_type: str, code: int) -> None:
    assert upload(shop, content, mime_type).json()["error"]["code"] == code


def test_an_upload_without_a_file_is_refused(shop: Shop) -> None:
    answer = shop.graph.call("POST", f"{shop.line}/media", data={"messaging_product": "whatsapp"})

    assert answer.json()["error"]["code"] == 100


@pytest.mark.parametrize("kind", ["image", "audio", "video", "document", "sticker"])
def test_a_customers_media_can_be_downloaded(shop: Shop, listening: Receiver, kind: str) -> None:
    shop.meta.customer_message(phone_number_id=shop.line, from_="12125550123", type=kind)
    shop.meta.wait_until_delivered()

    (message,) = listening.items("messages", "messages")
    body = message[kind]
    found = shop.graph.get(body["id"])
    assert found["sha256"] == body["sha256"]
    content = download(shop, body["url"]).content
    assert hashlib.sha256(content).hexdigest() == body["sha256"]
