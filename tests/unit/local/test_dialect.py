"""The local engine's spellings are added to who has the permission, and to nobody else."""

from copy import deepcopy
from typing import Any

import pytest

from local import dialect
from local.deploy import read_template
from local.stack import TEMPLATE


def granted(template: dict[str, Any], role: str) -> list[dict[str, Any]]:
    (policy,) = template["Resources"][role]["Properties"]["Policies"]
    statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return statements


def roles_with(text: str, template: dict[str, Any]) -> set[str]:
    return {
        role
        for role, resource in template["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role" and text in str(granted(template, role))
    }


def test_what_the_template_grants_stays_as_it_is() -> None:
    template = read_template(TEMPLATE)

    spoken = dialect.spoken(deepcopy(template))

    for role, resource in template["Resources"].items():
        if resource["Type"] == "AWS::IAM::Role":
            before = granted(template, role)
            assert granted(spoken, role)[: len(before)] == before


@pytest.mark.parametrize(
    ("permission", "spelling"),
    [
        ("dynamodb:PartiQLInsert", "dynamodb:BatchExecuteStatement"),
        ("sqs:SendMessage'", "sqs:SendMessageBatch"),
        ("scheduler:CreateSchedule", "schedule/default/"),
    ],
)
def test_a_spelling_is_added_to_who_has_the_permission(permission: str, spelling: str) -> None:
    template = read_template(TEMPLATE)
    permitted = roles_with(permission, template)

    spoken = dialect.spoken(template)

    assert permitted
    assert roles_with(spelling, spoken) == permitted
