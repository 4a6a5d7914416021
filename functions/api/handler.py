"""The API of a tenant: lines, conversations, messages, broadcasts, series, kept. docs/api.md."""

from functools import cache
from time import perf_counter
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api.answering import no_such_route, problem
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
from tandem.runtime.metrics import counting
from tandem.runtime.observability import logger

Event = dict[str, Any]


def handler(event: Event, context: LambdaContext) -> Event:
    """One request (HTTP API, payload 2.0) to its answer. The log names the route, never its ids."""
    began = perf_counter()
    api = routes()
    with counting():
        answer: Event = api.resolve(event, context)
    logger().info(
        "answered",
        method=event["requestContext"]["http"]["method"],
        status=answer["statusCode"],
        milliseconds=round((perf_counter() - began) * 1000),
        request=context.aws_request_id,
    )
    return answer


@cache
def routes() -> APIGatewayHttpResolver:
    """Every route, made once a process."""
    api = APIGatewayHttpResolver()
    talking = (lines, imports, conversations, contacts, kept)
    sending = (templates, rates, lists, segments, broadcasts, series)
    for part in (*talking, *sending):
        api.include_router(part.router)
    api.not_found(no_such_route)
    api.exception_handler(Exception)(
        lambda error: problem(error, request=api.lambda_context.aws_request_id)
    )
    return api
