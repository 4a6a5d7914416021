"""The local engine's spellings are added to who has the permission, and to nobody else."""

from copy import deepcopy
from typing import Any

from local import dialect
from local.deploy import read_template
from local.stack import TEMPLATE


def granted(template: dict[str, Any], role: str) -> list[dict[str, Any]]:
    (policy,) = template["Resources"][role]["Properties"]["Policies"]
    statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return statements


def test_what_the_template_grants_stays_as_it_is() -> None:
    template = read_template(TEMPLATE)

    spoken = dialect.spoken(deepcopy(template))

    for role, resource in template["Resources"].items():
        if resource["Type"] == "AWS::IAM::Role":
            before = granted(template, role)
            assert granted(spoken, role)[: len(before)] == before


def test_only_who_inserts_many_rows_may_do_so_in_the_engines_words() -> None:
    template = read_template(TEMPLATE)
    inserting = {
        role
        for role, resource in template["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role"
        and "dynamodb:PartiQLInsert" in str(granted(template, role))
    }

    spoken = dialect.spoken(template)

    assert inserting == {
        role
        for role, resource in spoken["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role"
        and "dynamodb:BatchExecuteStatement" in str(granted(spoken, role))
    }


def test_only_who_schedules_may_use_the_default_group() -> None:
    spoken = dialect.spoken(read_template(TEMPLATE))

    scheduling = {
        role
        for role, resource in spoken["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role" and "schedule/default" in str(granted(spoken, role))
    }

    assert scheduling == {"ApiRole"}
