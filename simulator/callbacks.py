"""The way out to the receiver: the handshake, and signed POSTs on kept-alive connections."""

import http.client
import secrets
from typing import Self
from urllib.parse import SplitResult, urlencode, urlsplit

USER_AGENT = "facebookexternalua"
SCHEMES = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}


class Callbacks:
    """One sender's connections. Not shared between threads."""

    def __init__(self, *, timeout_s: float = 10.0) -> None:
        self._timeout_s = timeout_s
        self._open: dict[tuple[str, str], http.client.HTTPConnection] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._open.values():
            connection.close()

    def deliver(self, url: str, body: bytes, signature: str) -> int:
        """POST a webhook. The status, or 0 when there was no answer in time."""
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature}
        return self.post(url, body, headers)

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """POST with exactly these headers. The status, or 0 when there was no answer in time."""
        try:
            return self._request("POST", url, body, headers)[0]
        except (OSError, http.client.HTTPException):
            return 0

    def verify(self, url: str, verify_token: str) -> str | None:
        """The GET handshake. None when it succeeded, else why it did not."""
        challenge = str(secrets.randbelow(10**9) + 10**9)
        question = urlencode(
            {
                "hub.mode": "subscribe",
                "hub.challenge": challenge,
                "hub.verify_token": verify_token,
            }
        )
        try:
            status, answer = self._request("GET", f"{url}?{question}", b"", {})
        except (OSError, http.client.HTTPException, ValueError) as problem:
            return f"the callback could not be reached: {problem}"
        if status != 200:
            return f"the callback answered {status} instead of 200"
        if answer.decode("latin-1").strip() != challenge:
            return "the callback answered something else than the challenge"
        return None

    def _request(
        self, method: str, url: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        where = urlsplit(url)
        target = where.path or "/"
        if where.query:
            target += f"?{where.query}"
        everything = {"Host": where.netloc, "User-Agent": USER_AGENT, **headers}
        connection, reused = self._connection(where)
        try:
            return _exchange(connection, method, target, body, everything)
        except (OSError, http.client.HTTPException) as problem:
            connection.close()
            if not reused or isinstance(problem, TimeoutError):
                raise
        try:  # an idle connection had been closed by the other side: once more on a fresh one
            return _exchange(connection, method, target, body, everything)
        except (OSError, http.client.HTTPException):
            connection.close()
            raise

    def _connection(self, where: SplitResult) -> tuple[http.client.HTTPConnection, bool]:
        key = (where.scheme, where.netloc)
        if key in self._open:
            return self._open[key], self._open[key].sock is not None
        if where.scheme not in SCHEMES or not where.hostname:
            raise ValueError(f"not a callback address: {where.geturl()}")
        made = SCHEMES[where.scheme](
            address_of(where.hostname), where.port, timeout=self._timeout_s
        )
        self._open[key] = made
        return made, False


def _exchange(
    connection: http.client.HTTPConnection,
    method: str,
    target: str,
    body: bytes,
    headers: dict[str, str],
) -> tuple[int, bytes]:
    connection.request(method, target, body=body or None, headers=headers)
    response = connection.getresponse()
    return response.status, response.read()


def address_of(hostname: str) -> str:
    """`*.localhost` is this machine (RFC 6761), also where the resolver does not know it."""
    if hostname == "localhost" or hostname.endswith(".localhost"):
        return "127.0.0.1"
    return hostname
