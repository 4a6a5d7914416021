"""The stack that journeys walk through: the real template, deployed once for each worker."""

import io
import time
from collections.abc import Iterator

import pytest
from rich.console import Console

from local import logs
from local import stack as local_stack
from local.engine import Engine
from local.meta import Meta
from local.place import Place
from local.progress import Steps
from tests.journeys.shops import Shop, Shops
from tests.journeys.stack import Stack

_LINES_SHOWN = 200


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The template on a local AWS that enforces its permissions, with a stand-in for Meta."""
    place = Place(tmp_path_factory.mktemp("stack"))
    quiet = Steps(Console(file=io.StringIO()))
    try:
        yield Stack(place, local_stack.up(place, quiet), Meta(place))
    finally:
        local_stack.down(place, quiet)


@pytest.fixture(scope="session")
def shops(stack: Stack) -> Shops:
    """The businesses of the stack: each journey opens its own."""
    return Shops(stack)


@pytest.fixture(scope="session")
def shop(shops: Shops) -> Shop:
    """A shop that is connected and has its past, for journeys that only talk."""
    return shops.open("Corner Shop").connected()


@pytest.fixture(autouse=True)
def calm(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each journey, whatever it let go wrong at Meta's end goes right again."""
    yield
    if "stack" in request.fixturenames:
        walked: Stack = request.getfixturevalue("stack")
        walked.meta.control("PUT", "faults", {})
        walked.meta.control("PUT", "statuses", {})


@pytest.fixture(autouse=True)
def said(request: pytest.FixtureRequest) -> Iterator[None]:
    """What the functions said during a journey, printed so that a failure shows it."""
    began = time.time()
    yield
    if "stack" in request.fixturenames:
        walked: Stack = request.getfixturevalue("stack")
        for line in logs.since(Engine(walked.place), began)[-_LINES_SHOWN:]:
            print(line)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Journeys carry a mark, for who wants only them or all but them."""
    item.add_marker(pytest.mark.journey)
