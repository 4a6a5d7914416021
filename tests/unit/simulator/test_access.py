"""Codes become tokens once and quickly; tokens reach what they were granted."""

import hashlib
import hmac

from simulator import Simulator
from tests.unit.simulator.actors import APP, SECRET, Graph, Receiver, Shop, StillClock, connected


def exchange(graph: Graph, code: str, **changed: str) -> dict:
    given = {"client_id": APP, "client_secret": SECRET, "code": code}
    return graph.get("oauth/access_token", **given | changed)


def fresh_code(meta: Simulator) -> str:
    business = meta.create_business()
    return str(meta.signup(waba_id=business["waba_id"])["code"])


def test_a_code_becomes_a_token(meta: Simulator, listening: Receiver) -> None:
    code = fresh_code(meta)

    answer = exchange(Graph(meta.url), code)

    assert answer.keys() == {"access_token", "token_type"}
    assert answer["token_type"] == "bearer"


def test_a_token_with_an_end_says_when(meta: Simulator, listening: Receiver) -> None:
    meta.configure_app(token_lives_s=60 * 86_400)

    answer = exchange(Graph(meta.url), fresh_code(meta))

    assert answer["expires_in"] == 60 * 86_400


def test_a_code_is_used_once(meta: Simulator, listening: Receiver) -> None:
    code, graph = fresh_code(meta), Graph(meta.url)
    exchange(graph, code)

    error = exchange(graph, code)["error"]

    assert (error["code"], error["error_subcode"]) == (100, 36009)


def test_a_code_lives_thirty_seconds(
    meta: Simulator, listening: Receiver, clock: StillClock
) -> None:
    early, late = fresh_code(meta), fresh_code(meta)
    clock.advance(30)
    assert "access_token" in exchange(Graph(meta.url), early)
    clock.advance(1)

    error = exchange(Graph(meta.url), late)["error"]

    assert (error["code"], error["error_subcode"]) == (100, 36007)


def test_a_stranger_cannot_exchange_a_code(meta: Simulator, listening: Receiver) -> None:
    code, graph = fresh_code(meta), Graph(meta.url)

    assert exchange(graph, code, client_secret="wrong")["error"]["code"] == 1
    assert exchange(graph, code, client_id="1")["error"]["code"] == 101
    assert exchange(graph, "AQinvented")["error"]["code"] == 100
    assert exchange(graph, "")["error"]["code"] == 100
    assert "access_token" in exchange(graph, code)


def test_a_token_tells_what_it_was_granted(shop: Shop) -> None:
    data = shop.graph.get(
        "debug_token", input_token=shop.graph.token, access_token=f"{APP}|{SECRET}"
    )["data"]

    assert data["is_valid"] is True
    assert data["app_id"] == APP
    assert data["expires_at"] == 0
    assert {scope["scope"]: scope["target_ids"] for scope in data["granular_scopes"]} == {
        "whatsapp_business_management": [shop.waba],
        "whatsapp_business_messaging": [shop.waba],
    }


def test_an_invented_token_is_not_valid(shop: Shop) -> None:
    data = shop.graph.get("debug_token", input_token="EAAno", access_token=f"{APP}|{SECRET}")

    assert data["data"]["is_valid"] is False


def test_debugging_needs_the_app_or_a_token(shop: Shop) -> None:
    answer = shop.graph.get(
        "debug_token", input_token=shop.graph.token, access_token=f"{APP}|wrong"
    )

    assert answer["error"]["code"] == 190


def test_without_a_good_token_nothing_is_told(shop: Shop, clock: StillClock) -> None:
    expiring = shop.meta.issue_token(waba_ids=[shop.waba], lives_s=10)["access_token"]
    assert "id" in Graph(shop.meta.url, expiring).get(shop.line)
    clock.advance(11)

    for token, subcode in ((None, None), ("EAAno", None), (expiring, 463)):
        response = Graph(shop.meta.url, token).call("GET", shop.line)
        assert response.status_code == 401
        assert response.json()["error"]["code"] == 190
        assert response.json()["error"].get("error_subcode") == subcode


def test_a_token_reaches_only_its_own_account(shop: Shop) -> None:
    neighbour = connected(shop.meta)

    for path in (neighbour.waba, neighbour.line, f"{neighbour.line}/messages", "404404"):
        response = shop.graph.call("GET", path)
        assert response.status_code == 400
        error = response.json()["error"]
        assert (error["code"], error["error_subcode"]) == (100, 33)


def test_an_error_has_metas_shape(shop: Shop) -> None:
    error = shop.graph.get("404404")["error"]

    assert error.keys() == {
        *("message", "type", "code", "error_subcode", "error_data", "fbtrace_id"),
    }
    assert error["type"] == "OAuthException"
    assert error["error_data"].keys() == {"messaging_product", "details"}


def test_any_version_or_none_is_served(shop: Shop) -> None:
    headers = {"Authorization": f"Bearer {shop.graph.token}"}

    for prefix in ("v19.0/", "v26.0/", ""):
        answer = shop.graph.session.get(f"{shop.meta.url}/{prefix}{shop.line}", headers=headers)
        assert answer.json()["id"] == shop.line


def test_the_token_may_come_as_a_parameter(shop: Shop) -> None:
    answer = Graph(shop.meta.url).get(shop.line, access_token=shop.graph.token)

    assert answer["id"] == shop.line


def test_a_proof_of_the_secret_must_be_the_tokens_own(shop: Shop) -> None:
    proof = hmac.new(SECRET.encode(), str(shop.graph.token).encode(), hashlib.sha256).hexdigest()

    good = shop.graph.get(shop.line, appsecret_proof=proof)
    bad = shop.graph.get(shop.line, appsecret_proof=proof[::-1])

    assert good["id"] == shop.line
    assert bad["error"]["code"] == 100


def test_an_unknown_path_is_named(shop: Shop) -> None:
    for path in (f"{shop.line}/nothing", f"{shop.line}/a/b"):
        response = shop.graph.call("GET", path)
        assert response.status_code == 400
        assert response.json()["error"]["code"] == 2500
