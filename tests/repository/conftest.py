"""What the tests of the repository read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.deploy import read_template
from local.stack import TEMPLATE

ROOT = TEMPLATE.parent
PYTHON_FOLDERS = ("functions", "layers/domain", "simulator", "local", "bench", "tests")
FOLDERS = (*PYTHON_FOLDERS, "layers", "web", "events", "docs", ".ci")


def python_files(*folders: str) -> Iterator[Path]:
    """Every module below these folders."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def text_files() -> Iterator[Path]:
    """Every file that somebody wrote."""
    # In a worktree `.git` is a file, and git's own.
    written = {path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"}
    for folder in FOLDERS:
        written |= {path for path in (ROOT / folder).rglob("*") if path.is_file()}
    ours = (path for path in written if "__pycache__" not in path.parts)
    yield from sorted(path for path in ours if path.suffix not in {".png", ".pyc", ".gz"})


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    return read_template(TEMPLATE)


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"]
    return found
