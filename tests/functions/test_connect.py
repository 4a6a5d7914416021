"""The Connect page over the HTTP API: its files, its settings, its guards."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from functions.connect.handler import handler
from tandem.runtime.connect import policy_for, site

type Get = Callable[..., dict[str, Any]]

PAGES = Path(__file__).parents[2] / "web" / "connect"


@pytest.fixture
def get(monkeypatch: pytest.MonkeyPatch) -> Get:
    """GET one file of the page as the HTTP API passes it on."""
    for name, value in {
        "APP_ID": "1001",
        "LOGIN_CONFIGURATION_ID": "2002",
        "GRAPH_VERSION": "v25.0",
        "SDK_URL": "https://connect.facebook.net/en_US/sdk.js",
        "SDK_ORIGIN": "https://www.facebook.com",
    }.items():
        monkeypatch.setenv(name, value)
    site.cache_clear()

    def ask(name: str | None = None, **headers: str) -> dict[str, Any]:
        event: dict[str, Any] = {
            "version": "2.0",
            "rawPath": "/connect" if name is None else f"/connect/{name}",
            "headers": headers,
        }
        if name is not None:
            event["pathParameters"] = {"proxy": name}
        return handler(event, None)

    return ask


def test_the_page_itself_is_served_without_a_name(get: Get) -> None:
    answer = get()

    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"] == "text/html; charset=utf-8"
    assert '<script type="module" src="connect/app.js">' in answer["body"]


def test_every_file_of_the_page_is_served_as_it_is_under_its_type(get: Get) -> None:
    types = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    files = [path for path in PAGES.rglob("*") if path.suffix in types]

    answers = {path: get(path.relative_to(PAGES).as_posix()) for path in files}

    assert len(files) > 10
    for path, answer in answers.items():
        assert answer["statusCode"] == 200, path
        assert answer["body"] == path.read_text(encoding="utf-8")
        assert answer["headers"]["content-type"].startswith(types[path.suffix])


def test_the_settings_tell_the_page_what_the_stack_was_deployed_with(get: Get) -> None:
    answer = get("settings.json")

    assert answer["headers"]["content-type"] == "application/json"
    assert json.loads(answer["body"]) == {
        "appId": "1001",
        "configurationId": "2002",
        "graphVersion": "v25.0",
        "sdkUrl": "https://connect.facebook.net/en_US/sdk.js",
        "sdkOrigin": "https://www.facebook.com",
    }


@pytest.mark.parametrize("weakened", ["", "W/"])
def test_a_browser_that_holds_the_file_gets_no_body_again(get: Get, weakened: str) -> None:
    first = get("app.js")

    again = get("app.js", **{"if-none-match": f'"other", {weakened}{first["headers"]["etag"]}'})

    assert again["statusCode"] == 304
    assert again["body"] == ""
    assert again["headers"]["etag"] == first["headers"]["etag"]
    assert again["headers"]["cache-control"] == "no-cache"


def test_only_drawings_are_used_again_without_asking(get: Get) -> None:
    caching = {name: get(name)["headers"]["cache-control"] for name in ("icons.svg", "frame.css")}

    assert caching == {"icons.svg": "max-age=3600", "frame.css": "no-cache"}


def test_a_browser_that_holds_another_version_gets_the_file(get: Get) -> None:
    answer = get("app.js", **{"if-none-match": '"something-else"'})

    assert answer["statusCode"] == 200
    assert answer["body"]


@pytest.mark.parametrize(
    "name",
    [
        "../handler.py",
        "..%2fhandler.py",
        "%2e%2e/Makefile",
        "/etc/passwd",
        "words/../../Makefile",
        "words//en.js",
        "words",
        "words/",
        "APP.JS",
        "app.js\x00",
        "nothing.js",
    ],
)
def test_no_name_leads_outside_the_page(get: Get, name: str) -> None:
    answer = get(name)

    assert answer["statusCode"] == 404
    assert answer["body"] == "There is no such page."
    assert "etag" not in answer["headers"]


@pytest.mark.parametrize("name", [None, "app.js", "settings.json", "nothing"])
def test_every_answer_carries_the_guards(get: Get, name: str | None) -> None:
    headers = get(name)["headers"]

    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "strict-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin-allow-popups"


def test_the_policy_lets_in_metas_sdk_and_nothing_inline() -> None:
    policy = policy_for("https://connect.facebook.net/en_US/sdk.js", "https://www.facebook.com")

    assert "script-src 'self' https://connect.facebook.net;" in policy
    assert "frame-src https://*.facebook.com;" in policy
    assert "unsafe" not in policy


def test_the_policy_of_a_stand_in_names_its_own_origin() -> None:
    policy = policy_for("http://127.0.0.1:8123/sdk.js", "http://127.0.0.1:8123")

    assert "script-src 'self' http://127.0.0.1:8123;" in policy
    assert "frame-src http://127.0.0.1:8123;" in policy


def test_the_page_itself_breaks_none_of_its_own_rules() -> None:
    page = (PAGES / "index.html").read_text(encoding="utf-8")

    assert page.count("<script") == page.count('<script type="module" src="connect/app.js">')
    assert "style=" not in page
    assert "//" not in page.replace("<!doctype", "")


def test_every_module_is_asked_for_at_once() -> None:
    page = (PAGES / "index.html").read_text(encoding="utf-8")
    modules = {f"connect/{path.relative_to(PAGES).as_posix()}" for path in PAGES.rglob("*.js")}

    preloaded = set(re.findall(r'<link rel="modulepreload" href="([^"]+)">', page))

    assert preloaded == modules - {"connect/app.js"}
