"""The documents tell the truth: what they name is there; what an operator must know is named."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from local.__main__ import main as local_command
from simulator.scenarios import SCENARIOS
from tandem.runtime import command_line
from tandem.runtime.commands import offering
from tests.repository.conftest import ROOT, python_files

DOCUMENTS = sorted(
    {*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "simulator/README.md"},
)
OPERATIONS = (ROOT / "docs/operations.md").read_text()
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()

OF_THE_READER = {
    *("AWS_PROFILE", "AWS_REGION", "META_APP_SECRET", "NEW", "OLD"),
    *("API", "KEY", "LINE", "CONVERSATION", "CONTACT", "BROADCAST"),
}
"""Variables of the reader's own shell, set by what a document says."""

OF_AWS = {"OutputKey"}
"""Words with an equals sign in the AWS command line."""


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose(path: Path) -> str:
    """A document without its code blocks."""
    return re.sub(r"(?ms)^ *```.*?^ *```$", "", path.read_text())


def typed(path: Path) -> str:
    """What a document tells to type: its blocks of shell."""
    text = path.read_text().replace("\\\n", " ")
    return "\n".join(re.findall(r"(?ms)^ *```sh\n(.*?)^ *```$", text))


def commands(path: Path) -> str:
    """The same, and the code among its words."""
    return "\n".join([typed(path), *re.findall(r"`([^`\n]+)`", prose(path))])


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as a code host makes them."""
    headings = re.findall(r"(?m)^#+ (.+)$", prose(path))
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
    }


# ── what is named is there ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_link_leads_somewhere(path: Path) -> None:
    links = [
        link
        for link in re.findall(r'\]\(([^)\s]+)\)|src="([^"]+)"', prose(path))
        for link in link
        if link and not link.startswith(("http://", "https://"))
    ]

    lost = []
    for link in links:
        file, _, anchor = link.partition("#")
        target = path.parent / file if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)

    assert lost == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_make_target_exists(path: Path) -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text()))

    told = {
        target
        for command in re.split(r"&&|\n|;", commands(path))
        for target in re.findall(r"^\s*make ([a-z]+)", command)
    }

    assert told - targets == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_tandem_command_is_understood(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command_line, "_stack", _nothing_deployed)
    told = re.findall(r"(?m)^\s*(?:\.venv/bin/)?tandem ([^#\n]+)", commands(path))
    whole = re.findall(r"(?m)^\s*(?:\.venv/bin/)?tandem ([^#\n]+)", typed(path))

    refused = {arguments: _refusal(arguments, capsys) for arguments in told}

    # Among words a command may be named without what it takes.
    assert {
        arguments
        for arguments, why in refused.items()
        if why and (arguments in whole or "are required" not in why)
    } == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_local_command_exists(path: Path) -> None:
    known = set(re.findall(r"[a-z]+", (local_command.__globals__["__doc__"] or "").split("`")[1]))

    told = set(re.findall(r"python -m local ([a-z]+)", commands(path)))

    assert told - known == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_program_of_the_project_is_installed(path: Path) -> None:
    told = set(re.findall(r"\.venv(?:-sam)?/bin/\w+", commands(path)))

    assert {program for program in told if not (ROOT / program).exists()} == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_file_that_is_named_exists(path: Path) -> None:
    """Paths from the root in code among words, as `tests/laws/…` or `docs/…`."""
    told = re.findall(
        r"`((?:tests|docs|functions|layers|local|simulator|events|web|bench|\.ci)/[\w./-]*)`",
        prose(path),
    )

    assert [file for file in told if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_parameter_and_output_is_the_template_s(path: Path, template: dict[str, Any]) -> None:
    text = commands(path)

    given = set(re.findall(r"\b([A-Z][a-z]+[A-Za-z]*)=", text))
    looked_up = set(re.findall(r"\bout ([A-Z]\w+)", text))

    assert given - set(template["Parameters"]) - OF_AWS == set()
    assert looked_up - set(template["Outputs"]) == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_variable_is_one_that_somebody_reads(path: Path) -> None:
    read_here = (ROOT / "Makefile").read_text() + Path(offering.__file__).read_text()

    told = set(re.findall(r"\b([A-Z][A-Z_]{2,})=|\$\{?([A-Z][A-Z_]{2,})\b", commands(path)))
    names = {name for pair in told for name in pair if name} - OF_THE_READER

    assert {name for name in names if not re.search(rf"\b{name}\b", read_here)} == set()


# ── what must be known is named ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("section", ["Parameters", "Outputs"])
def test_operators_are_told_every_parameter_and_output(
    template: dict[str, Any], section: str
) -> None:
    assert {name for name in template[section] if f"`{name}`" not in OPERATIONS} == set()


def test_operators_are_told_what_to_do_for_every_alarm(resources: dict[str, Any]) -> None:
    alarms = {name for name, each in resources.items() if each["Type"] == "AWS::CloudWatch::Alarm"}

    assert alarms
    for document in (OPERATIONS, ARCHITECTURE):
        assert {name for name in alarms if f"`{name}`" not in document} == set()


def test_the_tables_have_every_function_and_every_queue(resources: dict[str, Any]) -> None:
    functions = {folder.parent.name for folder in ROOT.glob("functions/*/handler.py")}
    queues = {
        name
        for name, each in resources.items()
        if each["Type"] == "AWS::SQS::Queue" and "RedrivePolicy" in each["Properties"]
    }

    rows = set(re.findall(r"(?m)^\| `(\w+)` \|", ARCHITECTURE))

    assert functions | queues <= rows


def test_clients_are_told_every_code_of_a_refusal() -> None:
    domain = "layers/domain/tandem"
    behind_it = python_files("functions/api", f"{domain}/conversations", f"{domain}/broadcasts")
    codes = {
        keyword.value.value
        for module in (*behind_it, ROOT / domain / "store/lists.py")
        for refusal in ast.walk(ast.parse(module.read_text()))
        if isinstance(refusal, ast.Raise) and isinstance(refusal.exc, ast.Call)
        for keyword in refusal.exc.keywords
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant)
    }

    assert codes
    table = (ROOT / "docs/api.md").read_text().split("## Errors")[1].split("\n## ")[0]
    assert {code for code in codes if f"`{code}`" not in table} == set()


def test_every_law_test_is_named_where_the_laws_are_told() -> None:
    told = set(re.findall(r"\.\./(tests/laws/test_\w+\.py)", ARCHITECTURE))

    assert told == {named(path) for path in ROOT.glob("tests/laws/test_*.py")}


def test_every_decision_is_in_the_list_and_says_what_why_and_its_cost() -> None:
    folder = ROOT / "docs/decisions"
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text())

    decisions = sorted(path.name for path in folder.glob("0*.md"))

    assert listed == decisions
    for name in decisions:
        text = (folder / name).read_text()
        assert re.search(r"(?m)^\*\d{4}-\d\d-\d\d\*$", text), name
        assert [word in text for word in ("**What.**", "**Why.**", "**What it costs.**")] == (
            [True] * 3
        ), name


def test_every_scenario_is_told_as_it_tells_of_itself() -> None:
    page = (ROOT / "docs/scenarios.md").read_text()

    rows = re.findall(r"(?m)^\| `([\w-]+)` \| (.+) \| (.+) \| ([1-8, ]+) \|$", page)
    waiting = dict(re.findall(r"(?m)^\| `([\w-]+)` \| ([^|]+) \|$", page.split("These wait")[1]))

    assert [row[:3] for row in rows] == [
        (each.name, each.summary, each.shows) for each in SCENARIOS.values()
    ]
    assert waiting == {each.name: each.waits_for for each in SCENARIOS.values() if each.waits_for}


def test_the_readme_shows_the_folders_that_there_are() -> None:
    tree = (ROOT / "README.md").read_text().split("```text")[2].split("```")[0]
    parts = {path.name for path in (ROOT / "layers/domain/tandem").iterdir() if path.is_dir()}

    shown = {entry for line in tree.splitlines() for entry in re.findall(r"([\w/]+)/[ ,]", line)}

    assert {name for name in shown if "/" not in name and name not in parts} <= {
        path.name for path in ROOT.iterdir() if path.is_dir()
    }
    assert parts - {"__pycache__"} <= shown


class NothingDeployed(Exception):
    """The words of a command were understood; there is no stack to carry it out on."""


def _nothing_deployed(_name: str) -> offering.Stack:
    raise NothingDeployed


def _refusal(arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Why `tandem` does not understand its arguments; empty when it does."""
    try:
        command_line.main(arguments.split())
    except NothingDeployed:
        return ""
    except SystemExit:
        return capsys.readouterr().err
    return "" if arguments.startswith("verify ") else f"tandem {arguments} needed no stack"
