"""A small HTTP/1.1 server: threads, keep-alive, no delay; quick enough for a broadcast."""

import contextlib
import json
import logging
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from io import BufferedIOBase
from typing import Any
from urllib.parse import parse_qsl, unquote

MAX_LINE = 65_536
MAX_HEADERS = 100
MAX_BODY = 120 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # names in lower case
    body: bytes = b""

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> Any:
        """Raises ValueError when the body is not JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Response:
    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    after_s: float = 0.0  # answer late
    cut: bool = False  # do not answer at all, drop the connection

    @classmethod
    def json(cls, value: Any, *, status: int = 200) -> "Response":
        return cls(status=status, body=json.dumps(value, ensure_ascii=False).encode())


type Application = Callable[[Request], Response]


class BadRequest(Exception):
    """The bytes on the wire are not a request we read."""


def read_request(stream: BufferedIOBase, go_on: Callable[[], None]) -> Request | None:
    """The next request, or None when the other side has hung up.

    `go_on` is called when the client waits for leave to send its body (`Expect: 100-continue`).
    """
    line = stream.readline(MAX_LINE)
    if not line.strip():
        return None
    try:
        method, target, version = line.decode("latin-1").split()
    except ValueError as problem:
        raise BadRequest("request line") from problem
    headers: dict[str, str] = {"connection": "close"} if version == "HTTP/1.0" else {}
    while (line := stream.readline(MAX_LINE)) not in (b"\r\n", b"\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
        if len(headers) > MAX_HEADERS:
            raise BadRequest("too many headers")
    if headers.get("expect", "").lower() == "100-continue":
        go_on()
    path, _, query = target.partition("?")
    return Request(
        method=method,
        path=unquote(path),
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers=headers,
        body=read_body(stream, headers),
    )


def read_body(stream: BufferedIOBase, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return read_chunks(stream)
    try:
        length = int(headers.get("content-length") or 0)
    except ValueError as problem:
        raise BadRequest("content-length") from problem
    if not 0 <= length <= MAX_BODY:
        raise BadRequest("content-length")
    return stream.read(length) if length else b""


def read_chunks(stream: BufferedIOBase) -> bytes:
    body = b""
    while size := int(stream.readline(MAX_LINE).partition(b";")[0] or b"0", 16):
        body += stream.read(size)
        stream.readline(MAX_LINE)
        if len(body) > MAX_BODY:
            raise BadRequest("body too large")
    stream.readline(MAX_LINE)
    return body


def written(response: Response, *, keep_alive: bool) -> bytes:
    head = [
        f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}",
        f"Content-Type: {response.content_type}",
        f"Content-Length: {len(response.body)}",
        f"Connection: {'keep-alive' if keep_alive else 'close'}",
        *(f"{name}: {value}" for name, value in response.headers),
    ]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + response.body


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    server: "Server"

    def handle(self) -> None:
        with self.server.watching(self.connection):
            try:
                while self.answer_one():
                    pass
            except (ConnectionError, TimeoutError, OSError):
                return  # the other side went away; there is nobody left to tell

    def answer_one(self) -> bool:
        """Serve one request; False ends the connection."""
        try:
            request = read_request(self.rfile, self.go_on)
        except (BadRequest, ValueError):
            bad = Response.json({"error": "not a request"}, status=400)
            self.connection.sendall(written(bad, keep_alive=False))
            return False
        if request is None:
            return False
        response = self.respond(request)
        if response.after_s:
            time.sleep(response.after_s)
        if response.cut:
            return False
        keep_alive = request.headers.get("connection", "").lower() != "close"
        self.connection.sendall(written(response, keep_alive=keep_alive))
        return keep_alive

    def go_on(self) -> None:
        self.connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    def respond(self, request: Request) -> Response:
        try:
            return self.server.application(request)
        except Exception:
            logging.getLogger(__name__).exception("%s %s failed", request.method, request.path)
            return Response.json({"error": "the simulator failed; see its log"}, status=500)


class Server(socketserver.ThreadingTCPServer):
    """Serves one application on one address; `close` also ends idle kept-alive connections."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, application: Application, *, host: str, port: int) -> None:
        self.application = application
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__((host, port), _Connection)
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.02}, name="simulator", daemon=True
        )

    def open(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        with self._guard:
            for connection in self._open:
                with contextlib.suppress(OSError):  # it may have ended by itself just now
                    connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    @contextlib.contextmanager
    def watching(self, connection: socket.socket) -> Iterator[None]:
        """Remember a connection for as long as it is served."""
        with self._guard:
            self._open.add(connection)
        try:
            yield
        finally:
            with self._guard:
                self._open.discard(connection)
