"""Graph: what is asked, what is understood, and which failures may be repeated."""

import hashlib
import hmac
import json
from traceback import format_exception

import pytest
import requests

from tandem.meta import outgoing
from tandem.meta.callback import Override
from tandem.meta.errors import (
    FixFirst,
    GraphError,
    GraphFailure,
    NotSent,
    OnceOnly,
    Passing,
    Refused,
    Throttled,
    TooLate,
    Unanswered,
)
from tandem.meta.graph import Accepted, Graph
from tandem.model.errors import Invalid
from tandem.model.line import Account
from tests.unit.meta.scripted_meta import Answer, ScriptedMeta, answering, closed_address

LINE, WABA = "106000000000001", "100000000000001"
CODE = "-".join(["one", "time"])
HELLO = outgoing.text("phone:15550100001", "Hello")
ACCEPTED = {
    "messaging_product": "whatsapp",
    "contacts": [{"input": "+15550100001", "wa_id": "15550100001", "user_id": "US.1"}],
    "messages": [{"id": "wamid.OUT.1", "message_status": "accepted"}],
}
NUMBER = {
    "id": LINE,
    "display_phone_number": "+1 555-010-0000",
    "verified_name": "Example Shop",
    "status": "CONNECTED",
    "quality_rating": "GREEN",
    "platform_type": "CLOUD_API",
    "is_on_biz_app": True,
    "throughput": {"level": "STANDARD"},
}


def graph(meta: ScriptedMeta, *, app_secret: str | None = None) -> Graph:
    return Graph(
        "https://graph.facebook.com",
        "v25.0",
        "business-token",
        session=meta.session(),
        app_secret=app_secret,
    )


def refusal(code: int, subcode: int | None = None, status: int = 400) -> Answer:
    said = {"message": "no", "code": code, "error_subcode": subcode, "fbtrace_id": "A"}
    return Answer(status, {"error": said})


def test_a_code_is_exchanged_for_a_token_without_showing_it() -> None:
    meta = ScriptedMeta(Answer(200, {"access_token": "EAAG-secret", "expires_in": 5184000}))

    token = graph(meta).exchange("app", "app-secret", "code-1")

    assert (token.value, token.expires_in) == ("EAAG-secret", 5184000)
    assert "EAAG-secret" not in repr(token)
    assert meta.path() == "/v25.0/oauth/access_token"
    assert meta.query() == {"client_id": "app", "client_secret": "app-secret", "code": "code-1"}
    assert "Authorization" not in meta.asked[0].headers


def test_a_token_that_never_ends_has_no_end() -> None:
    meta = ScriptedMeta(Answer(200, {"access_token": "EAAG", "token_type": "bearer"}))

    assert graph(meta).exchange("app", "secret", "code").expires_in is None


@pytest.mark.parametrize("fault", [requests.ReadTimeout(f"code={CODE}"), Answer(502, raw=b"")])
def test_an_exchange_without_an_answer_is_not_tried_again(fault: Answer | Exception) -> None:
    meta = ScriptedMeta(fault)

    with pytest.raises(Unanswered):
        graph(meta).exchange("app", "app-secret", CODE)

    assert len(meta.asked) == 1


def test_a_failure_never_shows_the_address_with_its_secrets() -> None:
    with pytest.raises(NotSent) as failure:
        Graph(closed_address(), "v25.0").exchange("app", "app-secret", CODE)

    assert CODE not in "".join(format_exception(failure.value))


def test_the_facts_of_a_token_name_its_accounts() -> None:
    facts = {
        "app_id": "app",
        "is_valid": True,
        "expires_at": 0,
        "scopes": ["whatsapp_business_management", "public_profile"],
        "granular_scopes": [
            {"scope": "whatsapp_business_management", "target_ids": [WABA, 7]},
            {"scope": "whatsapp_business_messaging", "target_ids": [WABA]},
            {"scope": "ads_read", "target_ids": ["990000000000001"]},
            {"scope": "whatsapp_business_messaging"},
        ],
    }
    meta = ScriptedMeta(Answer(200, {"data": facts}))

    found = graph(meta).debug("EAAG", "app", "app-secret")

    assert found.is_valid
    assert found.app_id == "app"
    assert found.expires_at is None
    assert found.wabas == {WABA, "7"}
    assert "whatsapp_business_management" in found.scopes
    assert meta.query() == {"input_token": "EAAG", "access_token": "app|app-secret"}


def test_facts_of_an_invalid_token_promise_nothing() -> None:
    meta = ScriptedMeta(Answer(200, {"data": {"error": {"code": 190}, "is_valid": False}}))

    found = graph(meta).debug("EAAG", "app", "app-secret")

    assert not found.is_valid
    assert found.wabas == frozenset()


def test_every_page_of_numbers_is_read() -> None:
    first = {
        "data": [NUMBER, {"no": "id"}],
        "paging": {"cursors": {"after": "c1"}, "next": "https://graph.facebook.com/…"},
    }
    second = {"data": [{**NUMBER, "id": "2", "is_on_biz_app": False}], "paging": {"cursors": {}}}
    meta = ScriptedMeta(Answer(200, first), Answer(200, second))

    numbers = graph(meta).phone_numbers(WABA)

    assert [number.id for number in numbers] == [LINE, "2"]
    assert [number.is_on_biz_app for number in numbers] == [True, False]
    assert meta.path() == f"/v25.0/{WABA}/phone_numbers"
    assert meta.query(1)["after"] == "c1"


def test_pages_that_lead_in_a_circle_come_to_an_end() -> None:
    page = {"data": [], "paging": {"cursors": {"after": "c1"}, "next": "again"}}
    meta = ScriptedMeta(*[Answer(200, page)] * 3)

    assert graph(meta).phone_numbers(WABA) == ()
    assert len(meta.asked) == 2


def test_a_number_is_read_with_the_fields_that_prove_coexistence() -> None:
    meta = ScriptedMeta(Answer(200, NUMBER))

    number = graph(meta).phone_number(LINE)

    assert number.display_number == "15550100000"
    assert (number.status, number.quality, number.throughput) == ("CONNECTED", "GREEN", "STANDARD")
    assert {"is_on_biz_app", "platform_type"} <= set(meta.query()["fields"].split(","))
    assert meta.asked[0].headers["Authorization"] == "Bearer business-token"


def test_a_proof_of_the_app_secret_goes_with_every_call_of_the_token() -> None:
    meta = ScriptedMeta(Answer(200, NUMBER), Answer(200, {"data": {}}))
    caller = graph(meta, app_secret="app-secret")

    caller.phone_number(LINE)
    caller.debug("EAAG", "app", "app-secret")

    proof = hmac.new(b"app-secret", b"business-token", hashlib.sha256).hexdigest()
    assert meta.query(0)["appsecret_proof"] == proof
    assert "appsecret_proof" not in meta.query(1)


def test_an_id_stays_in_its_part_of_the_path() -> None:
    meta = ScriptedMeta(Answer(200, {"url": "https://lookaside.fbsbx.com/1"}))

    graph(meta).media("1/../me?fields=x")

    assert meta.path() == "/v25.0/1%2F..%2Fme%3Ffields%3Dx"


def test_a_message_is_accepted_with_its_wamid() -> None:
    meta = ScriptedMeta(Answer(200, ACCEPTED))

    accepted = graph(meta).send(LINE, HELLO)

    assert accepted == Accepted("wamid.OUT.1", "+15550100001", "15550100001", "US.1", "accepted")
    assert meta.path() == f"/v25.0/{LINE}/messages"
    assert meta.body() == HELLO.as_json()


def test_a_body_of_ones_own_is_sent_as_it_is() -> None:
    meta = ScriptedMeta(Answer(200, ACCEPTED))
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN.1"}

    graph(meta).send(LINE, read)

    assert meta.body() == read


@pytest.mark.parametrize(
    ("answer", "family"),
    [
        (refusal(130429), Throttled),
        (refusal(100, 33), FixFirst),
        (refusal(190, 463, 401), FixFirst),
        (refusal(131047), Refused),
        (refusal(131000, None, 500), Passing),
        (Answer(429, raw=b""), Throttled),
        (Answer(404, raw=b"<html>"), Refused),
        (Answer(200, {"error": {"code": 131026}}), Refused),
        (Answer(500, raw=b"<html>"), Unanswered),
        (Answer(504, raw=b""), Unanswered),
        (Answer(302, raw=b"", headers={"Location": "https://example.com"}), Unanswered),
        (Answer(200, raw=b"not json"), Unanswered),
        (Answer(200, {"messages": []}), Unanswered),
        (Answer(200, [1]), Unanswered),
        (requests.ConnectTimeout(), NotSent),
        (requests.ReadTimeout(), Unanswered),
        (requests.ConnectionError("reset"), Unanswered),
        (requests.exceptions.ChunkedEncodingError(), Unanswered),
    ],
)
def test_a_send_that_fails_says_how_to_react_and_is_never_repeated(
    answer: Answer | Exception, family: type[GraphFailure]
) -> None:
    meta = ScriptedMeta(answer)

    with pytest.raises(GraphFailure) as failure:
        graph(meta).send(LINE, HELLO)

    assert type(failure.value) is family
    assert len(meta.asked) == 1


@pytest.mark.parametrize(
    "passing",
    [
        requests.ReadTimeout(),
        requests.ConnectTimeout(),
        refusal(2, None, 503),
        Answer(502, raw=b""),
    ],
)
def test_a_read_is_tried_once_more_after_a_passing_fault(passing: Answer | Exception) -> None:
    meta = ScriptedMeta(passing, Answer(200, NUMBER))

    assert graph(meta).phone_number(LINE).id == LINE
    assert len(meta.asked) == 2


def test_a_read_is_not_tried_a_third_time_nor_after_a_refusal() -> None:
    stubborn = ScriptedMeta(requests.ReadTimeout(), requests.ReadTimeout())
    refused = ScriptedMeta(refusal(100, 33))

    with pytest.raises(Unanswered):
        graph(stubborn).phone_number(LINE)
    with pytest.raises(FixFirst):
        graph(refused).phone_number(LINE)

    assert len(stubborn.asked) == 2
    assert len(refused.asked) == 1


def test_the_one_shot_sync_gives_its_request_id() -> None:
    meta = ScriptedMeta(Answer(200, {"messaging_product": "whatsapp", "request_id": "r-1"}))

    assert graph(meta).request_sync(LINE, "history") == "r-1"
    assert meta.path() == f"/v25.0/{LINE}/smb_app_data"
    assert meta.body() == {"messaging_product": "whatsapp", "sync_type": "history"}


@pytest.mark.parametrize(("code", "family"), [(2593107, OnceOnly), (2593108, TooLate)])
def test_a_sync_that_cannot_be_had_any_more_says_why(code: int, family: type[GraphError]) -> None:
    meta = ScriptedMeta(refusal(code))

    with pytest.raises(family):
        graph(meta).request_sync(LINE, "smb_app_state_sync")


def test_an_accepted_sync_without_an_id_is_accepted_all_the_same() -> None:
    meta = ScriptedMeta(Answer(200, {"messaging_product": "whatsapp"}))

    assert graph(meta).request_sync(LINE, "history") == ""


def test_an_account_is_subscribed() -> None:
    meta = ScriptedMeta(Answer(200, {"success": True}), Answer(200, {"success": False}))
    caller = graph(meta)

    caller.subscribe(WABA)
    with pytest.raises(Unanswered):
        caller.subscribe(WABA)

    assert meta.path() == f"/v25.0/{WABA}/subscribed_apps"


def test_a_file_is_found_and_fetched_with_the_token() -> None:
    place = {"url": "https://lookaside.fbsbx.com/f", "mime_type": "image/png", "file_size": 6}
    away = Answer(302, raw=b"", headers={"Location": "https://scontent.fbcdn.net/f"})
    meta = ScriptedMeta(Answer(200, place), away, Answer(200, raw=b"pixels"))
    caller = graph(meta)

    found = caller.media("810000000000001")
    content = b"".join(caller.download(found.url))

    assert (found.mime_type, found.size) == ("image/png", 6)
    assert content == b"pixels"
    assert meta.asked[2].headers["Authorization"] == "Bearer business-token"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/f",
        "http://lookaside.fbsbx.com/f",
        "https://fbsbx.com.example.com/f",
        "https://evilfbsbx.com/f",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
    ],
)
def test_the_token_is_never_taken_to_a_foreign_host(url: str) -> None:
    meta = ScriptedMeta()
    redirecting = ScriptedMeta(Answer(302, raw=b"", headers={"Location": url}))

    with pytest.raises(Invalid):
        list(graph(meta).download(url))
    with pytest.raises(Invalid):
        list(graph(redirecting).download("https://lookaside.fbsbx.com/f"))

    assert meta.asked == []
    assert len(redirecting.asked) == 1


def test_a_file_that_is_gone_is_refused() -> None:
    meta = ScriptedMeta(Answer(404, raw=b""))

    with pytest.raises(Refused):
        list(graph(meta).download("https://lookaside.fbsbx.com/f"))


def test_without_a_connection_nothing_was_sent() -> None:
    caller = Graph(closed_address(), "v25.0", "token", timeout=(1, 1))

    with pytest.raises(NotSent):
        caller.send(LINE, HELLO)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        None,
    ],
)
def test_a_connection_cut_or_silent_after_the_request_leaves_the_outcome_unknown(
    raw: bytes | None,
) -> None:
    with (
        answering(raw) as url,
        Graph(url, "v25.0", "token", timeout=(1, 0.2)) as caller,
        pytest.raises(Unanswered),
    ):
        caller.send(LINE, HELLO)


def test_an_override_is_sent_with_its_verify_token_and_never_shown() -> None:
    override = Override("waba", "https://own/webhook", "secret-word")
    meta = ScriptedMeta(Answer(200, {"success": True}), Answer(200, {"success": True}))
    caller = graph(meta)

    caller.subscribe(WABA, override)
    of_account = json.loads(meta.asked[0].body or b"")
    caller.override(LINE, override)
    of_number = json.loads(meta.asked[1].body or b"")

    said = {"override_callback_uri": "https://own/webhook", "verify_token": "secret-word"}
    assert of_account == said
    assert of_number == {"webhook_configuration": said}
    assert (meta.asked[1].url or "").endswith(f"/v25.0/{LINE}")
    assert "secret-word" not in repr(override)


def test_a_version_without_the_newer_fields_is_asked_for_the_others() -> None:
    nothing = {"error": {"code": 100, "message": "Tried accessing nonexisting field"}}
    number = {"id": LINE, "display_phone_number": "15550100001"}
    meta = ScriptedMeta(Answer(400, nothing), Answer(200, number))

    found = graph(meta).phone_number(LINE)

    assert (found.display_number, found.messaging_limit) == ("15550100001", None)
    assert len(meta.asked) == 2


def test_the_owner_of_an_account_is_read() -> None:
    owned = {"owner_business_info": {"id": "77", "name": "Shop"}, "id": WABA}
    meta = ScriptedMeta(Answer(200, owned), Answer(200, {"id": WABA}))
    caller = graph(meta)

    assert (caller.owner_of(WABA), caller.owner_of(WABA)) == ("77", None)


@pytest.mark.parametrize(
    ("said", "account"),
    [
        ({"currency": "BRL", "timezone_id": "25"}, Account("BRL", "25")),
        ({"currency": "brl", "timezone_id": 25}, Account("BRL", "25")),
        ({"currency": "money", "timezone_id": None}, Account()),
        (
            {"marketing_messages_onboarding_status": "ONBOARDED"},
            Account(marketing="ONBOARDED"),
        ),
        ({"marketing_messages_onboarding_status": 7}, Account()),
        ({"id": WABA}, Account()),
    ],
)
def test_an_account_tells_its_currency_its_time_zone_and_how_it_stands_with_marketing(
    said: dict[str, object], account: Account
) -> None:
    meta = ScriptedMeta(Answer(200, said))

    assert graph(meta).account(WABA) == account
    assert "marketing_messages_onboarding_status" in meta.asked[0].url
