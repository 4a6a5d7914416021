"""template.yaml read as AWS reads it: which function an event is for, and what it is given."""

import importlib
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from local.deploy import read_template
from local.stack import TEMPLATE

type Event = dict[str, Any]
type Handler = Callable[[Event, Any], Any]

FUNCTION = "AWS::Serverless::Function"


@cache
def template() -> dict[str, Any]:
    return read_template(TEMPLATE)


def resources(kind: str) -> dict[str, Any]:
    """The properties of every resource of a kind, by logical id."""
    found = template()["Resources"].items()
    return {name: each.get("Properties", {}) for name, each in found if each["Type"] == kind}


def source_of(event: Event) -> str:
    """What a Lambda event comes from, as its folder is called."""
    if "Records" in event:
        (queue,) = {_queue_in(record["eventSourceARN"]) for record in event["Records"]}
        return re.sub(r"(?<!^)(?=[A-Z])", "_", queue).lower()
    if event.get("type") == "REQUEST":
        return "authorizer"
    return "http_api" if "routeKey" in event else "schedule"


def taken_by(event: Event) -> str:
    """The logical id of the function that the template triggers with an event; LookupError if none.

    What an event is from stands in it: a route, a queue's name, a rule's name, an authorizer.
    """
    finders = {"authorizer": _authorizer, "http_api": _behind_the_route, "schedule": _scheduled}
    return finders.get(source_of(event), _reader)(event)


def _authorizer(_: Event) -> str:
    (authorizer,) = resources("AWS::ApiGatewayV2::Authorizer").values()
    return _named(r"\$\{(\w+)\.Arn\}", authorizer["AuthorizerUri"]["Fn::Sub"])


def _behind_the_route(event: Event) -> str:
    for route in resources("AWS::ApiGatewayV2::Route").values():
        if route["RouteKey"] == event["routeKey"]:
            integration = _named(r"\$\{(\w+)\}", route["Target"]["Fn::Sub"])
            target = resources("AWS::ApiGatewayV2::Integration")[integration]["IntegrationUri"]
            return logical_id(target)
    raise LookupError(f"no route is {event['routeKey']}")


def _scheduled(event: Event) -> str:
    for name, source in _sources("Schedule"):
        if any(f"{name}{source}-" in rule for rule in event["resources"]):
            return name
    raise LookupError(f"nothing is scheduled by {event['resources']}")


def _reader(event: Event) -> str:
    queue = _queue_in(event["Records"][0]["eventSourceARN"])
    for name, source in _sources("SQS"):
        properties = resources(FUNCTION)[name]["Events"][source]["Properties"]
        if logical_id(properties["Queue"]) == queue:
            return name
    raise LookupError(f"nobody reads {queue}")


def _sources(kind: str) -> list[tuple[str, str]]:
    return [
        (name, source)
        for name, function in resources(FUNCTION).items()
        for source, event in function.get("Events", {}).items()
        if event["Type"] == kind
    ]


def _queue_in(arn: str) -> str:
    """The logical id in a queue's ARN: CloudFormation puts it before the last dash."""
    return arn.rsplit("-", 2)[-2]


def _named(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, text
    return found[1]


def logical_id(value: Any) -> str:
    """The logical id that a `!GetAtt` names."""
    got = value["Fn::GetAtt"]
    return str(got[0] if isinstance(got, list) else got.partition(".")[0])


def handler_of(function: str) -> Handler:
    """The handler that the template names for a function."""
    module, _, name = resources(FUNCTION)[function]["Handler"].rpartition(".")
    handler: Handler = getattr(importlib.import_module(module), name)
    return handler


def environment_of(function: str, world: Mapping[str, str]) -> dict[str, str]:
    """The environment that the template gives a function.

    `world` has what stands for a `!Ref` or a `!GetAtt`, under `X` or `X.Attribute`; parameters have
    their defaults.
    """
    shared = template()["Globals"]["Function"]["Environment"]["Variables"]
    own = resources(FUNCTION)[function].get("Environment", {}).get("Variables", {})
    return {name: _value(value, world) for name, value in {**shared, **own}.items()}


def _value(value: Any, world: Mapping[str, str]) -> str:
    if not isinstance(value, dict):
        return str(value)
    if "Ref" in value:
        name = value["Ref"]
        return world[name] if name in world else str(template()["Parameters"][name]["Default"])
    if "Fn::Sub" in value:
        # An address of the stack itself: what it is of nobody in these tests calls.
        return re.sub(r"\$\{([\w:.]+)\}", lambda found: world.get(found[1], "x"), value["Fn::Sub"])
    got = value["Fn::GetAtt"]
    return world[got if isinstance(got, str) else ".".join(got)]
