"""The Connect page as the stack serves it: files, settings and the headers that guard them.

The files are the folder `connect` of the package `web`. Only names found there when the function
first answers are served, so that no path leads outside.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from urllib.parse import urlsplit

from tandem.runtime.settings import setting

PAGE = "index.html"
SETTINGS = "settings.json"

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml; charset=utf-8",
}


ASK_FIRST = "no-cache"
KEPT = {".svg": "max-age=3600"}
"""Names carry no version: a browser keeps what it has, but asks whether it still holds. Drawings
are asked for by every view and may be an hour old."""


@dataclass(frozen=True, slots=True)
class Document:
    """One text that the page consists of, under a strong entity tag."""

    media_type: str
    caching: str
    body: str
    etag: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back to the browser."""

    status: int
    headers: dict[str, str]
    body: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """Every document of the page by its name, and the policy they are served under."""

    documents: dict[str, Document]
    policy: str

    def answer(self, name: str, *, held: str = "") -> Reply:
        """The document `name` ("" is the page itself); 304 when `held` (If-None-Match) has it."""
        document = self.documents.get(name or PAGE)
        if document is None:
            headers = self._headers("text/plain; charset=utf-8", ASK_FIRST)
            return Reply(404, headers, "There is no such page.")
        headers = self._headers(document.media_type, document.caching) | {"etag": document.etag}
        if _holds(held, document.etag):
            return Reply(304, headers)
        return Reply(200, headers, document.body)

    def _headers(self, media_type: str, caching: str) -> dict[str, str]:
        return {
            "content-type": media_type,
            "cache-control": caching,
            "content-security-policy": self.policy,
            # Meta's window must be able to speak to the page that opened it.
            "cross-origin-opener-policy": "same-origin-allow-popups",
            "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            # The address holds the invitation; Meta is told the origin and no more.
            "referrer-policy": "strict-origin",
            "strict-transport-security": "max-age=63072000",
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
        }


@cache
def site() -> Site:
    """The page of this stack, read once; MissingSetting when the template left one out."""
    facts = {
        "appId": setting("APP_ID"),
        "configurationId": setting("LOGIN_CONFIGURATION_ID"),
        "graphVersion": setting("GRAPH_VERSION"),
        "sdkUrl": setting("SDK_URL"),
        "sdkOrigin": setting("SDK_ORIGIN"),
    }
    documents = dict(read_folder(resources.files("web") / "connect"))
    documents[SETTINGS] = document(SETTINGS, json.dumps(facts))
    return Site(documents, policy_for(facts["sdkUrl"], facts["sdkOrigin"]))


def read_folder(folder: Traversable, prefix: str = "") -> list[tuple[str, Document]]:
    """Every document below `folder` by its path from there. Files of other kinds are left out."""
    found: list[tuple[str, Document]] = []
    for entry in folder.iterdir():
        name = prefix + entry.name
        if entry.is_dir():
            found += read_folder(entry, f"{name}/")
        elif Path(name).suffix in MEDIA_TYPES:
            found.append((name, document(name, entry.read_text(encoding="utf-8"))))
    return found


def document(name: str, body: str) -> Document:
    """`body` under the media type of `name` and a tag of its content."""
    kind = Path(name).suffix
    digest = hashlib.sha256(body.encode()).hexdigest()
    return Document(MEDIA_TYPES[kind], KEPT.get(kind, ASK_FIRST), body, f'"{digest[:32]}"')


def policy_for(sdk_url: str, sdk_origin: str) -> str:
    """The Content-Security-Policy: own files, Meta's SDK, and the frames and calls it makes."""
    sdk, meta = _origin(sdk_url), _family(sdk_origin)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {sdk}",
            "style-src 'self'",
            f"img-src 'self' {meta}",
            f"connect-src 'self' {meta}",
            f"frame-src {meta}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _family(origin: str) -> str:
    """`https://www.example.com` as `https://*.example.com`; any other origin as it is.

    Meta's SDK answers from several hosts of one domain (www, web, graph).
    """
    parts = urlsplit(origin)
    host = parts.netloc
    return f"{parts.scheme}://*.{host[4:]}" if host.startswith("www.") else _origin(origin)


def _holds(held: str, etag: str) -> bool:
    """Whether an If-None-Match header names this tag. A cache on the way may have weakened it."""
    tags = {tag.strip().removeprefix("W/") for tag in held.split(",")}
    return etag in tags or "*" in tags
