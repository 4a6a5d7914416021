"""A customer's picture, from the phone to whoever opens it."""

import hashlib
from urllib.parse import quote

import requests

from local.demo.talk import TIMEOUT, until
from tests.journeys.shops import LONG, Shop

ANA = "15550100141"


def opened(shop: Shop, conversation: str, message: str) -> requests.Response:
    """The file of a message, by the link that the API leads to."""
    path = f"conversations/{conversation}/messages/{quote(message, safe='')}/file"
    headers = {"authorization": f"Bearer {shop.endpoints.api_key}"}
    url = f"{shop.endpoints.api_url.rstrip('/')}/{path}"
    return requests.get(url, headers=headers, timeout=TIMEOUT)


def test_pictures_are_opened_as_they_were_sent(shop: Shop) -> None:
    conversation = shop.heard_from(ANA)
    sent = [shop.customer_writes(ANA, type="image")]
    # Ids are base64: every other holds a slash, which an address has to carry.
    while not any("/" in wamid for wamid in sent):
        sent.append(shop.customer_writes(ANA, type="image"))

    def fetched() -> bool:
        shown = [shop.message(conversation, wamid) for wamid in sent]
        return all(one and (one["file"] or {}).get("state") == "fetched" for one in shown)

    until(fetched, seconds=LONG, what="the pictures")

    for wamid in sent:
        answer = opened(shop, conversation, wamid)
        shown = shop.message(conversation, wamid) or {}
        assert [before.status_code for before in answer.history] == [302], answer.text
        assert hashlib.sha256(answer.content).hexdigest() == shown["media"]["sha256"]
        assert len(answer.content) == shown["file"]["size"]
        assert answer.headers["content-disposition"].startswith("attachment")


def test_a_message_without_a_file_has_none_to_open(shop: Shop) -> None:
    conversation = shop.heard_from(ANA, "No picture")
    (text, *_) = shop.timeline(conversation)

    answer = opened(shop, conversation, text["id"])

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
