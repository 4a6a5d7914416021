"""Who a person is when nothing but one of their aliases is known."""

import pytest

from tandem.model.identity import Person


@pytest.mark.parametrize(
    "alias", ["phone:15550100001", "bsuid:US.1001", "parent:US.ENT.1", "username:ana"]
)
def test_a_person_under_an_alias_has_that_one_and_no_other(alias: str) -> None:
    assert Person.under(alias).aliases == (alias,)
