"""Two stand-ins for Graph: answers by script, and a socket that behaves badly on purpose."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import BaseAdapter


@dataclass
class Answer:
    """One answer of the script: its status, its JSON or its bytes."""

    status: int = 200
    said: Any = None
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


class ScriptedMeta(BaseAdapter):
    """Answers each request with the next line of the script, and remembers the requests.

    An exception in the script is raised, as the transport would.
    """

    def __init__(self, *script: Answer | Exception) -> None:
        super().__init__()
        self._script = list(script)
        self.asked: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        self.asked.append(request)
        answer = self._script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        raw = answer.raw if answer.raw is not None else json.dumps(answer.said).encode()
        response = requests.Response()
        response.status_code = answer.status
        response.headers.update(answer.headers)
        response.raw = BytesIO(raw)
        response.request = request
        response.url = request.url or ""
        return response

    def close(self) -> None:
        """Nothing is kept open."""

    def session(self) -> requests.Session:
        """A session that reaches nothing but this script."""
        session = requests.Session()
        session.adapters.clear()
        session.mount("http://", self)
        session.mount("https://", self)
        return session

    def path(self, index: int = 0) -> str:
        return urlsplit(self.asked[index].url or "").path

    def query(self, index: int = 0) -> dict[str, str]:
        asked = parse_qs(urlsplit(self.asked[index].url or "").query)
        return {name: values[0] for name, values in asked.items()}

    def body(self, index: int = 0) -> Any:
        body = self.asked[index].body
        return json.loads(body) if body else None


@contextmanager
def answering(raw: bytes | None) -> Iterator[str]:
    """A server on loopback that reads one request, writes `raw` and cuts; None: stays silent."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.settimeout(5)
                connection.recv(65536)
                if raw is None:
                    connection.recv(1)
                else:
                    connection.sendall(raw)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(5)


def closed_address() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"
