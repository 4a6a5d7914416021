"""The rules of the house that a machine can hold."""

import ast
import logging
import re
from pathlib import Path

import pytest

from tests.repository.conftest import PYTHON_FOLDERS, ROOT, python_files, text_files

NAMELESS = {"utils", "util", "common", "shared", "helpers", "helper", "manager", "base", "misc"}
LOCKS = (
    "local/uv.txt",
    "local/sam.txt",
    "local/requirements.txt",
    "layers/dependencies/requirements.txt",
)
MACHINE_PATH = re.compile(r"(?<![\w.$}{/-])/(?:home|root|Users|work|private|tmp/\w)[\w/.-]*")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")


def places(pattern: re.Pattern[str]) -> list[str]:
    """Where a pattern occurs in what somebody wrote; this file, which names it, aside."""
    return [
        f"{path.relative_to(ROOT)}:{number} {found.group()}"
        for path in text_files()
        if path != Path(__file__) and path.name != "LICENSE" and str(path.name) not in LOCKS
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (found := pattern.search(line))
    ]


def test_a_handler_translates_and_does_not_think() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in ROOT.glob("functions/*/handler.py")
    }

    assert lengths
    assert {path for path, lines in lengths.items() if lines > 60} == set()


def test_a_module_fits_into_a_head() -> None:
    long = {
        str(path.relative_to(ROOT))
        for path in python_files("functions", "layers/domain", "simulator", "local", "bench")
        if len(path.read_text().splitlines()) >= 300
    }

    assert long == set()


def test_every_name_says_what_is_inside() -> None:
    nameless = {
        str(path.relative_to(ROOT))
        for path in python_files(*PYTHON_FOLDERS)
        if NAMELESS & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
        or NAMELESS & set(path.stem.split("_"))
    }

    assert nameless == set()


def test_every_module_says_what_it_is_for() -> None:
    mute = {
        str(path.relative_to(ROOT))
        for path in python_files("functions", "layers/domain", "simulator", "local", "bench")
        if path.read_text().strip() and not path.read_text().startswith('"""')
    }

    assert mute == set()


def test_no_log_line_names_a_field_as_logging_does() -> None:
    """Python's logging raises for such a field, and only when the line is written."""
    taken = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
    fields = [
        f"{path.relative_to(ROOT)}:{call.lineno} {field.arg}"
        for path in python_files("functions", "layers/domain")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("logger().")
        for field in call.keywords
    ]

    assert fields
    assert [field for field in fields if field.split()[1] in taken] == []


def test_the_readme_can_be_read_in_one_sitting() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 120


def test_nothing_is_left_for_later() -> None:
    assert places(UNFINISHED) == []


def test_nothing_depends_on_the_machine_it_was_written_on() -> None:
    assert places(MACHINE_PATH) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_content_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pinned = re.split(r"(?m)^(?=[A-Za-z0-9])", text)[1:]

    assert pinned
    assert [entry.split()[0] for entry in pinned if "--hash=sha256:" not in entry] == []
    assert [entry.split()[0] for entry in pinned if not re.match(r"[\w.-]+==\S+", entry)] == []
    assert re.findall(r"https?://|file:|--index|--find-links", text) == []


def test_dependencies_are_the_same_in_lambda_and_on_this_machine() -> None:
    pins = [
        dict(re.findall(r"(?m)^([\w.-]+)==(\S+)", (ROOT / lock).read_text()))
        for lock in ("layers/dependencies/requirements.txt", "local/requirements.txt")
    ]

    assert pins[0].items() <= pins[1].items()


def test_every_stage_can_be_deployed() -> None:
    config = (ROOT / "samconfig.toml").read_text()

    for stage in ("dev", "staging", "prod"):
        assert f"[{stage}.deploy.parameters]" in config
        assert f'"Stage={stage}"' in config
