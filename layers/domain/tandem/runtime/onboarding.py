"""Wiring of the onboarding function, its steps worker and the keeper."""

from functools import cache
from typing import cast

from tandem.broadcasts.plans.looks import bring
from tandem.lines.beginning import Beginning
from tandem.lines.connecting import App, Connecting
from tandem.lines.keeper import Keeper
from tandem.lines.progress import Following
from tandem.lines.reading import LineReading
from tandem.lines.returning import Returning
from tandem.lines.steps import Steps
from tandem.lines.worker import StepsWorker
from tandem.meta.callback import Override, Reach
from tandem.runtime import clients
from tandem.runtime.clock import now
from tandem.runtime.graph import app_secrets, graph_of, graph_under
from tandem.runtime.metrics import count
from tandem.runtime.observability import logger
from tandem.runtime.onboarding_edges import StepsJob
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


def app() -> App:
    """The Meta app under its current secret, read now: a rotation waits for no process to end."""
    return App(setting("APP_ID"), app_secrets()[0])


def invitation_key() -> str:
    """What signs invitations, read now: a key that leaked opens nothing once it is replaced."""
    return clients.secret(setting("INVITATION_KEY_ARN"))


def override() -> Override | None:
    """Where webhooks of connected numbers go instead of the app's callback: to this very stack."""
    reach = setting("CALLBACK_OVERRIDE")
    if reach == "none":
        return None
    token = clients.secret(setting("VERIFY_TOKEN_ARN"))
    return Override(cast("Reach", reach), setting("CALLBACK_URL"), token)


def enqueue_steps(tenant: str, onboarding: str, *, delay: int = 0) -> None:
    """Put an onboarding on the steps queue."""
    queue = Queue(clients.sqs(), setting("STEPS_QUEUE_URL"))
    queue.put(StepsJob(tenant=tenant, onboarding=onboarding).model_dump(), delay=delay)


def plan_broadcast(tenant: str, broadcast: str, at: int) -> None:
    """Have the planner look at a broadcast at `at` (unix seconds)."""
    bring(plan_queue(), tenant, broadcast, at=at, now=now())


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
        lines=lines(),
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
