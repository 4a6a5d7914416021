"""Who takes part in these tests: a still clock, a receiver, a partner's backend, a shop."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from simulator import Simulator, signature

SECRET = "the app's secret"
NOON = 1_795_348_800.0  # 2026-11-22 12:00 UTC
APP = "100000000000001"


class StillClock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Post:
    body: bytes
    signature: str
    path: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def signed_well(self) -> bool:
        return self.signature == signature(SECRET, self.body)


@dataclass
class Receiver:
    """Answers the handshake, and POSTs with `answers` in turn, then 200, or 401 as it `refuses`."""

    verify_token: str = "open sesame"
    answers: list[int] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    url: str = ""
    refuses: Callable[[Post], bool] = lambda _: False

    def answer(self, post: Post) -> int:
        try:
            return self.answers.pop(0)
        except IndexError:  # asked for rather than looked up: several posts come at once
            return 401 if self.refuses(post) else 200

    def changes(self, name: str) -> list[dict[str, Any]]:
        """The values of one field, from genuine POSTs, in order of arrival."""
        return [
            change["value"]
            for post in self.posts
            if post.signed_well
            for entry in post.json.get("entry", [])
            for change in entry["changes"]
            if change["field"] == name
        ]

    def items(self, name: str, part: str) -> list[dict[str, Any]]:
        return [item for value in self.changes(name) for item in value.get(part, [])]


def handler_for(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            known = query["hub.verify_token"] == [receiver.verify_token]
            self.reply(200 if known else 403, query["hub.challenge"][0].encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            post = Post(body, self.headers.get("X-Hub-Signature-256", ""), self.path)
            receiver.posts.append(post)
            status = receiver.answer(post)
            self.reply(status, b"")

        def reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    return Handler


@dataclass
class Graph:
    """A partner's backend: calls Graph with a token."""

    url: str
    token: str | None = None
    session: requests.Session = field(default_factory=requests.Session)

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.session.request(
            method, f"{self.url}/v25.0/{path}", headers=headers, timeout=10, **options
        )

    def get(self, path: str, **params: Any) -> Any:
        return self.call("GET", path, params=params).json()

    def post(self, path: str, body: Any = None) -> Any:
        return self.call("POST", path, json=body).json()

    def send(self, line: str, *, to: str = "+1 212 555 0123", **message: Any) -> Any:
        body = {"messaging_product": "whatsapp", "to": to, "type": "text"} | message
        if body["type"] == "text":
            body.setdefault("text", {"body": "Hello"})
        return self.post(f"{line}/messages", body)


@dataclass
class Shop:
    """A business whose line is connected and subscribed."""

    meta: Simulator
    graph: Graph
    waba: str
    line: str
    phone: str
    portfolio: str

    def sync(self, sync_type: str) -> Any:
        body = {"messaging_product": "whatsapp", "sync_type": sync_type}
        return self.graph.post(f"{self.line}/smb_app_data", body)

    def hears_from(self, phone: str, text: str = "Hi", **more: Any) -> str:
        return str(
            self.meta.customer_message(phone_number_id=self.line, from_=phone, text=text, **more)[
                "wamid"
            ]
        )

    def truth(self) -> Any:
        return self.meta.truth(phone_number_id=self.line)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver at work on its own port."""
    kept = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(kept))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_address[1]}/webhook"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def listen(meta: Simulator, receiver: Receiver) -> None:
    """Register the receiver as the app's callback."""
    answer = meta.configure_app(
        app_secret=SECRET, callback_url=receiver.url, verify_token=receiver.verify_token
    )
    assert answer["verified"], answer


def connected(meta: Simulator, **business: Any) -> Shop:
    """Create, sign up, exchange, subscribe."""
    made = meta.create_business(**business)
    graph = Graph(meta.url)
    code = meta.signup(waba_id=made["waba_id"])["code"]
    app = meta.world.records.app
    graph.token = graph.get(
        "oauth/access_token", client_id=app.app_id, client_secret=app.app_secret, code=code
    )["access_token"]
    assert graph.post(f"{made['waba_id']}/subscribed_apps") == {"success": True}
    return Shop(
        meta,
        graph,
        made["waba_id"],
        made["phone_number_id"],
        made["phone_number"],
        made["portfolio_id"],
    )
