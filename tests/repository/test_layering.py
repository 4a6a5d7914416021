"""Imports point inward: functions → runtime → features → meta and store → model."""

import ast
from pathlib import Path

from tests.repository.conftest import ROOT, python_files

TANDEM = ROOT / "layers/domain/tandem"
FEATURES = {"lines", "history", "conversations", "broadcasts", "insights", "replay"}
MAY_IMPORT = {
    "model": set[str](),
    "meta": {"model"},
    "store": {"model"},
    **dict.fromkeys(FEATURES, FEATURES | {"meta", "store", "model"}),
    "runtime": FEATURES | {"meta", "store", "model"},
}
"""For each part of tandem the other parts that it may know."""

WITHIN_BROADCASTS = {
    "audience": set[str](),
    "templates": {"audience"},
    "plans": {"audience", "templates"},
    "sending": {"templates", "plans"},
    "series": {"plans"},
    "planning.py": {"plans", "sending", "series"},
}
"""For each part of broadcasts the other parts that it may know."""

AT_HOME = {
    "boto3": {"store", "runtime"},
    "botocore": {"store", "runtime"},
    "requests": {"meta"},
    "aws_lambda_powertools": {"runtime"},
}
"""For each library that touches the outside the only parts that may use it."""


def imported(module: Path) -> set[str]:
    """The full names that a module imports, inside functions and for type checking too."""
    names = set[str]()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def part(module: Path) -> str:
    return module.relative_to(TANDEM).parts[0]


def test_every_part_of_tandem_has_its_place() -> None:
    parts = {path.name for path in TANDEM.iterdir() if path.is_dir() and path.name[0] != "_"}

    assert parts == set(MAY_IMPORT)


def test_imports_point_inward() -> None:
    outward = [
        f"{module.relative_to(ROOT)} imports {name}"
        for module in python_files("layers/domain/tandem")
        if module.parent != TANDEM
        for name in imported(module)
        if name.startswith("tandem.")
        and name.split(".")[1] not in MAY_IMPORT[part(module)] | {part(module)}
    ]

    assert outward == []


def test_the_parts_of_broadcasts_know_each_other_in_one_direction() -> None:
    broadcasts = TANDEM / "broadcasts"
    other_way = [
        f"{module.relative_to(ROOT)} imports {name}"
        for module in python_files("layers/domain/tandem/broadcasts")
        if module.parent != broadcasts or module.name in WITHIN_BROADCASTS
        for here in [module.relative_to(broadcasts).parts[0]]
        for name in imported(module)
        if name.startswith("tandem.broadcasts.")
        and name.split(".")[2] not in WITHIN_BROADCASTS[here] | {here}
    ]

    assert other_way == []


def test_the_outside_is_reached_from_its_own_parts_only() -> None:
    strays = [
        f"{module.relative_to(ROOT)} imports {name}"
        for module in python_files("layers/domain/tandem")
        for name in imported(module)
        for library, homes in AT_HOME.items()
        if name.split(".")[0] == library and part(module) not in homes
    ]

    assert strays == []


def test_functions_do_not_wire() -> None:
    strays = [
        f"{module.relative_to(ROOT)} imports {name}"
        for module in python_files("functions")
        for name in imported(module)
        if name.split(".")[0] in {"boto3", "botocore", "requests", "local", "simulator"}
        or (name.startswith("tandem.") and name.split(".")[1] == "store")
    ]

    assert strays == []


def test_the_stand_in_for_meta_and_the_local_runner_know_nothing_of_tandem() -> None:
    strays = [
        f"{module.relative_to(ROOT)} imports {name}"
        for module in python_files("simulator", "local")
        for name in imported(module)
        if name.split(".")[0] in {"tandem", "functions"}
    ]

    assert strays == []


def test_one_import_path_everywhere() -> None:
    tricks = [
        f"{module.relative_to(ROOT)}:{node.lineno}"
        for module in python_files("functions", "layers/domain", "simulator", "local")
        for node in ast.walk(ast.parse(module.read_text()))
        if (isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.path")
        or (isinstance(node, ast.ImportFrom) and node.level)
        or (isinstance(node, ast.ExceptHandler) and "ImportError" in ast.unparse(node))
    ]

    assert tricks == []
