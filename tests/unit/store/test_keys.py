"""Every key begins with its tenant, so that no row of one is under a key of another."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from tandem.model.line import Address
from tandem.store import keys

SAMPLES = {int: 7, str: "acme", Address: Address("line", "101")}
FUNCTIONS: list[Callable[..., Any]] = [
    made
    for name, made in vars(keys).items()
    if inspect.isfunction(made)
    and made.__module__.startswith(f"{keys.__name__}.")
    and inspect.signature(made).return_annotation in (str, keys.Key)
    and name not in ("tenant_name", "moment", "message_moment", "send_of", "person_of")
]


def spelled(function: Callable[..., Any], tenant: str) -> str:
    """The partition key or the group that a function spells for a tenant."""
    given = {
        name: tenant if name == "tenant" else SAMPLES[parameter.annotation]
        for name, parameter in inspect.signature(function).parameters.items()
    }
    answer = function(**given)
    return str(answer.pk if isinstance(answer, keys.Key) else answer)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_a_key_begins_with_its_owner(function: Callable[..., Any]) -> None:
    asks_for_one = "tenant" in inspect.signature(function).parameters

    assert spelled(function, "shop").startswith("shop#" if asks_for_one else f"{keys.SYSTEM}#")


@pytest.mark.parametrize("name", ["~", "Acme", "a#b", "", "-a", "a" * 41, "é", "a b", "a\n"])
def test_what_cannot_name_a_tenant_never_begins_a_key(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a tenant"):
        keys.tenant_name(name)


@pytest.mark.parametrize("at", [0, 1, 999, 1_790_000_000, 99_999_999_999])
def test_moments_sort_as_times_do(at: int) -> None:
    assert keys.moment_at(keys.moment(at, "x#y")) == at
    assert keys.moment(at) < keys.moment(at, "a") < keys.moment(at + 1)
