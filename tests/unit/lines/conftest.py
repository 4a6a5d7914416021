"""What the tests of lines share: a desk in memory on which whole onboardings happen."""

import pytest

from tests.fakes.onboarding_desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()
