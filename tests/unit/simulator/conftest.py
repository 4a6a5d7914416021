"""A simulator that never waits, under a clock that stands still, and who talks to it."""

from collections.abc import Iterator

import pytest

from simulator import Simulator
from tests.unit.simulator.actors import Receiver, Shop, StillClock, connected, listen, receiving


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def meta(clock: StillClock) -> Iterator[Simulator]:
    """Delivers through one sender, so that what leaves first arrives first."""
    with Simulator(seed=7, time_scale=0, senders=1, clock=clock) as simulator:
        yield simulator


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as kept:
        yield kept


@pytest.fixture
def listening(meta: Simulator, receiver: Receiver) -> Receiver:
    """The receiver, registered as the app's callback."""
    listen(meta, receiver)
    return receiver


@pytest.fixture
def shop(meta: Simulator, listening: Receiver) -> Shop:
    """A coexistence line, connected; its PARTNER_ADDED is out of the way."""
    made = connected(meta, name="Corner Shop")
    meta.wait_until_delivered()
    listening.posts.clear()
    return made


@pytest.fixture
def cloud(meta: Simulator, listening: Receiver) -> Shop:
    """A Cloud API line without an app."""
    made = connected(meta, name="Call Centre", mode="cloud")
    meta.wait_until_delivered()
    listening.posts.clear()
    return made
