"""Deploys template.yaml by the CloudFormation API, with the code packaged as `sam package` does.

Nothing about the system is said here: what is deployed is what the template says, and some
permissions once more in the engine's own words (local/dialect.py).
"""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from samtranslator.yaml_helper import yaml_parse

from local import build
from local.engine import Engine

STACK = "tandem"
_BUCKET = "tandem-deployments"
_CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


class DeploymentFailed(RuntimeError):
    """CloudFormation refused the template or rolled it back; the message names each reason."""


def read_template(path: Path) -> dict[str, Any]:
    """The template with its short tags spelled out (`!Ref X` is `{"Ref": "X"}`)."""
    template: dict[str, Any] = yaml_parse(path.read_text())
    return template


def package(
    template: dict[str, Any], engine: Engine, *, each: Callable[[str], None]
) -> dict[str, Any]:
    """Upload every function and layer; the template then points at the uploads."""
    s3 = engine.client("s3")
    s3.create_bucket(Bucket=_BUCKET)
    present = {
        stored["Key"]
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=_BUCKET)
        for stored in page.get("Contents", [])
    }
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] in _CODE:
            each(logical_id)
            key, content = build.archive(logical_id, resource)
            if key not in present:
                s3.put_object(Bucket=_BUCKET, Key=key, Body=content)
            resource["Properties"][_CODE[resource["Type"]]] = f"s3://{_BUCKET}/{key}"
    return template


def apply(
    template: dict[str, Any],
    parameters: Mapping[str, str],
    engine: Engine,
    *,
    progress: Callable[[int, int], None],
) -> dict[str, str]:
    """Create or update the stack; its outputs. `progress` hears (resources done, of how many)."""
    engine.client("s3").put_object(
        Bucket=_BUCKET, Key="template.json", Body=json.dumps(template).encode()
    )
    cloudformation = engine.client("cloudformation")
    request = {
        "StackName": STACK,
        "TemplateURL": f"{engine.url}/{_BUCKET}/template.json",
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
        ],
    }
    started = time.time()
    try:
        if _status(cloudformation) is None:
            cloudformation.create_stack(**request)
        else:
            cloudformation.update_stack(**request)
    except ClientError as refusal:
        if "No updates are to be performed" not in str(refusal):
            raise DeploymentFailed(str(refusal)) from refusal
    total = len(template["Resources"])
    while (status := _status(cloudformation)) and status.endswith("IN_PROGRESS"):
        progress(_done(cloudformation), total)
        time.sleep(0.1)
    if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise DeploymentFailed(f"{status}\n{_reasons(cloudformation, since=started)}")
    progress(total, total)
    return outputs(engine)


def outputs(engine: Engine) -> dict[str, str]:
    """What the deployed stack gives out."""
    described = engine.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}


def physical_name(engine: Engine, logical_id: str) -> str:
    """The name that the stack gave to a resource."""
    detail = engine.client("cloudformation").describe_stack_resource(
        StackName=STACK, LogicalResourceId=logical_id
    )["StackResourceDetail"]
    return str(detail["PhysicalResourceId"])


def _status(cloudformation: Any) -> str | None:
    try:
        return str(cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"])
    except ClientError as refusal:
        if "does not exist" in str(refusal):
            return None
        raise


def _done(cloudformation: Any) -> int:
    resources = cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
    return sum(resource["ResourceStatus"].endswith("COMPLETE") for resource in resources)


def _reasons(cloudformation: Any, *, since: float) -> str:
    events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    return "\n".join(
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in events
        if event["ResourceStatus"].endswith("FAILED") and event["Timestamp"].timestamp() >= since
    )
