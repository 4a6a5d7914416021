"""The stack that journeys walk through: the real template, deployed once for all of them."""

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from rich.console import Console

from local import logs
from local import stack as local_stack
from local.engine import Engine
from local.meta import Meta
from local.place import Place
from local.progress import Steps
from local.stack import Endpoints

_HERE = Path(__file__).parent
_LINES_SHOWN = 200


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


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The template on a local AWS that enforces its permissions, with a stand-in for Meta."""
    place = Place(tmp_path_factory.mktemp("stack"))
    quiet = Steps(Console(file=io.StringIO()))
    try:
        yield Stack(place, local_stack.up(place, quiet), Meta(place))
    finally:
        local_stack.down(place, quiet)


@pytest.fixture(autouse=True)
def said(request: pytest.FixtureRequest) -> Iterator[None]:
    """What the functions said during a journey, printed so that a failure shows it."""
    began = time.time()
    yield
    if "stack" in request.fixturenames:
        walked: Stack = request.getfixturevalue("stack")
        for line in logs.since(Engine(walked.place), began)[-_LINES_SHOWN:]:
            print(line)


@pytest.fixture
def eventually() -> Callable[..., None]:
    """Wait until something holds: `eventually(lambda: …, within_s=10)`; else the test fails."""

    def wait(holds: Callable[[], object], *, within_s: float = 15.0) -> None:
        ends = time.monotonic() + within_s
        while not holds():
            assert time.monotonic() < ends, f"did not come true within {within_s} s"
            time.sleep(0.1)

    return wait


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys share one stack: they carry a mark, and one worker runs them all."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("stack"))
