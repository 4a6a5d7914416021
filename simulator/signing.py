"""The bytes of a webhook, and the signature over exactly those bytes (wire §5)."""

import hashlib
import hmac
import json
from typing import Any


def encode(body: Any) -> bytes:
    """JSON as Meta writes it: all above U+007F as lower-case \\uXXXX, `/` and `@` escaped too."""
    text = json.dumps(body, ensure_ascii=True, separators=(",", ":"))
    return text.replace("/", "\\/").replace("@", "\\u0040").encode("ascii")


def signature(secret: str, body: bytes) -> str:
    """The value of `X-Hub-Signature-256`."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
