"""Invitations: who may attach a number, to which tenant, until when.

An invitation is a text that carries its own proof: `<claims>.<signature>`, both base64url. The
signature is HMAC-SHA256 under the stack's invitation key, so nothing is stored until one is used.
"""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass

from tandem.model.errors import Expired, NotAllowed

_PURPOSE = b"tandem invitation 1\n"
"""Signed along, so that a signature made for anything else is no invitation."""

_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Invitation:
    """The right to connect a number to `tenant` until `expires_at` (unix seconds)."""

    id: str
    tenant: str
    expires_at: int


def invite(tenant: str, *, expires_at: int) -> Invitation:
    """A new invitation with an id of its own."""
    return Invitation(secrets.token_urlsafe(9), tenant, expires_at)


def sealed(invitation: Invitation, key: str) -> str:
    """The text of an invitation, for a link."""
    claims = json.dumps(asdict(invitation), separators=(",", ":")).encode()
    return f"{_text(claims)}.{_text(_signature(claims, key))}"


def opened(text: str, key: str) -> Invitation:
    """The invitation in a text, expired or not. Raises NotAllowed unless this key signed it."""
    claims, _, signature = text.partition(".") if len(text) <= _LONGEST else ("", "", "")
    try:
        signed, proof = _bytes(claims), _bytes(signature)
    except ValueError as error:
        raise _not_ours() from error
    if not hmac.compare_digest(proof, _signature(signed, key)):
        raise _not_ours()
    return Invitation(**json.loads(signed))


def current(text: str, key: str, *, now: int) -> Invitation:
    """The invitation in a text; Expired when its time is over, NotAllowed if it is forged."""
    invitation = opened(text, key)
    if now >= invitation.expires_at:
        raise Expired("this invitation has expired: ask for a new link", code="invitation_expired")
    return invitation


def used() -> Expired:
    """The refusal of an invitation that has already connected a number."""
    return Expired(
        "this invitation has already connected a number: ask for a new link",
        code="invitation_used",
    )


def _not_ours() -> NotAllowed:
    return NotAllowed(
        "this invitation is not valid: open the whole link, or ask for a new one",
        code="invitation_invalid",
    )


def _signature(claims: bytes, key: str) -> bytes:
    return hmac.digest(key.encode(), _PURPOSE + claims, hashlib.sha256)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    """Raises ValueError for whatever `_text` would not have written: one meaning, one text."""
    content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _text(content) != text:
        raise ValueError("not the canonical spelling")
    return content
