"""The message templates every account starts with, and what a send must hold against one."""

import re
from typing import Any

from simulator.errors import MetaError
from simulator.world import Account, Template, World

BLANK = re.compile(r"\{\{[^}]+\}\}")
NOT_SENDABLE = {"PAUSED": 132015, "DISABLED": 132016}

# name, language, category, status, body, and optionally a header and quick replies
_SHELF: tuple[tuple[Any, ...], ...] = (
    ("hello_world", "en_US", "UTILITY", "APPROVED", "Welcome! This is a first message.", None, ()),
    (
        *("order_ready", "en_US", "UTILITY", "APPROVED"),
        *("Hello {{1}}, your order {{2}} is ready for pick-up.", None, ()),
    ),
    (
        *("order_ready", "es", "UTILITY", "APPROVED"),
        *("Hola {{1}}, tu pedido {{2}} está listo.", None, ()),
    ),
    (
        *("spring_offer", "en_US", "MARKETING", "APPROVED"),
        *("{{1}}, this week everything blue is 20 % off.", "Something new", ("Show me", "Stop")),
    ),
    (
        *("picture_of_the_week", "en_US", "MARKETING", "APPROVED"),
        *("Have a look, {{1}}!", "IMAGE", ()),
    ),
    (
        *("login_code", "en_US", "AUTHENTICATION", "APPROVED"),
        *("{{1}} is your verification code.", None, ()),
    ),
    ("spring_sale", "en_US", "MARKETING", "PAUSED", "Sale at {{1}}!", None, ()),
    ("summer_sale", "en_US", "MARKETING", "DISABLED", "Sale at {{1}}!", None, ()),
    ("autumn_sale", "en_US", "MARKETING", "PENDING", "Sale at {{1}}!", None, ()),
)


def shelf(world: World) -> list[Template]:
    """A few templates: approved ones of each category, one in each state that cannot be sent."""
    return [
        Template(
            template_id=world.new_id("template", 16),
            name=name,
            language=language,
            category=category,
            status=status,
            components=list(_components(body, header, replies)),
        )
        for name, language, category, status, body, header, replies in _SHELF
    ]


def _components(body: str, header: str | None, replies: tuple[str, ...]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    if header in ("IMAGE", "VIDEO", "DOCUMENT"):
        parts.append({"type": "HEADER", "format": header})
    elif header:
        parts.append({"type": "HEADER", "format": "TEXT", "text": header})
    parts.append({"type": "BODY", "text": body})
    if replies:
        buttons = [{"type": "QUICK_REPLY", "text": reply} for reply in replies]
        parts.append({"type": "BUTTONS", "buttons": buttons})
    return parts


def sendable(account: Account, sent: dict[str, Any]) -> Template:
    """The template that `sent` (the `template` object of a send) means. Raises MetaError."""
    name = sent.get("name")
    language = (sent.get("language") or {}).get("code")
    if not name or not language:
        raise MetaError(131008, "template needs name and language.code")
    found = next(
        (t for t in account.templates if (t.name, t.language) == (name, language)),
        None,
    )
    if found is not None and found.status in NOT_SENDABLE:
        raise MetaError(NOT_SENDABLE[found.status])
    if found is None or found.status != "APPROVED":
        raise MetaError(132001, f"template {name} in {language}")
    _check_parameters(found, sent.get("components") or [])
    return found


def _check_parameters(template: Template, components: list[dict[str, Any]]) -> None:
    given = {str(part.get("type", "")).lower(): part.get("parameters") or [] for part in components}
    for part in template.components:
        kind = part["type"].lower()
        if kind == "buttons":
            continue
        expected = 1 if part.get("format", "TEXT") != "TEXT" else len(BLANK.findall(part["text"]))
        actual = len(given.get(kind, []))
        if actual != expected:
            raise MetaError(132000, f"{kind}: {actual} parameters given, {expected} expected")
