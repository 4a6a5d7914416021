"""The stack that journeys walk through, and the handles by which they hold it."""

from dataclasses import dataclass
from typing import Any

import requests

from local import stack as local_stack
from local.meta import Meta
from local.place import Place
from local.stack import Endpoints


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack, and the handles by which a journey holds it."""

    place: Place
    endpoints: Endpoints
    meta: Meta

    def api(self, method: str, path: str, **request: Any) -> requests.Response:
        """Call the API with the seeded tenant's key; `path` begins behind /v1."""
        headers = {"Authorization": f"Bearer {self.endpoints.api_key}"}
        return requests.request(
            method,
            f"{self.endpoints.api_url}{path}",
            headers={**headers, **request.pop("headers", {})},
            timeout=35,
            **request,
        )

    def aws(self, service: str) -> Any:
        """A boto3 client of the stack's administrator."""
        return local_stack.client(self.place, service)

    def resource(self, logical_id: str) -> str:
        """The physical name of a resource of the template."""
        return local_stack.resource(self.place, logical_id)

    def workers(self, function: str) -> list[int]:
        """The pids that run a function now, by its logical id."""
        return local_stack.workers(self.place, function)
