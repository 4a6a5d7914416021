"""Signing and verifying webhook bodies. Lean imports: a cold webhook waits for this module.

wire: Meta, "Create a webhook endpoint": `X-Hub-Signature-256` is HMAC-SHA256 of the raw bytes,
keyed with the app secret. Never decode or re-serialise a body before it has been verified.
"""

import hmac
from collections.abc import Sequence

HEADER = "X-Hub-Signature-256"


def signed(body: bytes, secret: str) -> str:
    """The header's value for this body: `sha256=` and 64 hex digits."""
    return "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()


def verified(body: bytes, header: str | None, secrets: Sequence[str]) -> bool:
    """Whether one of the secrets signed exactly these bytes.

    Every secret is tried whatever the others gave, each in constant time, so that timing tells
    neither how close a guess was nor which secret is in use. Empty secrets sign nothing.
    """
    given = (header or "").strip().encode("utf-8", "replace")
    matches = 0
    for secret in secrets:
        if secret:
            matches |= hmac.compare_digest(signed(body, secret).encode(), given)
    return bool(matches)
