"""The GET by which Meta asks whether a callback URL is ours."""

import hmac
from collections.abc import Mapping


def challenge(query: Mapping[str, str], verify_token: str) -> str | None:
    """What to answer with 200, or None when the request must be refused.

    wire: Meta, "Create a webhook endpoint": `hub.mode=subscribe`, `hub.verify_token`,
    `hub.challenge`. An empty verify token matches nobody.
    """
    given = (query.get("hub.verify_token") or "").encode("utf-8", "replace")
    if not verify_token or not hmac.compare_digest(given, verify_token.encode()):
        return None
    return query.get("hub.challenge") if query.get("hub.mode") == "subscribe" else None
