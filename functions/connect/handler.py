"""GET /connect and the files below it: the page on which an owner connects a number."""

from dataclasses import asdict
from typing import Any

from tandem.runtime.connect import site


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """An HTTP API event (payload 2.0) to the page's answer; the route's `proxy` is the file."""
    name = (event.get("pathParameters") or {}).get("proxy", "")
    held = event.get("headers", {}).get("if-none-match", "")
    reply = asdict(site().answer(name, held=held))
    return {"statusCode": reply.pop("status"), **reply}
