"""Meta's webhook: GET proves that the callback is ours, POST is verified, kept and answered."""

import base64
import json
from typing import Any

from tandem.meta.signature import HEADER
from tandem.runtime.webhook import count_refused, reception


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """HTTP API event (payload 2.0) to HTTP answer. An error becomes 500, and Meta sends again."""
    if event["requestContext"]["http"]["method"] == "GET":
        return _greeted(event.get("queryStringParameters") or {})
    return _taken(_bytes(event), event.get("headers", {}).get(HEADER.lower()))


def _greeted(query: dict[str, str]) -> dict[str, Any]:
    challenge = reception().greet(query)
    if challenge is None:
        return _answer(403, {"error": {"code": "not_allowed", "message": "verify token refused"}})
    return {"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": challenge}


def _taken(body: bytes, signature: str | None) -> dict[str, Any]:
    if reception().take(body, signature):
        return _answer(200, {"kept": True})
    count_refused()
    return _answer(401, {"error": {"code": "not_signed", "message": "signature refused"}})


def _bytes(event: dict[str, Any]) -> bytes:
    """The bytes as they came over the wire: a signature covers these and nothing else."""
    body = event.get("body") or ""
    encoded = event.get("isBase64Encoded")
    return base64.b64decode(body) if encoded else body.encode("utf-8", "surrogatepass")


def _answer(status: int, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"content-type": "application/json"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(body)}
