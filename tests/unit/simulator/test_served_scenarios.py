"""Scenarios in which the server under test calls Graph, with servers that do well and badly."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from urllib3.exceptions import ProtocolError

from simulator import Simulator
from tests.unit.simulator.actors import Shop

type Server = Callable[[Shop, threading.Event], object]

HURRY: dict[str, dict[str, float]] = {
    "sender-dies": {"quiet_s": 0.3},
    "sync-times-out": {"quiet_s": 0.3},
    "broadcast-dies-at-40": {"quiet_s": 0.3, "down_s": 0.1},
    "throttled-30s": {"seconds": 0.1},
}
MARKETING = {
    "type": "template",
    "template": {
        "name": "spring_offer",
        "language": {"code": "en_US"},
        "components": [{"type": "body", "parameters": [{"type": "text", "text": "you"}]}],
    },
}


def play(shop: Shop, name: str, server: Server, **options: Any) -> Any:
    with at_work(shop, server):
        return shop.meta.play(
            scenario=name,
            phone_number_id=shop.line,
            wait_s=options.get("wait_s", 5),
            parameters=HURRY.get(name),
        )


@contextmanager
def at_work(shop: Shop, server: Server) -> Iterator[None]:
    """The server under test, until the scenario is over."""
    over = threading.Event()
    thread = threading.Thread(target=server, args=(shop, over))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def customer(meta: Simulator, over: threading.Event) -> str:
    """Who has written, once somebody has."""
    while not over.is_set():
        with meta.world.lock:
            for line in meta.world.records.lines.values():
                for message in line.messages.values():
                    return message.person
        over.wait(0.005)
    return ""


@dataclass
class Caller:
    """A server that calls Graph. `unheard` counts the calls whose answer never came."""

    unheard: int = 0

    def hears(self, call: Callable[[], Any]) -> dict[str, Any]:
        """The answer to a call; nothing where Meta took the call and hung up, as a fault has it."""
        try:
            return dict(call())
        except requests.ConnectionError as hung_up:
            if not isinstance(hung_up.args[0], ProtocolError):
                raise  # it was not even connected
            self.unheard += 1
            return {}


class Answering(Caller):
    """Answers who has written."""

    def once(self, shop: Shop, over: threading.Event) -> None:
        """Whether it was sent a status will tell."""
        who = customer(shop.meta, over)
        self.hears(lambda: shop.graph.send(shop.line, to=who, biz_opaque_callback_data="mine"))

    def until_told(self, shop: Shop, over: threading.Event) -> None:
        """Sends over and over until Meta says that it was."""
        who = customer(shop.meta, over)
        while not over.is_set():
            if "messages" in self.hears(lambda: shop.graph.send(shop.line, to=who)):
                return
            over.wait(0.02)


class Syncing(Caller):
    def __init__(self, *, times: int) -> None:
        super().__init__()
        self.times = times

    def requests_history(self, shop: Shop, over: threading.Event) -> None:
        over.wait(0.05)
        for _ in range(self.times):
            self.hears(lambda: shop.sync("history"))


def test_a_sender_that_leaves_it_at_that_is_right(shop: Shop) -> None:
    server = Answering()

    result = play(shop, "sender-dies", server.once)

    assert server.unheard == 1
    assert result["wrong"] == []
    _, sent = result["expected"]["messages"].values()
    assert (sent["origin"], sent["status"]) == ("api", "read")
    assert sent["biz_opaque_callback_data"] == "mine"
    assert sent["text"] == "Hello"
    assert sent["timestamp"] < sent["statuses"]["sent"] < sent["statuses"]["read"]


def test_a_sender_that_repeats_blindly_is_told_so(shop: Shop) -> None:
    server = Answering()

    result = play(shop, "sender-dies", server.until_told)

    assert server.unheard >= 1
    assert result["wrong"] == ["there was a second message to the customer"]


def test_a_server_that_does_nothing_is_not_waited_for_for_ever(shop: Shop) -> None:
    result = play(shop, "sender-dies", lambda *_: None, wait_s=0.1)

    (sentence,) = result["wrong"]
    assert sentence.startswith("waited 0.1 s for a message to 1")


def test_throttling_is_waited_out(shop: Shop) -> None:
    server = Answering()

    result = play(shop, "throttled-30s", server.until_told)

    assert server.unheard == 0
    assert result["wrong"] == []
    assert 130429 in {call["code"] for call in shop.meta.calls()["calls"]}
    *_, sent = result["expected"]["messages"].values()
    assert sent["status"] == "read"


@pytest.mark.parametrize("times", [1, 2])
def test_a_broadcast_reaches_each_person_once_or_is_wrong(
    shop: Shop, caplog: pytest.LogCaptureFixture, times: int
) -> None:
    caplog.set_level("INFO")

    def broadcasts(shop: Shop, over: threading.Event) -> None:
        people: list[str] = []
        while not people and not over.is_set():
            told = [text for text in caplog.messages if text.startswith("people: ")]
            people = told[0].split()[1:] if told else []
            over.wait(0.005)
        for person in people:
            accepted = 0
            while accepted < times and not over.is_set():
                accepted += "messages" in shop.graph.send(shop.line, to=person, **MARKETING)

    result = play(shop, "broadcast-dies-at-40", broadcasts)

    if times == 1:
        assert result["wrong"] == []
        assert len(result["expected"]["messages"]) == 10
        assert {m["status"] for m in result["expected"]["messages"].values()} == {"read"}
    else:
        assert result["wrong"] == ["there was a message to somebody who had one"]


@pytest.mark.parametrize("times", [1, 2])
def test_a_sync_is_requested_once_or_it_is_wrong(shop: Shop, times: int) -> None:
    server = Syncing(times=times)

    result = play(shop, "sync-times-out", server.requests_history)

    assert server.unheard >= 1
    assert result["wrong"] == ([] if times == 1 else ["there was another request for the history"])
    assert result["expected"]["import"]["complete"] is True


def test_a_silent_history_was_requested(shop: Shop) -> None:
    result = play(shop, "history-silent", Syncing(times=1).requests_history)

    assert result["wrong"] == []
    assert result["expected"]["import"]["chunks"] == 0
