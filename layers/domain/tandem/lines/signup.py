"""What the sign-up window says, read without trusting it: its shape is Meta's and changes.

wire: Meta, "Embedded Signup: session logging" — `data.waba_id` comes with a connected app number,
`data.phone_number_id` often does not.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tandem.lines.invitation import Invitation
from tandem.model.events import JsonObject

_LONGEST_ID = 32


@dataclass(frozen=True, slots=True)
class SignUp:
    """What the Connect page hands over: the invitation, Meta's code, what the owner confirmed."""

    invitation: str
    code: str
    waba: str | None = None
    line: str | None = None
    accepted: JsonObject = field(default_factory=dict)


def claims(session_info: object) -> tuple[str | None, str | None]:
    """The WABA and the phone_number_id that a session message names, each None when it does not.

    Takes the object or its JSON text; anything else claims nothing.
    """
    message = _object(session_info)
    data = _object(message.get("data", message))
    return _id(data.get("waba_id")), _id(data.get("phone_number_id"))


def onboarding_id(invitation: Invitation, code: str) -> str:
    """The id of the onboarding that this code begins: an impatient browser begins only one."""
    return hashlib.sha256(f"{invitation.id}\n{code}".encode()).hexdigest()[:24]


def _object(value: object) -> Mapping[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, Mapping) else {}


def _id(value: object) -> str | None:
    """An id of Meta's: digits only, because it becomes part of an address."""
    text = str(value) if isinstance(value, (str, int)) else ""
    return text if text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID else None
