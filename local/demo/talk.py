"""Talking to the two ends: Tandem's API as a client does, the stand-in for Meta by its controls."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import requests

from local.stack import Endpoints

Json = dict[str, Any]
TIMEOUT = 60


class Unexpected(RuntimeError):
    """An end answered something that the story has no place for."""


class Tandem:
    """Tandem as its clients see it: the API with a key, the onboarding with an invitation."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._session = requests.Session()
        self._session.headers["authorization"] = f"Bearer {endpoints.api_key}"

    def get(self, path: str, **query: Any) -> Json:
        return _answer(self._session.get(self._url(path), params=query, timeout=TIMEOUT))

    def post(self, path: str, body: Json) -> Json:
        return _answer(self._session.post(self._url(path), json=body, timeout=TIMEOUT))

    def every(self, path: str) -> Iterator[Json]:
        """Every item of a list, page by page."""
        query: Json = {"limit": 100}
        while True:
            page = self.get(path, **query)
            yield from page["items"]
            if page["next"] is None:
                return
            query["cursor"] = page["next"]

    def onboard(self, code: str, session_info: Json) -> Json:
        """What the Connect page posts once the owner has confirmed and signed up."""
        body = {
            "invitation": self._endpoints.invitation,
            "code": code,
            "session_info": session_info,
            "accepted": {"version": "demo", "at": int(time.time())},
        }
        url = self._endpoints.onboarding_url
        return _answer(requests.post(url, json=body, timeout=TIMEOUT))

    def onboarding(self, onboarding: str) -> Json:
        url = f"{self._endpoints.onboarding_url}/{onboarding}"
        query = {"invitation": self._endpoints.invitation}
        return _answer(requests.get(url, params=query, timeout=TIMEOUT))

    def _url(self, path: str) -> str:
        return f"{self._endpoints.api_url.rstrip('/')}/{path.lstrip('/')}"


class Meta:
    """The stand-in for Meta: the owner's phone, the customers, and the truth about both."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._root = f"{endpoints.simulator_url}/_sim"
        self._session = requests.Session()

    def ask(self, method: str, path: str, **body: Any) -> Json:
        url = f"{self._root}/{path.lstrip('/')}"
        return _answer(self._session.request(method, url, json=body, timeout=TIMEOUT))

    def truth(self, line: str) -> Json:
        query = {"phone_number_id": line}
        return _answer(self._session.get(f"{self._root}/truth", params=query, timeout=TIMEOUT))

    def waiting(self) -> int:
        """Webhooks that were not acknowledged yet."""
        counts = self.ask("GET", "deliveries")
        return int(counts["queued"] + counts["in_flight"])


def until(ready: Callable[[], bool], *, seconds: float, what: str, pause: float = 0.25) -> None:
    """Wait until something holds; Unexpected, naming `what`, when it does not within `seconds`."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise Unexpected(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(pause)


def _answer(response: requests.Response) -> Json:
    if not response.ok:
        raise Unexpected(
            f"{response.request.method} {response.url.split('?')[0]}: "
            f"HTTP {response.status_code} {response.text[:400]}"
        )
    answer: Json = response.json()
    return answer
