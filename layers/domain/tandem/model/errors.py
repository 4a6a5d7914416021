"""What can go wrong, named by what the caller should do.

Refusal                 the request stands against a rule; the text says what to do instead
├── Invalid             the request itself is wrong: correct it
├── NotFound            there is no such thing in this tenant
├── Conflict            the state has moved on: read it again
│   └── WindowClosed    the customer has not written for 24 hours: send a template
├── NotAllowed          the token or the invitation does not reach this far
└── Expired             too late or used before: begin again
TryAgain                a passing fault: the same call may be repeated
"""


class Refusal(Exception):
    """A rule says no. `code` is stable and machine-readable; `str()` tells a person what to do."""

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class Invalid(Refusal):
    code = "invalid"


class Unstorable(Invalid):
    code = "unstorable"


class NotFound(Refusal):
    code = "not_found"


class Conflict(Refusal):
    code = "conflict"


class WindowClosed(Conflict):
    code = "window_closed"


class NotAllowed(Refusal):
    code = "not_allowed"


class Expired(Refusal):
    code = "expired"


class TryAgain(Exception):
    """A passing fault; nothing was decided and the same call may be repeated."""
