"""How long a customer's message takes from Meta's POST to the API, through the deployed template.

The local engine is slower than AWS and does one thing at a time; its own share is the floor: the
same POST and the same GET, without anything to wait for.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import requests

from bench.measure import Result
from local import stack
from local.demo.talk import Meta, Tandem, until
from local.place import Place
from local.progress import Steps
from local.stack import Endpoints
from tandem.meta.signature import HEADER, signed

MESSAGES = 40
BUDGET_MS = 100
CUSTOMER = "15550100042"
LOOK_EVERY = 0.005


def results() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        place, steps = Place(Path(folder)), Steps()
        try:
            yield from _measured(stack.up(place, steps))
        finally:
            stack.down(place, steps)


def _measured(endpoints: Endpoints) -> Iterator[Result]:
    tandem, meta = Tandem(endpoints), Meta(endpoints)
    line, number, waba = _connected(tandem, meta)
    session = requests.Session()

    def post(count: int) -> str:
        wamid = f"wamid.bench{count:05d}"
        body = _body(line, number, waba, wamid)
        headers = {HEADER: signed(body, endpoints.app_secret), "content-type": "application/json"}
        session.post(endpoints.webhook_url, data=body, headers=headers, timeout=30)
        return wamid

    first = post(0)
    conversations = f"lines/{line}/conversations"
    until(lambda: bool(tandem.get(conversations)["items"]), seconds=60, what=first, pause=0.05)
    conversation = tandem.get(conversations)["items"][0]["id"]

    def newest() -> str:
        page = tandem.get(f"conversations/{conversation}/messages", limit=1)
        return str(page["items"][0]["id"])

    seen, look = [], []
    for count in range(1, MESSAGES + 1):
        look.append(_milliseconds(newest))
        begun = time.perf_counter()
        wamid = post(count)
        until(partial(_is, newest, wamid), seconds=30, what=wamid, pause=LOOK_EVERY)
        seen.append((time.perf_counter() - begun) * 1000)
    against = f"one look at the API takes {statistics.median(look):.0f} ms of it"
    yield Result(
        "live message, POST to API, p50", statistics.median(seen), BUDGET_MS, "ms", against
    )


def _is(newest: Callable[[], str], wamid: str) -> bool:
    return newest() == wamid


def _milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _connected(tandem: Tandem, meta: Meta) -> tuple[str, str, str]:
    """A line without a past; its id, its number and its account."""
    shop = meta.ask("POST", "businesses", name="Bench")
    line = str(shop["phone_number_id"])
    signed_up = meta.ask("POST", "signup", waba_id=shop["waba_id"])
    tandem.onboard(signed_up["code"], signed_up["session_info"])
    until(
        lambda: any(
            each["id"] == line and each["state"] == "active"
            for each in tandem.get("lines")["items"]
        ),
        seconds=60,
        what="the line to be active",
    )
    return line, str(shop["phone_number"]), str(shop["waba_id"])


def _body(line: str, number: str, waba: str, wamid: str) -> bytes:
    message: dict[str, Any] = {
        "from": CUSTOMER,
        "id": wamid,
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": "Are you open?"},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": number, "phone_number_id": line},
        "contacts": [{"wa_id": CUSTOMER, "profile": {"name": "Ana"}}],
        "messages": [message],
    }
    entry = {"id": waba, "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
