"""docs/api.md is true: each of its requests is made, and answered in the shape that is printed."""

import json
import re
import shlex
import time
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
import requests

from local.demo.talk import until
from local.place import PROJECT
from tests.journeys.shops import LONG, Shop
from tests.journeys.webhooks import case, post

PAGE = PROJECT / "docs" / "api.md"
ITS_CONTACT = "YnN1aWQ6VVMuMTAwMQ"
ITS_LINE, ITS_TIMES = "106540352242922", {"1790086400": 86_400, "1790000000": 0}
ITS_DAY, DAYS_AHEAD = "2026-12-07", 14
OPEN = {"states", "reasons", "excluded", "free", "unpriced", "extra", "attributes"}
"""Objects whose keys are facts about one case, not part of the contract."""

_BLOCK = re.compile(
    r"^## (?P<heading>[^\n]+)$|^```sh\n(?P<sh>.+?)^```\n(?:```json\n(?P<json>.+?)^```)?",
    re.MULTILINE | re.DOTALL,
)


class Example(NamedTuple):
    """One request of the page, and the answer printed below it; None when there is none."""

    place: str
    command: str
    answer: Any


def examples() -> list[Example]:
    """Every request on the page, in its order; of several in one block the last is answered."""
    found: list[Example] = []
    place = ""
    for block in _BLOCK.finditer(PAGE.read_text()):
        place = block["heading"] or place
        asked = (block["sh"] or "").replace("\\\n", " ").split("\ncurl")
        printed = [None] * (len(asked) - 1) + [json.loads(block["json"] or "null")]
        pairs = zip(asked, printed, strict=True)
        found += [Example(place, text, answer) for text, answer in pairs if "$API" in text]
    return found


@pytest.fixture(scope="module")
def named(shop: Shop) -> dict[str, str]:
    """What the page's variables stand for."""
    conversation = shop.heard_from("12125550131")
    reply = {"type": "text", "text": "Until two"}
    reply_id = shop.tandem.post(f"conversations/{conversation}/messages", reply)["id"]
    until(
        lambda: bool((shop.message(conversation, reply_id) or {"charge": None})["charge"]),
        seconds=LONG,
        what="the reply's statuses",
    )
    post(shop.stack, case("calls/connect", shop))
    until(lambda: bool(shop.tandem.get("kept")["items"]), seconds=LONG, what="something kept")
    broadcast = shop.tandem.post(
        "broadcasts",
        {
            "line": shop.line,
            "name": "Example",
            "template": {"name": "order_ready", "language": "en_US"},
            "fill": {"body.1": {"field": "name", "fallback": "friend"}, "body.2": {"text": "1"}},
            "audience": {"people": [{"phone": "+12125550132"}]},
        },
    )
    contact = shop.tandem.get(f"conversations/{conversation}")["contact"]["id"]
    return {
        "API": shop.endpoints.api_url,
        "KEY": shop.endpoints.api_key,
        "LINE": shop.line,
        "CONVERSATION": conversation,
        "CONTACT": contact,
        "BROADCAST": broadcast["id"],
    }


def test_the_page_has_its_examples() -> None:
    found = examples()

    assert len(found) >= 10
    assert {example.place for example in found} >= {"Lines", "Messages", "Sending", "Broadcasts"}


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.place)
def test_an_example_is_answered_as_it_is_printed(
    shop: Shop, named: dict[str, str], example: Example
) -> None:
    answer = curl(example.command, named, line=shop.line)

    assert answer.status_code in (200, 201), answer.text
    if example.answer is not None:
        assert answer.json() == shaped_like(example.answer, answer.json())
        assert answer.json().get("items", True)


# ---- reading the page


def curl(command: str, named: dict[str, str], *, line: str) -> requests.Response:
    """Do what a curl command says: its address, -X, -H and -d, wherever the answer goes."""
    text = re.sub(r"\$(\w+)", lambda name: named[name[1]], command).replace(ITS_LINE, line)
    text = text.replace(ITS_CONTACT, named["CONTACT"])
    for printed, ahead in ITS_TIMES.items():
        text = text.replace(printed, str(int(time.time()) + ahead))
    ahead_of_us = datetime.now(UTC).date() + timedelta(DAYS_AHEAD)
    text = text.replace(ITS_DAY, ahead_of_us.isoformat())
    words = iter(shlex.split(text.removeprefix("curl")))
    method, body, url = "GET", None, ""
    headers: dict[str, str] = {}
    for word in words:
        match word:
            case "-X":
                method = next(words)
            case "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            case "-d":
                body = next(words).encode()
            case ">":
                next(words)
            case _:
                url = word
    return requests.request(method, url, headers=headers, data=body, timeout=60)


def shaped_like(printed: Any, answered: Any) -> Any:
    """The answer itself where its shape is the printed one; the printed part where it is not.

    Every printed field is there, of the printed kind; null stands in for what is not known.
    """
    if printed is None or answered is None:
        return answered
    if isinstance(printed, dict) and isinstance(answered, dict):
        return {
            name: value if name in OPEN else shaped_like(printed.get(name), value)
            for name, value in answered.items()
        } | {name: printed[name] for name in printed.keys() - answered.keys()}
    if isinstance(printed, list) and isinstance(answered, list):
        return [shaped_like(printed[0] if printed else None, each) for each in answered]
    alike = type(printed) is type(answered) or {type(printed), type(answered)} <= {int, float}
    return answered if alike else printed
