"""Two tenants on one stack: a key opens its own, and nothing shows that there is another."""

import json
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import requests

from tests.fakes.api_house import ROUTES, SERIES, refusal
from tests.journeys.shops import Shop, Shops
from tests.journeys.stack import Stack


def test_a_second_tenant_s_key_sees_nothing_of_the_first(
    stack: Stack, shop: Shop, shops: Shops
) -> None:
    key = shops.as_("rival").api_key
    conversation = shop.heard_from("12125550121", "The secret recipe")
    theirs = {
        "line": shop.line,
        "conversation": conversation,
        "contact": shop.tandem.get(f"conversations/{conversation}")["contact"]["id"],
        "message": quote(next(shop.timeline(conversation))["id"], safe=""),
        "broadcast": shop.tandem.post("broadcasts", next_year(shop))["id"],
    }
    listed = shop.tandem.post("lists", {"name": "The secret guests", "size": 12})
    named = shop.tandem.post("segments", {"name": "insiders", "segment": "tag = secret"})
    begins = (datetime.now(UTC) + timedelta(days=300)).date().isoformat()
    weekly = {"rule": SERIES["rule"] | {"since": begins}}
    recurring = shop.tandem.post("series", SERIES | weekly | {"line": shop.line})
    theirs |= {"uploaded": listed["id"], "segment": named["name"], "series": recurring["id"]}
    absent = {
        "line": "999",
        "conversation": "QUFB",
        "contact": "QUFB",
        "message": "wamid.0",
        "broadcast": "f" * 20,
        "uploaded": "f" * 20,
        "segment": "nothing",
        "series": "f" * 20,
    }
    taken = shop.truth()["accepted"]

    def ask(ids: dict[str, str], method: str, path: str, body: object) -> requests.Response:
        text = json.dumps(body).replace("{line}", ids["line"])
        sent = json.loads(text.replace(SERIES["rule"]["since"], begins))
        return stack.api(
            method,
            path.removeprefix("/v1").format(**ids),
            headers={"Authorization": f"Bearer {key}"},
            json=sent,
        )

    for method, path, body in ROUTES:
        foreign = ask(theirs, method, path, body)
        nothing = ask(absent, method, path, body)

        expected = refusal(method, path)
        assert (foreign.status_code, nothing.status_code) == (expected, expected), path
        assert unnamed(foreign.text, theirs) == unnamed(nothing.text, absent)
        assert "secret" not in foreign.text
        assert "no_such_route" not in nothing.text
        shown = foreign.json()["items"] if expected == 200 else []
        assert all(item.get("shipped") for item in shown), path  # rate cards that all have
    assert shop.truth()["accepted"] == taken


def next_year(shop: Shop) -> dict[str, object]:
    """A broadcast that will not go out while anybody looks."""
    return {
        "line": shop.line,
        "name": "The secret sale",
        "template": {"name": "order_ready", "language": "en_US"},
        "fill": {"body.1": {"text": "Ana"}, "body.2": {"text": "1"}},
        "audience": {"people": [{"phone": "+12125550121"}]},
        "timing": {"at": int(time.time()) + 300 * 86_400},
    }


def unnamed(text: str, ids: dict[str, str]) -> str:
    """A text without the ids that the request itself named."""
    for named in ids.values():
        text = text.replace(named, "…")
    return text
