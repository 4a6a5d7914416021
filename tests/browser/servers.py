"""Two small servers for the Connect page: the stack with a scripted onboarding, and Meta's SDK."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from functions.connect.handler import handler

STAGE = "/_aws/execute-api/a1b2c3/$default"
"""What the local engine puts before every path: the page must not care."""

type Answer = tuple[int, dict[str, str], str]


@dataclass
class Onboardings:
    """What the stack's onboarding would answer, and what it was asked."""

    begun: tuple[int, Any] = (
        202,
        {"onboarding": "onb-1", "line": "106", "display_number": "15550100001"},
    )
    story: list[Any] = field(default_factory=list)
    """The progress to tell, one entry per question; the last one is told again and again."""
    welcome: tuple[int, Any] = (200, {"expires_at": 4_000_000_000})
    """Whether Meta's window may be opened."""
    certificate: Any = None
    requests: list[Any] = field(default_factory=list)
    welcomed: list[str] = field(default_factory=list)
    """The invitations for which was asked whether Meta's window may be opened."""
    questions: list[tuple[str, str]] = field(default_factory=list)

    def may_begin(self, invitation: str) -> tuple[int, Any]:
        self.welcomed.append(invitation)
        return self.welcome

    def begin(self, body: str) -> tuple[int, Any]:
        self.requests.append(json.loads(body))
        return self.begun

    def progress(self, onboarding: str, invitation: str) -> tuple[int, Any]:
        self.questions.append((onboarding, invitation))
        told = self.story[min(len(self.questions), len(self.story)) - 1]
        return told if isinstance(told, tuple) else (200, told)


def stack(onboardings: Onboardings) -> Callable[[str, str, str, dict[str, str]], Answer]:
    """The HTTP API as the page sees it: the real Connect function beside scripted onboardings."""

    def answer(method: str, target: str, body: str, headers: dict[str, str]) -> Answer:
        url = urlsplit(target)
        path = url.path.removeprefix(STAGE)
        if path == "/connect" or path.startswith("/connect/"):
            name = path.removeprefix("/connect").lstrip("/")
            event = {"headers": headers, "pathParameters": {"proxy": name} if name else None}
            reply = handler(event, None)
            return reply["statusCode"], reply["headers"], reply["body"]
        if (method, path) == ("POST", "/onboarding"):
            return _json(onboardings.begin(body))
        if method == "GET" and path.startswith("/onboarding"):
            invitation = parse_qs(url.query)["invitation"][0]
            match path.removeprefix("/onboarding").split("/"):
                case [""]:
                    return _json(onboardings.may_begin(invitation))
                case ["", onboarding]:
                    return _json(onboardings.progress(onboarding, invitation))
                case ["", _, "certificate"]:
                    return _json((200, onboardings.certificate))
        return 404, {"content-type": "text/plain"}, ""

    return answer


PAGES = Path(__file__).parent / "pages"
TYPES = {".js": "text/javascript", ".html": "text/html; charset=utf-8"}


def meta(_method: str, target: str, _body: str, _headers: dict[str, str]) -> Answer:
    """Meta's side of Embedded Signup: sdk.js and a dialog whose buttons are its outcomes."""
    path = PAGES / Path(urlsplit(target).path).name
    if not path.is_file():
        return 404, {"content-type": "text/plain"}, ""
    return 200, {"content-type": TYPES[path.suffix]}, path.read_text(encoding="utf-8")


@contextmanager
def serving(answer: Callable[[str, str, str, dict[str, str]], Answer]) -> Iterator[str]:
    """The address of a server on a free loopback port that answers every request with `answer`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, replied, text = answer(self.command, self.path, body, headers)
            content = text.encode()
            self.send_response(status)
            for name, value in replied.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: object) -> None:
            """Keeps the test's output its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _json(answer: tuple[int, Any]) -> Answer:
    status, body = answer
    return status, {"content-type": "application/json"}, json.dumps(body)
