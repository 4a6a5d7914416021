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
    RefusedByMeta,
    TooFast,
    TryAgain,
)

STATUS: dict[type[Exception], int] = {
    Invalid: 400,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Expired: 410,
    RefusedByMeta: 422,
    Refusal: 409,
    TooFast: 429,
    TryAgain: 503,
}
"""The nearest of an error's kinds decides."""


def status_of(error: Refusal | TryAgain) -> int:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def told(error: Refusal | TryAgain) -> dict[str, Any]:
    """An error as its caller reads it: a code for machines, a message that says what to do."""
    said: dict[str, Any] = {"code": error.code, "message": str(error)}
    if isinstance(error, RefusedByMeta):
        said["meta_code"] = error.number
    return said


def refused(error: Refusal | TryAgain, **more: Any) -> dict[str, Any]:
    """The answer of an HTTP API (payload 2.0): {"error": {"code", "message"}} and what helps."""
    answer = answered(status_of(error), {"error": told(error), **more})
    if isinstance(error, TryAgain):
        answer["headers"]["retry-after"] = str(error.wait)
    return answer


def answered(status: int, body: Any) -> dict[str, Any]:
    """A JSON answer of an HTTP API (payload 2.0) that nobody on the way may keep."""
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(body)}
