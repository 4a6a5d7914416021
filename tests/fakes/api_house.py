"""The api function between two tenants and one table: events in, answers out."""

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from functions.api import handler as api_function
from functions.api.routes import (
    broadcasts,
    contacts,
    conversations,
    imports,
    kept,
    lines,
    lists,
    rates,
    segments,
    series,
    templates,
)
from tandem.broadcasts.templates.known_templates import KnownTemplates
from tandem.broadcasts.templates.previewing import Previewing
from tandem.insights.rate_cards import Pricing
from tandem.store.happenings import Happenings
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, NOW, TENANT, WABA, template_of
from tests.fakes.crashing import CrashingTable
from tests.fakes.front_desk import FrontDesk
from tests.fakes.template_lists import FakeLists

OTHER_LINE = "206540352242922"

HELLO = {"type": "text", "text": "Hello"}
TEMPLATE = {"type": "template", "template": {"name": "order_ready", "language": "en_US"}}
BROADCAST = {
    "line": LINE,
    "name": "Spring",
    "template": {"name": "spring_offer", "language": "en_US"},
    "audience": {"people": [{"phone": "+1 555 010 0001", "values": {"body.1": "Ana"}}]},
    "approve": True,
}
PREVIEW = {
    "name": "spring_offer",
    "language": "en_US",
    "fill": {"body.1": {"field": "name", "fallback": "friend"}},
    "contacts": [{"phone": "+1 555 010 0001"}],
}


SERIES = {
    "line": LINE,
    "name": "Monday",
    "template": {"name": "spring_offer", "language": "en_US"},
    "fill": {"body.1": {"field": "name", "fallback": "friend"}},
    "audience": {"segment": "tag = secret"},
    "rule": {
        "every": "week",
        "on": ["monday"],
        "at": "09:00",
        "zone": "Europe/Berlin",
        "since": "2026-10-01",
    },
    "approve_within": {"at_most_people": 100, "at_most_cost": "5.00", "currency": "USD"},
}

ROUTES: list[tuple[str, str, object]] = [
    ("GET", "/v1/lines", None),
    ("GET", "/v1/lines/{line}", None),
    ("PATCH", "/v1/lines/{line}", {"marketing_messages": "on"}),
    ("GET", "/v1/lines/{line}/timeline", None),
    ("GET", "/v1/lines/{line}/sync", None),
    ("GET", "/v1/lines/{line}/certificate", None),
    ("GET", "/v1/lines/{line}/certificate.html", None),
    ("GET", "/v1/lines/{line}/support", None),
    ("GET", "/v1/lines/{line}/conversations", None),
    ("POST", "/v1/lines/{line}/conversations", {"phone": "+1 555 010 0077"}),
    ("GET", "/v1/lines/{line}/shelf", None),
    ("GET", "/v1/lines/{line}/templates", None),
    ("POST", "/v1/lines/{line}/templates/preview", PREVIEW),
    ("GET", "/v1/conversations/{conversation}", None),
    ("GET", "/v1/conversations/{conversation}/messages", None),
    ("GET", "/v1/conversations/{conversation}/messages/{message}/file", None),
    ("POST", "/v1/conversations/{conversation}/messages", HELLO),
    ("POST", "/v1/conversations/{conversation}/read", {}),
    ("GET", "/v1/contacts", None),
    ("GET", "/v1/contacts/{contact}", None),
    ("PATCH", "/v1/contacts/{contact}", {"note": "secret"}),
    ("PUT", "/v1/contacts/{contact}/consent", {"state": "granted", "source": "secret"}),
    ("PUT", "/v1/contacts/{contact}/marketing", {"wish": "stop"}),
    ("GET", "/v1/kept", None),
    ("GET", "/v1/rates", None),
    ("PUT", "/v1/rates", None),
    ("GET", "/v1/rates/price", None),
    ("POST", "/v1/lists", {"name": "Spring", "size": 0}),
    ("GET", "/v1/lists", None),
    ("GET", "/v1/lists/{uploaded}", None),
    ("POST", "/v1/lists/{uploaded}/read", None),
    ("DELETE", "/v1/lists/{uploaded}", None),
    ("POST", "/v1/segments", {"name": "secret", "segment": "no segment"}),
    ("GET", "/v1/segments", None),
    ("GET", "/v1/segments/{segment}", None),
    ("DELETE", "/v1/segments/{segment}", None),
    ("POST", "/v1/segments/preview", {"line": "{line}", "segment": "tag = vip"}),
    ("POST", "/v1/broadcasts", BROADCAST | {"line": "{line}"}),
    ("GET", "/v1/broadcasts", None),
    ("GET", "/v1/broadcasts/{broadcast}", None),
    ("GET", "/v1/broadcasts/{broadcast}/recipients", None),
    ("GET", "/v1/broadcasts/{broadcast}/recipients.csv", None),
    ("PATCH", "/v1/broadcasts/{broadcast}", BROADCAST | {"line": "{line}"}),
    ("POST", "/v1/broadcasts/{broadcast}/approve", {"plan": "0" * 64}),
    ("POST", "/v1/broadcasts/{broadcast}/pause", None),
    ("POST", "/v1/broadcasts/{broadcast}/resume", None),
    ("POST", "/v1/broadcasts/{broadcast}/cancel", None),
    ("POST", "/v1/series", SERIES | {"line": "{line}"}),
    ("GET", "/v1/series", None),
    ("GET", "/v1/series/{series}", None),
    ("PATCH", "/v1/series/{series}", SERIES | {"line": "{line}"}),
    ("POST", "/v1/series/{series}/pause", None),
    ("POST", "/v1/series/{series}/resume", None),
    ("DELETE", "/v1/series/{series}", None),
]


ONE_S_OWN = ("/v1/lists", "/v1/segments", "/v1/rates")
"""What is made at these paths names nothing of anybody: their bodies above are refused ones."""


def refusal(method: str, path: str) -> int:
    """The status of a route for whoever owns nothing; 200 for a list that is empty."""
    if (method != "GET" and path in ONE_S_OWN) or path == "/v1/rates/price":
        return 400
    return 404 if "{" in path or method == "POST" else 200


@dataclass
class House:
    """Two tenants in one table, and the API between them and the world."""

    desk: FrontDesk
    other: FrontDesk
    stage: Stage
    template_lists: FakeLists

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        tenant: str | None = "acme",
        **headers: str,
    ) -> "Answer":
        path, _, query = path.partition("?")
        pairs = dict(pair.partition("=")[::2] for pair in query.split("&") if pair)
        context: dict[str, Any] = {"http": {"method": method, "path": path}, "stage": "$default"}
        if tenant:
            context["authorizer"] = {"lambda": {"tenant": tenant, "key": "console"}}
        text = body if isinstance(body, str) else json.dumps(body)
        event = {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": query,
            "queryStringParameters": pairs,
            "headers": {name.replace("_", "-"): value for name, value in headers.items()},
            "requestContext": context,
            "body": None if body is None else text,
            "isBase64Encoded": False,
        }
        return self.resolve(event)

    def resolve(self, event: dict[str, Any]) -> "Answer":
        context: Any = SimpleNamespace(aws_request_id="request-1")
        answer = api_function.handler(event, context)
        headers = dict(answer["headers"])
        body = answer["body"]
        told = json.loads(body) if headers["content-type"] == "application/json" else body
        return Answer(answer["statusCode"], headers, told)


@dataclass
class Answer:
    status: int
    headers: dict[str, Any]
    body: Any

    @property
    def code(self) -> str:
        code: str = self.body["error"]["code"]
        return code


def made_house(monkeypatch: pytest.MonkeyPatch) -> House:
    table = CrashingTable()
    desk, stage = FrontDesk(table), Stage()
    stage.table = table
    stage.revive()
    stage.templates.note_listing(TENANT, WABA, [template_of()], at=NOW)
    other = FrontDesk(table, tenant="globex", line=OTHER_LINE)
    for routes in (lines, conversations, imports):
        monkeypatch.setattr(routes, "reading", lambda: desk.reading)
    monkeypatch.setattr(imports, "certifying", lambda: desk.certifying)
    monkeypatch.setattr(imports, "support", lambda: desk.support)
    monkeypatch.setattr(conversations, "opening", lambda: desk.opening)
    monkeypatch.setattr(conversations, "sending", lambda: desk.sending)
    monkeypatch.setattr(lines, "happenings", lambda: Happenings(table))
    monkeypatch.setattr(lines, "stored_lines", lambda: desk.lines)
    monkeypatch.setattr(lines, "now", lambda: NOW)
    monkeypatch.setattr(contacts, "contacts", lambda: desk.contacts)
    monkeypatch.setattr(lists, "uploaded_lists", lambda: stage.uploads)
    monkeypatch.setattr(segments, "named_segments", lambda: stage.named_segments)
    monkeypatch.setattr(kept, "kept_things", lambda: desk.kept)
    for routes in (broadcasts, series):
        monkeypatch.setattr(routes, "broadcasts", lambda: stage.broadcasts)
    monkeypatch.setattr(broadcasts, "holding", lambda: stage.holding)
    monkeypatch.setattr(broadcasts, "outcomes", lambda: stage.outcomes)
    monkeypatch.setattr(series, "recurring", lambda: stage.recurring)
    monkeypatch.setattr(broadcasts, "pace", lambda: stage.pace)
    monkeypatch.setattr(broadcasts, "now", lambda: NOW)
    pricing = Pricing(cards=stage.cards, clock=stage.time.clock)
    monkeypatch.setattr(rates, "reading", lambda: desk.reading)
    monkeypatch.setattr(rates, "pricing", lambda: pricing)
    template_lists = FakeLists()
    known = KnownTemplates(
        templates=stage.templates,
        lines=stage.lines,
        graph_of=lambda _tenant, _line: template_lists,
        clock=stage.time.clock,
    )
    previewing = Previewing(templates=known, people=stage.people)
    monkeypatch.setattr(templates, "reading", lambda: desk.reading)
    monkeypatch.setattr(templates, "known_templates", lambda: known)
    monkeypatch.setattr(templates, "previewing", lambda: previewing)
    return House(desk, other, stage, template_lists)
