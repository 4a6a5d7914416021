"""Who may call the API: a key in, a tenant out.

The tenant of a request comes from here and from nowhere else. API Gateway remembers a decision for
a minute; nothing is remembered here, so a minute is the longest that a revoked key still opens.
"""

import json
from typing import Any

from tandem.runtime.api_keys import holder

SCHEME = "bearer"

Event = dict[str, Any]


def handler(event: Event, _context: object) -> Event:
    """The answer of a REQUEST authorizer with simple responses (payload 2.0)."""
    # The same hashing and the same read for every credential, so that time tells nothing.
    known = holder(_credential(event))
    decision = {"authorized": known is not None, "tenant": known.tenant if known else None}
    print(json.dumps({"level": "INFO", "message": "authorizer", **decision}))
    if known is None:
        return {"isAuthorized": False}
    return {"isAuthorized": True, "context": {"tenant": known.tenant, "key": known.name}}


def _credential(event: Event) -> str:
    """The token of `Authorization: Bearer …`; empty, which is nobody's key, for anything else."""
    headers = event.get("headers") or {}
    scheme, _, token = str(headers.get("authorization", "")).strip().partition(" ")
    return token.strip() if scheme.lower() == SCHEME else ""
