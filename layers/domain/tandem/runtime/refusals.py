"""How a refusal is told over HTTP: the one table from what a caller should do to a status."""

import json
from typing import Any

from tandem.model.errors import (
    Conflict,
    Expired,
    Invalid,
    NotAllowed,
    NotFound,
    Refusal,
    TryAgain,
)

STATUS: dict[type[Exception], int] = {
    Invalid: 400,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Expired: 410,
    TryAgain: 503,
}


def status_of(error: Refusal | TryAgain) -> int:
    """The HTTP status of an error, by the nearest of its kinds in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def refused(error: Refusal | TryAgain, **more: Any) -> dict[str, Any]:
    """The answer of an HTTP API (payload 2.0): {"error": {"code", "message"}} and what helps."""
    code = error.code if isinstance(error, Refusal) else "try_again"
    return answered(status_of(error), {"error": {"code": code, "message": str(error)}, **more})


def answered(status: int, body: Any) -> dict[str, Any]:
    """A JSON answer of an HTTP API (payload 2.0) that nobody on the way may keep."""
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    if status == STATUS[TryAgain]:
        headers["retry-after"] = "2"
    return {"statusCode": status, "headers": headers, "body": json.dumps(body)}
