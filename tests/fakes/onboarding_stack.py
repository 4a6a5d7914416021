"""The onboarding functions as deployed: real wiring on the local engine, and the simulated Meta."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from functions.line_keeper.handler import handler as keep
from functions.onboarding.handler import handler as onboarding
from functions.onboarding_steps.handler import handler as steps
from simulator import Simulator
from tandem.lines.invitation import Invitation, sealed
from tandem.runtime import clients
from tandem.runtime import onboarding as wiring
from tandem.runtime.settings import setting
from tandem.store.lines import Lines
from tandem.store.table import Table
from tests.fakes.process import Context, begin_on, forget, given_back, taken_off
from tests.unit.conftest import create_table

KEY = "the invitation key"
FAR = 4_000_000_000


@dataclass
class OnboardingStack:
    """`meta` is the simulated Meta, `table` the one table."""

    meta: Simulator
    table: Table
    steps_queue: str
    plan_queue: str
    live_queue: str
    ahead: int = 0
    """Seconds by which both ends are ahead of the machine's clock."""

    def now(self) -> int:
        return int(time.time()) + self.ahead

    def pass_(self, seconds: int) -> None:
        """Let time go by, for us and for Meta."""
        self.ahead += seconds
        self.meta.advance_clock(seconds=seconds)

    @property
    def lines(self) -> Lines:
        return Lines(self.table)

    def invitation(self, id_: str = "", *, tenant: str = "acme", expires_at: int = FAR) -> str:
        return sealed(Invitation(id_ or uuid4().hex, tenant, expires_at), KEY)

    def rotate(self, secret: str, *, previous: str) -> None:
        """Meta gives the app a new secret, and an operator writes it down."""
        self.meta.configure_app(app_id="4001", app_secret=secret)
        clients.secrets().put_secret_value(
            SecretId=setting("META_SECRET_ARN"),
            SecretString=json.dumps({"current": secret, "previous": previous}),
        )

    def begin(self, body: object) -> tuple[int, dict[str, Any]]:
        """POST /onboarding; the status and the answer."""
        text = body if isinstance(body, str) else json.dumps(body)
        return _told(onboarding(_event("POST /onboarding", body=text), Context()))

    def follow(self, id_: str, invitation: str) -> tuple[int, dict[str, Any]]:
        """GET /onboarding/{onboarding}; the status and the answer."""
        return self._ask("GET /onboarding/{onboarding}", id_, invitation)

    def certificate(self, id_: str, invitation: str) -> tuple[int, dict[str, Any]]:
        """GET /onboarding/{onboarding}/certificate; the status and the answer."""
        return self._ask("GET /onboarding/{onboarding}/certificate", id_, invitation)

    def may_begin(self, invitation: str) -> tuple[int, dict[str, Any]]:
        """GET /onboarding; the status and the answer."""
        return self._ask("GET /onboarding", "", invitation)

    def _ask(self, route: str, id_: str, invitation: str) -> tuple[int, dict[str, Any]]:
        asked = _event(route, id_=id_, query={"invitation": invitation})
        return _told(onboarding(asked, Context()))

    def jobs(self, queue: str) -> list[dict[str, Any]]:
        """Takes everything off a queue, as records of a Lambda event."""
        records: list[dict[str, Any]] = []
        while some := taken_off(queue):
            records += some
        return records

    def work(self, records: list[dict[str, Any]] | None = None) -> list[str]:
        """The steps worker takes what is on its queue; the ids it gave back."""
        return given_back(steps, self.jobs(self.steps_queue) if records is None else records)

    def keep(self) -> dict[str, int]:
        return keep({}, Context())

    def sign_up(self, **business: Any) -> dict[str, Any]:
        """A new business goes through Embedded Signup: what the Connect page would post."""
        made = self.meta.create_business(**business)
        signed_up = self.meta.signup(waba_id=made["waba_id"])
        return {
            "invitation": self.invitation(),
            "code": signed_up["code"],
            "session_info": signed_up["session_info"],
            "accepted": {"texts": "1", "agreed_at": {"needs": 1}},
            "made": made,
        }


@contextmanager
def onboarding_stack(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[OnboardingStack]:
    """A stack of its own on the engine at `url`, with a Meta of its own."""
    name = f"tandem-{uuid4().hex[:8]}"
    begin_on(url, monkeypatch)
    with Simulator(seed=3, time_scale=0) as meta:
        meta.configure_app(app_id="4001", app_secret="app-secret")
        table = create_table(clients.dynamodb(), name)
        steps_queue, plan_queue, live_queue = (
            clients.sqs().create_queue(QueueName=f"{name}-{queue}")["QueueUrl"]
            for queue in ("steps", "plan", "live")
        )
        for variable, value in {
            "TABLE_NAME": name,
            "META_SECRET_ARN": _secret(f"{name}-app", '{"current": "app-secret"}'),
            "INVITATION_KEY_ARN": _secret(f"{name}-key", KEY),
            "TOKEN_KEY_ARN": clients.kms().create_key()["KeyMetadata"]["Arn"],
            "CERTIFICATE_KEY_ARN": _signing_key(),
            "STEPS_QUEUE_URL": steps_queue,
            "PLAN_QUEUE_URL": plan_queue,
            "LIVE_QUEUE_URL": live_queue,
            "GRAPH_URL": meta.url,
            "GRAPH_VERSION": "v25.0",
            "APP_ID": "4001",
            "CALLBACK_OVERRIDE": "none",
        }.items():
            monkeypatch.setenv(variable, value)
        stack = OnboardingStack(meta, table, steps_queue, plan_queue, live_queue)
        monkeypatch.setattr(wiring, "now", stack.now)
        yield stack
    forget()


def _secret(name: str, value: str) -> str:
    return clients.secrets().create_secret(Name=name, SecretString=value)["ARN"]


def _signing_key() -> str:
    made = clients.kms().create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    return made["KeyMetadata"]["Arn"]


def _event(
    route: str, *, body: str = "", id_: str = "", query: dict[str, str] | None = None
) -> dict[str, Any]:
    return {
        "version": "2.0",
        "routeKey": route,
        "body": body,
        "isBase64Encoded": False,
        "pathParameters": {"onboarding": id_} if id_ else None,
        "queryStringParameters": query,
    }


def _told(answer: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    return answer["statusCode"], json.loads(answer["body"])
