"""What a request asks: on whose behalf, which page, with what body. Anything odd is Invalid."""

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from aws_lambda_powertools.event_handler.api_gateway import Router
from pydantic import BaseModel, ValidationError

from tandem.model.errors import Invalid, NotAllowed

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 100
LONGEST_CURSOR = 2000
LONGEST_KEY = 200


def new_router() -> Router:
    return Router()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the authorizer's word, the only place that a tenant's name comes from."""

    tenant: str
    key: str


def caller(router: Router) -> Caller:
    context = router.current_event.raw_event["requestContext"]
    told = (context.get("authorizer") or {}).get("lambda") or {}
    if not told.get("tenant"):
        raise NotAllowed("this needs an API key: Authorization: Bearer tdm_…", code="no_key")
    return Caller(told["tenant"], told.get("key", ""))


def asked_page(router: Router) -> tuple[int, str | None]:
    """`?limit` (1 to 100) and `?cursor`."""
    asked = router.current_event.query_string_parameters or {}
    limit = asked.get("limit", str(DEFAULT_LIMIT))
    if not (limit.isascii() and limit.isdecimal() and len(limit) <= 3):
        raise Invalid(f"limit is a number from 1 to {LARGEST_LIMIT}")
    if not 1 <= int(limit) <= LARGEST_LIMIT:
        raise Invalid(f"limit is a number from 1 to {LARGEST_LIMIT}")
    cursor = asked.get("cursor") or None
    if cursor is not None and not (cursor.isascii() and len(cursor) <= LONGEST_CURSOR):
        raise Invalid("this cursor is not one of ours: start again without it")
    return int(limit), cursor


def flag(router: Router, name: str) -> bool:
    """A query parameter that is `true` or `false`; false when it is not there."""
    asked = parameter(router, name, "false")
    if asked not in ("true", "false"):
        raise Invalid(f"{name} is true or false")
    return asked == "true"


def idempotency_key(router: Router) -> str | None:
    """The header `Idempotency-Key`; None without one."""
    key = router.current_event.headers.get("idempotency-key")
    if key is None:
        return None
    if not (key.isascii() and key.isprintable() and 1 <= len(key) <= LONGEST_KEY):
        raise Invalid(f"Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters")
    return key


def body[Body: BaseModel](router: Router, model: type[Body]) -> Body:
    """The request's body as `model` describes it; an absent body is an empty object."""
    try:
        return model.model_validate(_json(router))
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "body"
        more = f" ({wrong.error_count() - 1} more)" if wrong.error_count() > 1 else ""
        raise Invalid(f"{place}: {first['msg']}{more}") from None


def text(router: Router, *, kind: str) -> str:
    """The body as it is, which must say that it is of this media type."""
    given = router.current_event.headers.get("content-type", "")
    if given.partition(";")[0].strip().lower() != kind:
        raise Invalid(f"the body is sent as Content-Type: {kind}")
    try:
        return router.current_event.decoded_body or ""
    except ValueError:
        raise Invalid("the body is not UTF-8") from None


def parameter(router: Router, name: str, default: str | None = None) -> str:
    """A query parameter; Invalid where there must be one."""
    given = (router.current_event.query_string_parameters or {}).get(name) or default
    if given is None:
        raise Invalid(f"?{name}= is needed")
    return given


def _json(router: Router) -> Any:
    try:
        text = router.current_event.decoded_body
        value = json.loads(text, parse_constant=_no_number) if text else {}
        # Half a surrogate pair is JSON, but it is no text that anybody could store or send.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Invalid("the body is not JSON") from None
    return value


def _no_number(constant: str) -> NoReturn:
    raise ValueError(constant)
