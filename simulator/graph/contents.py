"""What each type of outgoing message must hold. A check raises MetaError or says nothing."""

from collections.abc import Callable
from typing import Any

from simulator.errors import MetaError

LONGEST_TEXT = 4_096
INTERACTIVE = frozenset(
    {
        *("button", "list", "cta_url", "flow", "product", "product_list", "catalog_message"),
        *("location_request_message", "address_message", "carousel", "call_permission_request"),
        *("voice_call", "request_contact_info"),
    }
)


def _object(kind: str, body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise MetaError(131008, f"{kind} is required")
    return body


def _text(body: Any) -> None:
    words = _object("text", body).get("body")
    if not isinstance(words, str) or not words:
        raise MetaError(131008, "text.body is required")
    if len(words) > LONGEST_TEXT:
        raise MetaError(100, f"text.body is at most {LONGEST_TEXT} characters")


def _media(kind: str) -> Callable[[Any], None]:
    def check(body: Any) -> None:
        given = _object(kind, body)
        if not (given.get("id") or given.get("link")):
            raise MetaError(131008, f"{kind} needs an id or a link")

    return check


def _location(body: Any) -> None:
    given = _object("location", body)
    try:
        latitude, longitude = float(given["latitude"]), float(given["longitude"])
    except (KeyError, TypeError, ValueError) as problem:
        raise MetaError(131008, "location needs latitude and longitude") from problem
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise MetaError(131009, "location is not on Earth")


def _contacts(body: Any) -> None:
    if not isinstance(body, list) or not body:
        raise MetaError(131008, "contacts is required")
    if not all(isinstance(c, dict) and (c.get("name") or {}).get("formatted_name") for c in body):
        raise MetaError(131008, "each contact needs name.formatted_name")


def _reaction(body: Any) -> None:
    given = _object("reaction", body)
    if not given.get("message_id"):
        raise MetaError(131008, "reaction.message_id is required")


def _interactive(body: Any) -> None:
    given = _object("interactive", body)
    kind, action = given.get("type"), given.get("action") or {}
    if kind not in INTERACTIVE:
        raise MetaError(131009, f"interactive.type must be one of {', '.join(sorted(INTERACTIVE))}")
    if kind == "button":
        _titles("buttons", [b.get("reply") or {} for b in action.get("buttons") or []], 3, 20)
    if kind == "list":
        sections = action.get("sections") or []
        _titles("rows", [row for part in sections for row in part.get("rows") or []], 10, 24)


def _titles(what: str, items: list[dict[str, Any]], most: int, longest: int) -> None:
    if not 1 <= len(items) <= most:
        raise MetaError(131009, f"between 1 and {most} {what}")
    if any(not 1 <= len(str(item.get("title", ""))) <= longest for item in items):
        raise MetaError(131009, f"each title of {what} has 1 to {longest} characters")


CHECKS: dict[str, Callable[[Any], None]] = {
    "text": _text,
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "interactive": _interactive,
    **{kind: _media(kind) for kind in ("image", "audio", "video", "document", "sticker")},
}
