"""Wiring of broadcasts: what api creates, the planner freezes and the sender sends."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Annotated

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from pydantic import BaseModel, Field, TypeAdapter

from tandem.broadcasts.audience.sources import Sources
from tandem.broadcasts.planning import Planner
from tandem.broadcasts.plans.creating import Broadcasts, TemplateOf
from tandem.broadcasts.plans.facts import PlanFacts
from tandem.broadcasts.plans.plan_making import PlanMaking
from tandem.broadcasts.sending.attempts import Attempts
from tandem.broadcasts.sending.holding import Holding
from tandem.broadcasts.sending.outcomes import Outcomes
from tandem.broadcasts.sending.sender import Crew, Sender
from tandem.broadcasts.series.occurring import Occurring
from tandem.broadcasts.series.recurring import Recurring
from tandem.broadcasts.templates.previewing import Previewing
from tandem.insights.rate_cards import Pricing
from tandem.meta.graph import Accepted, Graph
from tandem.meta.outgoing import SendBody
from tandem.model.errors import NotFound
from tandem.model.line import Line
from tandem.model.recipient import Slice
from tandem.model.template import KnownTemplate
from tandem.runtime import clients
from tandem.runtime.graph import CountedSends, graph_under
from tandem.runtime.observability import logger
from tandem.runtime.settings import setting
from tandem.runtime.stores import (
    broadcast_rows,
    lines,
    lists,
    messages,
    pace,
    people,
    plan_queue,
    plan_rows,
    rate_cards,
    recipient_rows,
    recording,
    segments,
    send_queue,
    series_rows,
    talks,
    templates,
    tokens,
)
from tandem.runtime.templates import known_templates
from tandem.store.audiences import Audiences
from tandem.store.plans import PlanParts
from tandem.store.schedules import Schedules, Target

CREW_SIZE = 32
"""Calls to Meta at a time: 80 messages a second at 0.4 s each. Matches the clients' connections."""

Name = Annotated[str, Field(min_length=1)]


class PlanJob(BaseModel):
    """The body of a message on the plan queue: a broadcast to plan, or to look at again. A look
    that was wanted for `at` (unix seconds) is none when its watch says another time by then.
    """

    tenant: Name
    broadcast: Name
    at: int | None = None


class SeriesJob(BaseModel):
    """The other body of a message on the plan queue: a series of which something is due."""

    tenant: Name
    series: Name


_JOB: TypeAdapter[PlanJob | SeriesJob] = TypeAdapter(PlanJob | SeriesJob)
_SLICE = TypeAdapter(Slice)


def plan(record: SQSRecord, time_left: Callable[[], float]) -> None:
    """Plan the broadcast that one record of the plan queue names, or have a series become what is
    due of it; `time_left` in seconds.
    """
    job = _JOB.validate_json(record.body)
    if isinstance(job, SeriesJob):
        made = occurring().advance(job.tenant, job.series)
        logger().info("advanced a series", series=job.series, broadcasts=made)
        return
    slices = planner().plan(job.tenant, job.broadcast, time_left, at=job.at)
    logger().info("planned a broadcast", broadcast=job.broadcast, slices=slices)


def send(record: SQSRecord, time_left: Callable[[], float]) -> None:
    """Send the slice that one record of the send queue names; `time_left` in seconds."""
    piece = _SLICE.validate_json(record.body)
    waiting = sender().send(piece, time_left)
    logger().info("sent a slice", edition=piece.edition, first=piece.first, waiting=waiting)


@cache
def broadcasts() -> Broadcasts:
    """What the api offers of broadcasts."""
    return _broadcasts(known_templates().get)


@cache
def holding() -> Holding:
    """What the api offers of broadcasts that are under way."""
    return Holding(
        rows=broadcast_rows(),
        recipients=recipient_rows(),
        lines=lines(),
        plan_queue=plan_queue(),
        schedules=_schedules(),
        clock=time.time,
    )


@cache
def recurring() -> Recurring:
    """What the api offers of series."""
    return Recurring(
        rows=series_rows(),
        broadcast_rows=broadcast_rows(),
        broadcasts=broadcasts(),
        plan_queue=plan_queue(),
        clock=time.time,
    )


@cache
def occurring() -> Occurring:
    """The verb of the plan queue for series. The planner does not speak with Meta: it believes what
    is known of templates.
    """
    return Occurring(rows=series_rows(), broadcasts=_broadcasts(_template_known), clock=time.time)


def _template_known(line: Line, name: str, language: str) -> KnownTemplate:
    known = templates().get(line.tenant, line.waba, name, language)
    if known is None:
        raise NotFound(f"Meta lists no template {name} in {language}")
    return known


def _broadcasts(template_of: TemplateOf) -> Broadcasts:
    return Broadcasts(
        rows=broadcast_rows(),
        lines=lines(),
        template_of=template_of,
        audiences=Audiences(clients.s3(), setting("ARCHIVE_BUCKET")),
        segments=segments(),
        plan_queue=plan_queue(),
        schedules=_schedules(),
        clock=time.time,
    )


def _schedules() -> Schedules:
    target = Target(
        group=setting("SCHEDULE_GROUP"),
        queue_arn=setting("PLAN_QUEUE_ARN"),
        role_arn=setting("SCHEDULE_ROLE_ARN"),
    )
    return Schedules(clients.scheduler(), target)


@cache
def pricing() -> Pricing:
    """What the api knows of prices."""
    return Pricing(cards=rate_cards(), clock=time.time)


@cache
def previewing() -> Previewing:
    """What the api shows of a template that is filled in."""
    return Previewing(templates=known_templates(), people=people())


@cache
def outcomes() -> Outcomes:
    """What the api tells of recipients."""
    return Outcomes(rows=broadcast_rows(), recipients=recipient_rows(), clock=time.time)


@cache
def planner() -> Planner:
    """The verb of the plan queue."""
    bucket = setting("ARCHIVE_BUCKET")
    sources = Sources(
        audiences=Audiences(clients.s3(), bucket), people=people(), talks=talks(), lists=lists()
    )
    facts = PlanFacts(
        cards=rate_cards(),
        talks=talks(),
        messages=messages(),
        rows=broadcast_rows(),
        lists=lists(),
        clock=time.time,
    )
    making = PlanMaking(
        rows=plan_rows(),
        parts=PlanParts(clients.s3(), bucket),
        recipients=recipient_rows(),
        people=people(),
        sources=sources,
        facts=facts,
        clock=time.time,
    )
    return Planner(
        rows=broadcast_rows(),
        recipients=recipient_rows(),
        lines=lines(),
        templates=templates(),
        plans=plan_rows(),
        series=series_rows(),
        making=making,
        plan_queue=plan_queue(),
        send_queue=send_queue(),
        clock=time.time,
    )


@cache
def sender() -> Sender:
    """The verb of the send queue."""
    attempts = Attempts(
        rows=broadcast_rows(),
        recipients=recipient_rows(),
        lines=lines(),
        people=people(),
        recording=recording(),
        pace=pace(),
        clock=time.time,
    )
    return Sender(
        rows=broadcast_rows(),
        recipients=recipient_rows(),
        lines=lines(),
        templates=templates(),
        people=people(),
        attempts=attempts,
        graph_of=_sends_of,
        pace=pace(),
        plan_queue=plan_queue(),
        send_queue=send_queue(),
        crew=Crew(executor=ThreadPoolExecutor(CREW_SIZE), size=CREW_SIZE),
        clock=time.time,
        sleep=time.sleep,
    )


class ThreadedGraph:
    """Graph under one token, with a connection for each thread: a session is not for sharing."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._own = threading.local()

    def send(self, line: str, body: SendBody) -> Accepted:
        graph: Graph | None = getattr(self._own, "graph", None)
        if graph is None:
            graph = self._own.graph = graph_under(self._token)
        return graph.send(line, body)


def _sends_of(tenant: str, line: str) -> CountedSends:
    return _sends_under(tokens().read(tenant, line))


@cache
def _sends_under(token: str) -> CountedSends:
    """One for each token this process has met: connections outlive a slice."""
    return CountedSends(ThreadedGraph(token))
