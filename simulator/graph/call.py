"""What arrives at Graph: parameters from the query, a form, JSON or multipart, in one mapping."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from simulator.errors import MetaError
from simulator.server import Request
from simulator.world import Token

SECRETS = frozenset(
    {
        *("access_token", "appsecret_proof", "client_secret", "code"),
        *("input_token", "verify_token", "pin", "file"),
    }
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart form."""

    filename: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One Graph call, its sender known."""

    method: str
    params: Mapping[str, Any]
    token: Token | None = None

    def text(self, name: str) -> str:
        """A parameter that must be there. Raises MetaError 100."""
        value = self.params.get(name)
        if value in (None, ""):
            raise MetaError(100, f"the parameter {name} is required")
        return str(value)

    def limit(self, default: int) -> int:
        try:
            return max(1, int(self.params.get("limit", default)))
        except ValueError as problem:
            raise MetaError(100, "limit must be a number") from problem


def params_of(request: Request) -> dict[str, Any]:
    """Raises MetaError when the body is not what its content type says."""
    params: dict[str, Any] = dict(request.query)
    if not request.body:
        return params
    if request.content_type == "multipart/form-data":
        return params | _multipart(request)
    if request.content_type == "application/x-www-form-urlencoded":
        return params | dict(parse_qsl(request.body.decode("utf-8", "replace")))
    try:
        body = request.json()
    except ValueError as problem:
        raise MetaError(100, "the body is not JSON") from problem
    if not isinstance(body, dict):
        raise MetaError(100, "the body is not a JSON object")
    return params | body


def bearer_of(request: Request, params: Mapping[str, Any]) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else str(params.get("access_token", ""))


def without_secrets(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name not in SECRETS}


def _multipart(request: Request) -> dict[str, Any]:
    found = re.search(r'boundary="?([^";]+)"?', request.headers.get("content-type", ""))
    if found is None:
        raise MetaError(100, "multipart without a boundary")
    fence = b"\r\n--" + found.group(1).encode()
    params: dict[str, Any] = {}
    for part in (b"\r\n" + request.body).split(fence)[1:]:
        head, blank, content = part.partition(b"\r\n\r\n")
        if not blank:
            continue  # what follows the last boundary
        headers = head.decode("utf-8", "replace")
        name = _quoted("name", headers)
        filename = _quoted("filename", headers)
        if filename is None:
            params[name or ""] = content.decode("utf-8", "replace")
        else:
            kind = re.search(r"(?im)^content-type:\s*([^;\s]+)", headers)
            mime_type = kind.group(1).lower() if kind else "application/octet-stream"
            params[name or ""] = Upload(filename, mime_type, content)
    return params


def _quoted(name: str, headers: str) -> str | None:
    found = re.search(rf'[;\s]{name}="([^"]*)"', headers)
    return found.group(1) if found else None
