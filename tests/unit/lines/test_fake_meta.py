"""The Meta of these tests, held to the simulated one under the real client: the same answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from simulator import Simulator
from tandem.meta.graph import Graph
from tandem.meta.numbers import PhoneNumber
from tests.fakes.onboarding_desk import Clock
from tests.fakes.signup_meta import APP_ID, APP_SECRET, SHOP_LINE, SHOP_WABA, FakeMeta

HOUR = 3600


@dataclass
class Side:
    """One Meta: how a sign-up ends, how time goes by, Graph under a token, and who is who."""

    sign_up: Callable[[], str]
    pass_: Callable[[int], Any]
    under: Callable[[str], Graph]
    waba: str
    line: str

    def token(self) -> str:
        return self.under("").exchange(APP_ID, APP_SECRET, self.sign_up()).value

    def connected(self) -> Graph:
        return self.under(self.token())


@pytest.fixture(params=["fake", "simulated"])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    if request.param == "fake":
        clock = Clock()
        fake = FakeMeta(clock)
        yield Side(
            fake.code,
            clock.pass_,
            lambda token: cast("Graph", fake.under(token)),
            SHOP_WABA,
            SHOP_LINE,
        )
        return
    with Simulator(seed=5, time_scale=0) as meta:
        meta.configure_app(app_id=APP_ID, app_secret=APP_SECRET)
        made = meta.create_business()
        yield Side(
            lambda: str(meta.signup(waba_id=made["waba_id"])["code"]),
            lambda seconds: meta.advance_clock(seconds=seconds),
            lambda token: Graph(meta.url, "v25.0", token),
            made["waba_id"],
            made["phone_number_id"],
        )


def outcome(call: Callable[[], object]) -> str:
    """What a call comes to, by the name of its family."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
        return type(error).__name__
    return "answered"


def test_a_code_works_once(side: Side) -> None:
    code, graph = side.sign_up(), side.under("")

    tries = [outcome(lambda: graph.exchange(APP_ID, APP_SECRET, code)) for _ in range(2)]

    assert tries == ["answered", "Refused"]


def test_a_code_works_for_thirty_seconds(side: Side) -> None:
    code = side.sign_up()
    side.pass_(31)

    tried = outcome(lambda: side.under("").exchange(APP_ID, APP_SECRET, code))

    assert tried == "Refused"


def test_a_token_names_its_app_and_its_account(side: Side) -> None:
    token = side.token()

    facts = side.under(token).debug(token, APP_ID, APP_SECRET)

    assert (facts.is_valid, facts.app_id, facts.wabas) == (True, APP_ID, frozenset({side.waba}))
    assert facts.expires_at is None


def test_a_number_in_the_app_is_shown_alike_in_its_account_and_alone(side: Side) -> None:
    graph = side.connected()

    (listed,) = graph.phone_numbers(side.waba)
    alone = graph.phone_number(side.line)

    assert isinstance(alone, PhoneNumber)
    assert listed == replace(alone, messaging_limit=None, name_status=None)
    assert (alone.is_on_biz_app, alone.platform_type) == (True, "CLOUD_API")
    assert alone.status == "CONNECTED"


def test_what_a_token_does_not_reach_is_not_there(side: Side) -> None:
    graph = side.connected()

    tried = [
        outcome(lambda: graph.phone_numbers("999")),
        outcome(lambda: graph.phone_number("999")),
        outcome(lambda: graph.subscribe("999")),
    ]

    assert tried == ["FixFirst"] * 3


def test_each_request_is_taken_once(side: Side) -> None:
    graph = side.connected()
    graph.subscribe(side.waba)

    tries = [
        outcome(lambda: graph.request_sync(side.line, "smb_app_state_sync")),
        outcome(lambda: graph.request_sync(side.line, "history")),
        outcome(lambda: graph.request_sync(side.line, "history")),
    ]

    assert tries == ["answered", "answered", "OnceOnly"]


def test_no_request_is_taken_after_a_day(side: Side) -> None:
    graph = side.connected()
    graph.subscribe(side.waba)
    side.pass_(25 * HOUR)

    tried = outcome(lambda: graph.request_sync(side.line, "history"))

    assert tried == "TooLate"
