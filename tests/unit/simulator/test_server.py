"""The HTTP server: kept-alive connections, odd requests, and failures that stay inside."""

import http.client
import socket
from collections.abc import Iterator

import pytest

from simulator.server import Request, Response, Server


def echo(request: Request) -> Response:
    if request.path == "/fail":
        raise RuntimeError("on purpose")
    return Response.json(
        {
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "body": request.body.decode(),
        }
    )


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server(echo, host="127.0.0.1", port=0)
    running.open()
    yield running
    running.close()


@pytest.fixture
def client(server: Server) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(*server.server_address[:2], timeout=5)
    yield connection
    connection.close()


def talk(server: Server, sent: bytes) -> bytes:
    with socket.create_connection(server.server_address[:2], timeout=5) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def test_one_connection_carries_many_requests(client: http.client.HTTPConnection) -> None:
    sockets = set()
    for number in range(3):
        client.request("POST", f"/a%20b?n={number}", body="ü".encode())
        answer = client.getresponse().read().decode()
        sockets.add(id(client.sock))

    assert '"path": "/a b"' in answer
    assert '"query": {"n": "2"}' in answer
    assert '"body": "ü"' in answer
    assert len(sockets) == 1


def test_a_body_may_come_in_chunks(client: http.client.HTTPConnection) -> None:
    client.request("POST", "/", body=iter([b"one ", b"two"]), encode_chunked=True)

    assert '"body": "one two"' in client.getresponse().read().decode()


def test_a_client_may_ask_before_it_sends_its_body(server: Server) -> None:
    answer = talk(server, b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi")

    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_who_wants_to_end_is_let_go(server: Server) -> None:
    for request in (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n"):
        assert b"Connection: close" in talk(server, request)


@pytest.mark.parametrize(
    "nonsense",
    [
        b"hello\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(200)) + b"\r\n",
    ],
)
def test_what_is_not_a_request_gets_a_400(server: Server, nonsense: bytes) -> None:
    assert talk(server, nonsense).startswith(b"HTTP/1.1 400 ")


def test_a_failure_inside_is_a_500_and_the_connection_lives_on(
    client: http.client.HTTPConnection,
) -> None:
    client.request("GET", "/fail")
    failed = client.getresponse()
    failed.read()
    client.request("GET", "/")

    assert failed.status == 500
    assert client.getresponse().status == 200


def test_closing_ends_idle_connections(server: Server) -> None:
    with socket.create_connection(server.server_address[:2], timeout=5) as idle:
        idle.sendall(b"GET / HTTP/1.1\r\n\r\n")
        idle.recv(65_536)

        server.close()

        assert idle.recv(1) == b""
