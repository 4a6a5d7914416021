"""What can go wrong, named by what the caller should do.

Refusal                 the request stands against a rule; the text says what to do instead
├── Invalid             the request itself is wrong: correct it
├── NotFound            there is no such thing in this tenant
├── Conflict            the state has moved on: read it again
│   └── WindowClosed    the customer has not written for 24 hours: send a template
├── NotAllowed          the token or the invitation does not reach this far
├── Expired             too late or used before: begin again
└── RefusedByMeta       Meta will not do it: the text says what to change
TryAgain                a passing fault: the same call may be repeated
└── TooFast             the line's messages per second are used up: repeat it a little later
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


class RefusedByMeta(Refusal):
    """Meta's own no. `number` is its error code, None when it gave none."""

    code = "refused_by_meta"

    def __init__(self, message: str, *, number: int | None) -> None:
        super().__init__(message)
        self.number = number


class TryAgain(Exception):
    """A passing fault; nothing was decided, the same call may be repeated after `wait` seconds."""

    code = "try_again"

    def __init__(self, message: str, *, wait: int = 2) -> None:
        super().__init__(message)
        self.wait = wait


class TooFast(TryAgain):
    """Not a fault: there is a limit, and it was reached."""

    code = "too_fast"
