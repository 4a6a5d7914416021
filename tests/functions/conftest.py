"""What tests of functions share."""

import pytest

from tests.fakes.api_house import House, made_house
from tests.fakes.front_desk import ANA, BEN


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    """Ana wrote to acme and Ben wrote to globex, an hour ago."""
    house = made_house(monkeypatch)
    house.desk.sees("wamid.a", ANA)
    house.other.sees("wamid.b", BEN)
    return house
