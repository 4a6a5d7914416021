"""Two permissions that the local engine asks for by other names than AWS does.

The template says what AWS wants. The engine's checks differ in two places, and only in a role that
already has the permission is the engine's spelling of it added, here and nowhere else:

    dynamodb:PartiQLInsert on the table       dynamodb:BatchExecuteStatement, on no table
    scheduler:… on the stack's own group      the same, on the default group
"""

from collections.abc import Iterator
from typing import Any

_DEFAULT_GROUP = {
    "Fn::Sub": "arn:${AWS::Partition}:scheduler:*:${AWS::AccountId}:schedule/default/*"
}


def spoken(template: dict[str, Any]) -> dict[str, Any]:
    """The template with the engine's spellings added to its roles."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::IAM::Role":
            for policy in resource["Properties"]["Policies"]:
                statements = policy["PolicyDocument"]["Statement"]
                statements += [each for said in statements for each in _otherwise(said)]
    return template


def _otherwise(statement: dict[str, Any]) -> Iterator[dict[str, Any]]:
    actions = (
        statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
    )
    if any(action.startswith("dynamodb:PartiQL") for action in actions):
        yield {**statement, "Action": "dynamodb:BatchExecuteStatement", "Resource": "*"}
    if any(action.startswith("scheduler:") for action in actions):
        yield {**statement, "Resource": _DEFAULT_GROUP}
