"""What is deployed can be imported, from what is deployed and nothing else."""

import io
import json
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from local import build
from local.deploy import read_template
from local.stack import TEMPLATE

RESOURCES = read_template(TEMPLATE)["Resources"]
FUNCTIONS = {
    name: each for name, each in RESOURCES.items() if each["Type"] == "AWS::Serverless::Function"
}
GLOBAL_LAYERS = ["Domain"]
LAMBDA_HAS = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
"""What the Lambda runtime itself brings."""

IMPORT = """
import importlib, json, socket, sys

sys.path[:0] = json.loads(sys.argv[1])
socket.socket.connect = None  # importing must reach nobody

module, _, name = sys.argv[2].rpartition(".")
assert callable(getattr(importlib.import_module(module), name))
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every function and layer, as it is deployed, in a folder of its own."""
    folder = tmp_path_factory.mktemp("artifacts")
    for name, resource in RESOURCES.items():
        if "AWS::Serverless" in resource["Type"]:
            _, content = build.archive(name, resource)
            zipfile.ZipFile(io.BytesIO(content)).extractall(folder / name)
    runtime = folder / "runtime"
    runtime.mkdir()
    for package in LAMBDA_HAS:
        spec = find_spec(package)
        assert spec
        assert spec.origin
        origin = Path(spec.origin)
        found = origin.parent if origin.name == "__init__.py" else origin
        (runtime / found.name).symlink_to(found)
    return folder


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_handler_is_imported_without_an_environment_or_a_network(
    unpacked: Path, name: str
) -> None:
    properties: dict[str, Any] = FUNCTIONS[name]["Properties"]
    layers = GLOBAL_LAYERS + [layer["Ref"] for layer in properties.get("Layers", [])]
    path = [name, *(f"{layer}/python" for layer in layers), "runtime"]

    imported = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            IMPORT,
            json.dumps([str(unpacked / each) for each in path]),
            properties["Handler"],
        ],
        env={},
        capture_output=True,
        text=True,
        check=False,
    )

    assert imported.returncode == 0, imported.stderr


def test_layers_are_compiled_so_that_a_cold_start_does_not_have_to(unpacked: Path) -> None:
    for layer in ("Domain", "Dependencies"):
        modules = list((unpacked / layer).rglob("*.py"))
        compiled = list((unpacked / layer).rglob("*.pyc"))

        assert len(compiled) == len(modules) > 0
        # Bytes 4 to 8 of a .pyc: 1 says "by hash, not checked".
        assert {path.read_bytes()[4:8] for path in compiled} == {b"\x01\0\0\0"}


def test_what_has_not_changed_is_not_deployed_again() -> None:
    for name, function in FUNCTIONS.items():
        assert build.archive(name, function) == build.archive(name, function)
