"""The role of each function as the template writes it, and every call of a function held to it.

Neither the engine nor the table in memory asks who calls: without this a permission that is missing
would be missed in AWS first.
"""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from botocore.client import BaseClient

from local.deploy import read_template
from local.stack import TEMPLATE
from tests.fakes.memory_table import MemoryTable

_ACTIONS = {
    "BatchExecuteStatement": "PartiQLInsert",
    "HeadObject": "GetObject",
    "ListObjectsV2": "ListBucket",
    "SendMessageBatch": "SendMessage",
}
"""Actions that are not called as the call is."""

_NAMED_BY = ("QueueUrl", "SecretId", "KeyId", "Bucket", "GroupName")
"""What a call names its resource by; the table has one name everywhere."""

_IN_MEMORY = {
    "get": "GetItem",
    "get_many": "BatchGetItem",
    "rows": "Query",
    "page": "Query",
    "insert": "PutItem",
    "merge": "UpdateItem",
    "update": "UpdateItem",
    "delete": "DeleteItem",
    "insert_many": "BatchExecuteStatement",
    "merge_many": "BatchExecuteStatement",
}


class NotAllowed(BaseException):
    """A function asked AWS for what its role does not allow. No handler can soften it."""


def hold_to_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on a call that a handler makes, and its role does not allow, raises NotAllowed."""
    call = BaseClient._make_api_call

    def held(self: BaseClient, operation: str, asked: dict[str, Any]) -> Any:
        _check(self.meta.service_model.service_name, operation, asked)
        return call(self, operation, asked)

    monkeypatch.setattr(BaseClient, "_make_api_call", held)
    for method, operation in _IN_MEMORY.items():
        _hold_in_memory(monkeypatch, method, operation)


def _hold_in_memory(monkeypatch: pytest.MonkeyPatch, method: str, operation: str) -> None:
    does = getattr(MemoryTable, method)
    asked = {"IndexName": "by_time"} if method == "page" else {}

    def held(self: MemoryTable, *arguments: Any, **more: Any) -> Any:
        _check("dynamodb", operation, asked)
        return does(self, *arguments, **more)

    monkeypatch.setattr(MemoryTable, method, held)


def _check(service: str, operation: str, asked: Mapping[str, Any]) -> None:
    folder = _caller()
    if folder is not None and not allows(folder, service, operation, asked):
        raise NotAllowed(f"{folder} may not {service}:{operation} {dict(asked)}")


def _caller() -> str | None:
    """The folder of the handler that is at work; None when a test itself asks."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.name == "handler.py" and file.parents[1] == TEMPLATE.parent / "functions":
            return file.parent.name
        frame = frame.f_back
    return None


def allows(folder: str, service: str, operation: str, asked: Mapping[str, Any]) -> bool:
    """Whether the role of the function in this folder has a statement for a call."""
    action = f"{service}:{_ACTIONS.get(operation, operation)}"
    wanted = set(_resources(folder, service, asked))
    return any(
        fnmatchcase(resource, pattern)
        for statement in _statements(folder)
        if action in _as_list(statement["Action"])
        if _prefix_is_meant(statement, asked)
        for pattern in map(_plain, _as_list(statement["Resource"]))
        for resource in wanted
    )


def _resources(folder: str, service: str, asked: Mapping[str, Any]) -> Iterator[str]:
    """What a call is about, by the template's names: those of this function's own settings."""
    if service == "dynamodb":
        yield f"Table/index/{asked['IndexName']}" if "IndexName" in asked else "Table"
        return
    name = next(asked[each] for each in _NAMED_BY if each in asked)
    part = asked.get("Key") or (asked["Name"] if service == "scheduler" else None)
    for variable, value in _function(folder)["Environment"]["Variables"].items():
        if isinstance(value, dict) and os.environ.get(variable) == name:
            yield f"{_plain(value)}/{part}" if part else _plain(value)


def _prefix_is_meant(statement: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    prefixes = statement.get("Condition", {}).get("StringLike", {}).get("s3:prefix", "*")
    return any(fnmatchcase(asked.get("Prefix", ""), each) for each in _as_list(prefixes))


def _plain(value: Mapping[str, Any]) -> str:
    """A resource by the template's name of it, and what stands behind that: `Archive/lists/*`."""
    if "Fn::Sub" in value:
        text = re.sub(r"\$\{(\w+)(?:\.\w+)?\}", r"\1", value["Fn::Sub"])
        return text.rpartition(":schedule/")[2] if text.startswith("arn:") else text
    if "Ref" in value:
        return str(value["Ref"])
    got = value["Fn::GetAtt"]
    return str(got[0] if isinstance(got, list) else got.partition(".")[0])


def _statements(folder: str) -> list[dict[str, Any]]:
    role = _template()["Resources"][_plain(_function(folder)["Role"])]
    return [
        statement
        for policy in role["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def _function(folder: str) -> dict[str, Any]:
    resources: dict[str, dict[str, Any]] = _template()["Resources"]
    return next(
        each["Properties"]
        for each in resources.values()
        if each["Type"] == "AWS::Serverless::Function"
        if Path(each["Properties"]["CodeUri"]).name == folder
    )


@cache
def _template() -> dict[str, Any]:
    return read_template(TEMPLATE)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
