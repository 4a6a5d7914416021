"""What tests of functions share."""

from collections.abc import Iterator

import pytest

from tests.fakes.api_house import House, made_house
from tests.fakes.engine import running_engine
from tests.fakes.front_desk import ANA, BEN
from tests.fakes.onboarding_stack import OnboardingStack, onboarding_stack
from tests.fakes.roles import hold_to_roles


@pytest.fixture(autouse=True)
def roles(monkeypatch: pytest.MonkeyPatch) -> None:
    """No function asks AWS for what its role does not allow."""
    hold_to_roles(monkeypatch)


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    """Ana wrote to acme and Ben wrote to globex, an hour ago."""
    house = made_house(monkeypatch)
    house.desk.sees("wamid.a", ANA)
    house.other.sees("wamid.b", BEN)
    return house


@pytest.fixture(scope="session")
def engine_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A local AWS engine for what is tested with its real wiring."""
    with running_engine(tmp_path_factory.mktemp("engine")) as url:
        yield url


@pytest.fixture
def stack(engine_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[OnboardingStack]:
    """The onboarding functions on the local engine, with a Meta of their own."""
    with onboarding_stack(engine_url, monkeypatch) as stack:
        yield stack
