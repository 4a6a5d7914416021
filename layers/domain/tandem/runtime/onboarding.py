"""Wiring of the onboarding function, its steps worker and the keeper; the JSON of their edges."""

import time
from dataclasses import asdict
from functools import cache
from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from tandem.lines.beginning import Beginning
from tandem.lines.connecting import App, Connecting
from tandem.lines.keeper import Keeper
from tandem.lines.progress import Following, Progress
from tandem.lines.reading import LineReading
from tandem.lines.returning import Returning
from tandem.lines.signup import SignUp, claims
from tandem.lines.steps import Steps
from tandem.lines.worker import StepsWorker
from tandem.meta.callback import Override, Reach
from tandem.model.onboarding import Onboarding
from tandem.runtime import clients
from tandem.runtime.graph import app_secrets, graph_of, graph_under
from tandem.runtime.metrics import count
from tandem.runtime.observability import logger
from tandem.runtime.settings import setting
from tandem.runtime.stores import (
    broadcast_rows,
    lines,
    onboardings,
    plan_queue,
    series_rows,
    step_rows,
    syncs,
    tokens,
    unclaimed,
)
from tandem.runtime.templates import known_templates
from tandem.store.letters import Letters
from tandem.store.queues import Queue

# ---- edges


class SignUpBody(BaseModel):
    """The body of POST /onboarding, as the Connect page sends it."""

    invitation: Annotated[str, Field(min_length=1, max_length=1000)]
    code: Annotated[str, Field(min_length=1, max_length=4000)]
    session_info: JsonValue = None
    accepted: Annotated[dict[str, JsonValue], Field(min_length=1)]

    def sign_up(self) -> SignUp:
        waba, line = claims(self.session_info)
        return SignUp(self.invitation, self.code, waba, line, self.accepted)


class StepsJob(BaseModel):
    """A job of the steps queue."""

    model_config = ConfigDict(extra="forbid")

    tenant: str
    onboarding: str


def begun(onboarding: Onboarding) -> dict[str, Any]:
    """The answer to POST /onboarding. `line` is null while the steps worker goes on with it."""
    return {
        "onboarding": onboarding.onboarding,
        "line": onboarding.line,
        "display_number": onboarding.display_number,
    }


def followed(progress: Progress) -> dict[str, Any]:
    """The answer to GET /onboarding/{onboarding}. Once connected, `code` is the import's state."""
    onboarding, view = progress.onboarding, progress.view
    return {
        **begun(onboarding),
        "state": progress.state,
        "code": view.state if view else onboarding.code,
        "todo": view.todo if view else onboarding.why,
        "since": view.since if view else None,
        "seconds_left": view.seconds_left if view else None,
        "steps": [
            {"step": step.name, "state": step.state, "why": step.why} for step in onboarding.steps
        ],
        "numbers": [asdict(choice) for choice in onboarding.choices],
        "contacts_from": progress.facts.contacts_from if progress.facts else None,
        "certificate": asdict(progress.certificate) if progress.certificate else None,
        "deadline_at": onboarding.deadline_at,
    }


# ---- wiring


def now() -> int:
    return int(time.time())


def app() -> App:
    """The Meta app under its current secret, read now: a rotation waits for no process to end."""
    return App(setting("APP_ID"), app_secrets()[0])


def invitation_key() -> str:
    """What signs invitations, read now: a key that leaked opens nothing once it is replaced."""
    answer = clients.secrets().get_secret_value(SecretId=setting("INVITATION_KEY_ARN"))
    return answer["SecretString"]


def override() -> Override | None:
    """Where webhooks of connected numbers go instead of the app's callback: to this very stack."""
    reach = setting("CALLBACK_OVERRIDE")
    if reach == "none":
        return None
    answer = clients.secrets().get_secret_value(SecretId=setting("VERIFY_TOKEN_ARN"))
    return Override(cast("Reach", reach), setting("CALLBACK_URL"), answer["SecretString"])


def enqueue_steps(tenant: str, onboarding: str, *, delay: int = 0) -> None:
    """Put an onboarding on the steps queue."""
    queue = Queue(clients.sqs(), setting("STEPS_QUEUE_URL"))
    queue.put(StepsJob(tenant=tenant, onboarding=onboarding).model_dump(), delay=delay)


def plan_broadcast(tenant: str, broadcast: str) -> None:
    """Put a broadcast on the plan queue."""
    plan_queue().put({"tenant": tenant, "broadcast": broadcast})


def plan_series(tenant: str, series: str) -> None:
    """Put a series on the plan queue."""
    plan_queue().put({"tenant": tenant, "series": series})


@cache
def connecting() -> Connecting:
    return Connecting(
        onboardings=onboardings(),
        lines=lines(),
        tokens=tokens(),
        syncs=syncs(),
        graph_of=graph_under,
        app=app,
        enqueue=enqueue_steps,
        clock=now,
    )


@cache
def beginning() -> Beginning:
    return Beginning(
        onboardings=onboardings(),
        connecting=connecting(),
        graph_of=graph_under,
        app=app,
        enqueue=enqueue_steps,
        clock=now,
    )


@cache
def following() -> Following:
    return Following(onboardings=onboardings(), lines=lines(), syncs=syncs(), clock=now)


@cache
def steps_worker() -> StepsWorker:
    return StepsWorker(
        onboardings=onboardings(),
        connecting=connecting(),
        steps=Steps(
            onboardings=onboardings(),
            rows=step_rows(),
            lines=lines(),
            graph_of=graph_of,
            clock=now,
            override=override,
        ),
        returning=returning(),
        enqueue=enqueue_steps,
        clock=now,
    )


@cache
def returning() -> Returning:
    letters = Letters(clients.sqs(), setting("LIVE_QUEUE_URL"))
    return Returning(unclaimed=unclaimed(), letters=letters, clock=now)


@cache
def keeper() -> Keeper:
    return Keeper(
        onboardings=onboardings(),
        steps=step_rows(),
        lines=lines(),
        connecting=connecting(),
        following=following(),
        reading=LineReading(lines=lines(), tokens=tokens(), graph_of=graph_of, clock=now),
        returning=returning(),
        keep_templates=known_templates().keep,
        broadcasts=broadcast_rows(),
        plan=plan_broadcast,
        recurring=series_rows(),
        plan_series=plan_series,
        enqueue=enqueue_steps,
        failed=_report,
        clock=now,
    )


def _report(kind: str, name: str, error: Exception) -> None:
    """One thing the keeper could not see to: its ids and the kind of error, never its words."""
    count("KeeperFailures")
    logger().error("could not keep", kind=kind, which=name, error=type(error).__name__)
