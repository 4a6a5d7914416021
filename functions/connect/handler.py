"""GET /connect and the files below it: the page on which an owner connects a number."""

import json
from typing import Any

from tandem.runtime.connect import site


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """An HTTP API event (payload 2.0) to the page's answer; the route's `proxy` is the file."""
    name = (event.get("pathParameters") or {}).get("proxy", "")
    reply = site().answer(name, held=event.get("headers", {}).get("if-none-match", ""))
    # A plain line: a browser asks for all files at once, and each may wait for a cold start.
    served = name if reply.status < 400 else None
    print(json.dumps({"message": "answered", "status": reply.status, "document": served}))
    return {"statusCode": reply.status, "headers": reply.headers, "body": reply.body}
