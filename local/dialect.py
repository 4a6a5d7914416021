"""Permissions that the local engine asks for by other names than AWS does.

The template says what AWS wants. Where the engine's checks differ, its spelling is added to the
roles that have the permission already, here and nowhere else:

    sqs:SendMessage                           sqs:SendMessageBatch, on the same queue
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
    if "sqs:SendMessage" in actions:
        yield {**statement, "Action": "sqs:SendMessageBatch"}
    if any(action.startswith("dynamodb:PartiQL") for action in actions):
        yield {**statement, "Action": "dynamodb:BatchExecuteStatement", "Resource": "*"}
    if any(action.startswith("scheduler:") for action in actions):
        yield {**statement, "Resource": _DEFAULT_GROUP}
