"""The way in to the controls: one table of routes that HTTP and the command line both read."""

import inspect
import re
from typing import Any, NamedTuple

from simulator.controls import Controls
from simulator.server import Request, Response

ROOT = "/_sim"
LINE = "/lines/{phone_number_id}"


class Door(NamedTuple):
    verb: str  # a method of Controls, and with dashes a command
    method: str
    path: str

    def opens(self, method: str, path: str) -> dict[str, str] | None:
        """The path's arguments when this is the door for it."""
        if method != self.method:
            return None
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path)
        found = re.fullmatch(pattern, path)
        return found.groupdict() if found else None


DOORS = (
    Door("health", "GET", "/health"),
    Door("configure_app", "PUT", "/app"),
    Door("create_business", "POST", "/businesses"),
    Door("businesses", "GET", "/businesses"),
    Door("signup", "POST", "/signup"),
    Door("issue_token", "POST", "/tokens"),
    Door("prepare_history", "PUT", f"{LINE}/history"),
    Door("customer_message", "POST", f"{LINE}/customer_message"),
    Door("owner_message", "POST", f"{LINE}/owner_message"),
    *(
        Door(f"{who}_{act}", "POST", f"{LINE}/{who}_{act}")
        for who in ("customer", "owner")
        for act in ("edit", "revoke", "react")
    ),
    Door("change_number", "POST", f"{LINE}/change_number"),
    Door("renew_user_id", "POST", f"{LINE}/renew_user_id"),
    Door("change_contact", "POST", f"{LINE}/contacts"),
    Door("disconnect", "POST", f"{LINE}/disconnect"),
    Door("offboard", "POST", f"{LINE}/offboard"),
    Door("reconnect", "POST", f"{LINE}/reconnect"),
    Door("notice", "POST", f"{LINE}/notice"),
    Door("preference", "POST", f"{LINE}/preference"),
    Door("set_template", "PUT", "/templates"),
    Door("set_marketing", "PUT", "/marketing"),
    Door("statuses", "PUT", f"{LINE}/customers/{{phone}}/statuses"),
    Door("statuses", "PUT", "/statuses"),
    Door("customer", "PUT", "/customers/{phone}"),
    Door("set_faults", "PUT", "/faults"),
    Door("faults", "GET", "/faults"),
    Door("advance_clock", "POST", "/clock"),
    Door("deliver", "POST", "/deliver"),
    Door("truth", "GET", "/truth"),
    Door("bill", "POST", f"{LINE}/bill"),
    Door("deliveries", "GET", "/deliveries"),
    Door("calls", "GET", "/calls"),
    Door("play", "POST", "/play"),
    Door("reset", "POST", "/reset"),
)


class ControlDesk:
    """Answers `/_sim/…`: arguments come from the path, the query and a JSON body alike."""

    def __init__(self, controls: Controls) -> None:
        self._controls = controls

    def __call__(self, request: Request) -> Response:
        path = request.path.removeprefix(ROOT)
        for door in DOORS:
            found = door.opens(request.method, path)
            if found is not None:
                return self._answer(door, request, found)
        return Response.json({"error": f"no control at {request.method} {path}"}, status=404)

    def _answer(self, door: Door, request: Request, found: dict[str, str]) -> Response:
        try:
            given = dict(request.json()) if request.body else {}
            return Response.json(ask(self._controls, door.verb, request.query | given | found))
        except KeyError as problem:
            return Response.json({"error": str(problem.args[0])}, status=404)
        except (TypeError, ValueError) as problem:
            return Response.json({"error": str(problem)}, status=400)


def ask(controls: Controls, verb: str, arguments: dict[str, Any]) -> Any:
    """Call a verb by name. Raises ValueError for arguments it does not have."""
    method = getattr(controls, verb)
    named = {("from_" if name == "from" else name): value for name, value in arguments.items()}
    try:
        bound = inspect.signature(method).bind(**named)
    except TypeError as problem:
        raise ValueError(f"{verb}: {problem}") from problem
    return method(*bound.args, **bound.kwargs)
