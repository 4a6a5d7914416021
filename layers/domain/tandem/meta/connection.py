"""One call to Graph: the token on it, its outcome in the families of `tandem.meta.errors`.

Secrets and tokens never stand in an error: a fault's own text holds the address with its query.
"""

import hashlib
import hmac
import ssl
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import NewConnectionError

from tandem.meta.errors import GraphFailure, NotSent, Passing, Reason, Unanswered, graph_error
from tandem.meta.wire import Json, mapping
from tandem.model.errors import Invalid

_PIECE = 64 * 1024
_MOST_REDIRECTS = 3
_MEDIA_HOSTS = ("facebook.com", "fbsbx.com", "fbcdn.net", "whatsapp.net")


class Connection:
    """Calls under one Graph address and version, over one kept-alive session."""

    def __init__(
        self,
        url: str,
        version: str,
        token: str,
        *,
        session: requests.Session,
        timeout: tuple[float, float],
        app_secret: str | None,
    ) -> None:
        self._url = url.rstrip("/")
        self._base = f"{self._url}/{version}"
        self._token = token
        self._session = session
        self._timeout = timeout
        self._proof: dict[str, str] = {}
        if app_secret and token:
            proof = hmac.digest(app_secret.encode(), token.encode(), hashlib.sha256)
            self._proof = {"appsecret_proof": proof.hex()}

    def close(self) -> None:
        """Let the kept-alive connections go."""
        self._session.close()

    def get(self, path: str, query: Mapping[str, str], *, anonymous: bool = False) -> Json:
        """A GET, tried once more after a fault that passes."""
        try:
            return self.ask("GET", path, query=query, anonymous=anonymous)
        except (NotSent, Unanswered, Passing):
            return self.ask("GET", path, query=query, anonymous=anonymous)

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Json:
        """A POST, once. `Unanswered` means that it may have been accepted."""
        return self.ask("POST", path, body=body)

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        anonymous: bool = False,
    ) -> Json:
        """One call, once; `anonymous` leaves our token out. Gives the answer's object."""
        params = {**(query or {}), **({} if anonymous else self._proof)}
        token = "" if anonymous else self._token
        with self._call(
            method, f"{self._base}/{path}", token, params=params, json=body
        ) as response:
            answer = _json(response)
            if response.status_code >= 400 or "error" in answer:
                raise _failure(response)
            if not 200 <= response.status_code < 300 or not answer:
                raise Unanswered(f"HTTP {response.status_code} without an answer")
            return answer

    def download(self, url: str) -> Iterator[bytes]:
        """The bytes behind an address, in pieces. The token goes to Meta's hosts and Graph only."""
        for _ in range(_MOST_REDIRECTS + 1):
            if not self._trusted(url):
                raise Invalid("a file is only fetched from Meta's own hosts")
            with self._call("GET", url, self._token, stream=True) as response:
                if response.is_redirect:
                    url = urljoin(url, response.headers["Location"])
                    continue
                if response.status_code != 200:
                    raise _failure(response)
                try:
                    yield from response.iter_content(_PIECE)
                except requests.RequestException as cut:
                    raise Unanswered(f"the file was cut ({type(cut).__name__})") from None
                return
        raise Unanswered("the file's address leads nowhere")

    def _call(self, method: str, url: str, token: str, **how: Any) -> requests.Response:
        try:
            return self._session.request(
                method,
                url,
                auth=_Bearer(token),
                timeout=self._timeout,
                allow_redirects=False,
                **how,
            )
        except requests.RequestException as fault:
            raise _broken(fault) from None

    def _trusted(self, url: str) -> bool:
        asked, own = urlsplit(url), urlsplit(self._url)
        if (asked.scheme, asked.netloc) == (own.scheme, own.netloc):
            return True
        host = asked.hostname or ""
        return asked.scheme == "https" and any(
            host == known or host.endswith(f".{known}") for known in _MEDIA_HOSTS
        )


class _Bearer(requests.auth.AuthBase):
    """Puts the token on a request itself, so that no netrc file ever puts another there."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _broken(fault: requests.RequestException) -> GraphFailure:
    """Whether the request can have reached Meta when its connection failed."""
    name = type(fault).__name__
    cause = getattr(fault.args[0], "reason", None) if fault.args else None
    never_open = isinstance(fault, requests.ConnectTimeout | requests.exceptions.ProxyError)
    refused = isinstance(cause, NewConnectionError)
    if never_open or refused or _certificate_refused(fault):
        return NotSent(f"no connection to Graph ({name})")
    return Unanswered(f"no answer from Graph ({name})")


def _certificate_refused(fault: BaseException) -> bool:
    """Whether TLS failed on the certificate: that is before anything is written."""
    seen: BaseException | None = fault
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _failure(response: requests.Response) -> GraphFailure:
    """The family of an answer that is not a success."""
    error = _json(response).get("error")
    if isinstance(error, dict):
        return graph_error(Reason.of(error, response.status_code))
    if response.status_code >= 500:
        return Unanswered(f"HTTP {response.status_code} without an error")
    return graph_error(Reason(title=f"HTTP {response.status_code}", http=response.status_code))


def _json(response: requests.Response) -> Json:
    try:
        return mapping(response.json())
    except requests.JSONDecodeError:
        return {}
