"""What the sign-up window says is read, never trusted, and never breaks anything."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.lines.invitation import Invitation
from tandem.lines.signup import claims, onboarding_id

FINISHED = {
    "type": "WA_EMBEDDED_SIGNUP",
    "event": "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING",
    "version": 3,
    "data": {"waba_id": "901", "phone_number_id": "101"},
}


@pytest.mark.parametrize("message", [FINISHED, json.dumps(FINISHED), FINISHED["data"]])
def test_the_account_and_the_number_are_read_in_every_shape(message: object) -> None:
    assert claims(message) == ("901", "101")


def test_a_number_that_is_not_named_is_not_claimed() -> None:
    assert claims({"data": {"waba_id": 901}}) == ("901", None)


@pytest.mark.parametrize("id_", ["901/../me", "90 1", "", None, [], True, "9" * 33, "٩٠١"])
def test_what_is_no_id_of_metas_is_not_claimed(id_: Any) -> None:
    assert claims({"data": {"waba_id": id_}}) == (None, None)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_anything_else_claims_nothing(message: object) -> None:
    assert claims(message) == (None, None)


def test_the_same_code_under_the_same_invitation_is_the_same_onboarding() -> None:
    mine, other = Invitation("a", "acme", 1), Invitation("b", "acme", 1)

    ids = {onboarding_id(mine, "x"), onboarding_id(mine, "y"), onboarding_id(other, "x")}

    assert len(ids) == 3
    assert onboarding_id(mine, "x") in ids
