"""Which call means what: one table; around it the token, the faults and Meta's error shape."""

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any, NamedTuple

from simulator import ids
from simulator.errors import MetaError
from simulator.graph import access, assets, media, messages
from simulator.graph.call import Call, bearer_of, params_of, without_secrets
from simulator.platform import GraphCall, Platform
from simulator.server import Request, Response
from simulator.world import Account, Line, Media

VERSION = re.compile(r"^v\d{1,3}\.\d$")


class Endpoint(NamedTuple):
    name: str  # how faults and the call log name it
    serve: Callable[[Platform, Any, Call], dict[str, Any]]
    locked: bool = True  # False: it waits for a receiver, and locks what it changes itself


# (method, kind of object, edge)
ROUTES: dict[tuple[str, type, str], Endpoint] = {
    ("GET", Account, ""): Endpoint("waba", assets.read_account),
    ("GET", Account, "phone_numbers"): Endpoint("phone_numbers", assets.list_lines),
    ("GET", Account, "message_templates"): Endpoint("message_templates", assets.list_templates),
    ("GET", Account, "subscribed_apps"): Endpoint("subscribed_apps", assets.subscriptions),
    ("POST", Account, "subscribed_apps"): Endpoint(
        "subscribed_apps", assets.subscribe, locked=False
    ),
    ("DELETE", Account, "subscribed_apps"): Endpoint("subscribed_apps", assets.unsubscribe),
    ("GET", Line, ""): Endpoint("phone", assets.read_line),
    ("POST", Line, ""): Endpoint("phone", assets.change_line, locked=False),
    ("POST", Line, "deregister"): Endpoint("deregister", assets.leave_platform),
    ("POST", Line, "smb_app_data"): Endpoint("smb_app_data", assets.request_sync),
    ("POST", Line, "messages"): Endpoint("messages", messages.send),
    ("POST", Line, "marketing_messages"): Endpoint("marketing_messages", messages.send_marketing),
    ("POST", Line, "media"): Endpoint("media", media.upload),
    ("GET", Media, ""): Endpoint("media", media.read),
    ("DELETE", Media, ""): Endpoint("media", media.delete),
}
OPEN_ROUTES: dict[tuple[str, ...], Endpoint] = {
    ("oauth", "access_token"): Endpoint(
        "oauth/access_token", lambda p, _, c: access.exchange(p, c)
    ),
    ("debug_token",): Endpoint("debug_token", lambda p, _, c: access.debug(p, c)),
}
ENDPOINTS = sorted({route.name for route in (*ROUTES.values(), *OPEN_ROUTES.values())})


class Served(NamedTuple):
    """What came of a call: the answer, and what to remember of it."""

    response: Response
    endpoint: str
    params: dict[str, Any]
    code: int | None = None
    fault: str | None = None


class Graph:
    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def __call__(self, request: Request) -> Response:
        parts = [part for part in request.path.split("/") if part]
        version = parts.pop(0) if parts and VERSION.match(parts[0]) else None
        served = self._serve(request, parts)
        self._platform.calls.append(
            GraphCall(
                at=self._platform.world.clock.now(),
                method=request.method,
                path="/" + "/".join(parts),
                endpoint=served.endpoint,
                params=without_secrets(served.params),
                status=served.response.status,
                code=served.code,
                fault=served.fault,
            )
        )
        if version is None:
            return served.response
        return replace(served.response, headers=(("facebook-api-version", version),))

    def _serve(self, request: Request, parts: list[str]) -> Served:
        endpoint, params, fault = "unknown", dict[str, Any](), None
        try:
            params = params_of(request)
            route, node, call = self._find(request, parts, params)
            endpoint = route.name
            fault = self._fault(endpoint)
            with self._platform.world.lock if route.locked else nullcontext():
                answer = route.serve(self._platform, node, call)
        except MetaError as error:
            return self._refused(error, endpoint, params, error.fault or fault)
        response = Response.json(answer)
        return Served(self._late(response, fault), endpoint, params, None, fault)

    def _find(
        self, request: Request, parts: list[str], params: dict[str, Any]
    ) -> tuple[Endpoint, Any, Call]:
        """The endpoint, the object it is about, and the call. Raises MetaError."""
        opened = OPEN_ROUTES.get(tuple(parts))
        if opened is not None and request.method == "GET":
            return opened, None, Call(request.method, params)
        world = self._platform.world
        bearer = bearer_of(request, params)
        token = access.authenticated(world, bearer)
        access.check_proof(world, bearer, params.get("appsecret_proof"))
        if not parts or len(parts) > 2:
            raise MetaError(2500, f"/{'/'.join(parts)}")
        node = access.reached(world, token, parts[0])
        edge = parts[1] if len(parts) == 2 else ""
        route = ROUTES.get((request.method, type(node), edge))
        if route is None:
            raise MetaError(2500, f"{request.method} /{'/'.join(parts)}")
        return route, node, Call(request.method, params, token)

    # Faults

    def _fault(self, endpoint: str) -> str | None:
        """Which fault hits this call; those that keep it from being done raise."""
        faults = self._platform.world.records.faults
        if not faults.touches(endpoint):
            return None
        with self._platform.world.lock:
            occasion = (endpoint, self._platform.world.mint("graph call"))
        if faults.strikes("graph_5xx", faults.graph_5xx, occasion):
            raise MetaError(2, fault="graph_5xx")
        if faults.strikes("refuse", faults.refuse, occasion):
            raise MetaError(faults.refuse_code, fault="refuse")
        for name, share in (("lose_answer", faults.lose_answer), ("timeout", faults.timeout)):
            if faults.strikes(name, share, occasion):
                return name
        return None

    def _late(self, response: Response, fault: str | None) -> Response:
        """Done, but the caller does not hear of it, or too late."""
        if fault == "lose_answer":
            return replace(response, cut=True)
        if fault == "timeout":
            wait_s = self._platform.world.records.faults.timeout_s * self._platform.time_scale
            return replace(response, after_s=wait_s)
        return response

    def _refused(
        self, error: MetaError, endpoint: str, params: dict[str, Any], fault: str | None
    ) -> Served:
        with self._platform.world.lock:
            trace_id = ids.trace(self._platform.world.mint("trace"))
        response = Response.json(error.body(trace_id), status=error.http)
        return Served(self._late(response, fault), endpoint, params, error.code, fault)
