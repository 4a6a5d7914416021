"""What is counted: once, by what happened, in one line an invocation, and without an id."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tandem.meta.errors import NotSent, Reason, Unanswered, graph_error
from tandem.meta.graph import Accepted
from tandem.meta.outgoing import SendBody, text
from tandem.model.events import Kept
from tandem.model.onboarding import Onboarding, OnboardingState, StepName, StepState
from tandem.runtime import metrics
from tandem.runtime.counted import CountedKeptThings, CountedStepRows, CountedSyncs
from tandem.runtime.graph import CountedSends
from tandem.runtime.metrics import count, counting
from tandem.store.onboardings import Onboardings
from tests.fakes.memory_table import MemoryTable
from tests.unit.history.test_certificate import receipt

type Output = pytest.CaptureFixture[str]


def told(output: Output) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.readouterr().out.splitlines()]


def names(output: Output) -> dict[str, int]:
    """What one invocation counted."""
    records = told(output)
    assert len(records) <= 1
    return {
        metric["Name"]: record[metric["Name"]]
        for record in records
        for directive in record["_aws"]["CloudWatchMetrics"]
        for metric in directive["Metrics"]
    }


def test_an_invocation_is_one_line_by_stage_alone(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGE", "prod")

    with counting():
        count("ChunksApplied")
        count("DeliveriesTakenIn")
        count("ChunksApplied")

    (record,) = told(capsys)
    (directive,) = record["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("Tandem", [["stage"]])
    assert directive["Metrics"] == [
        {"Name": "ChunksApplied", "Unit": "Count"},
        {"Name": "DeliveriesTakenIn", "Unit": "Count"},
    ]
    assert (record["ChunksApplied"], record["DeliveriesTakenIn"]) == (2, 1)
    assert set(record) - set(names_of(directive)) == {"_aws", "level", "message", "stage"}
    assert record["stage"] == "prod"


def names_of(directive: dict[str, Any]) -> list[str]:
    return [metric["Name"] for metric in directive["Metrics"]]


def test_nothing_is_said_when_nothing_was_counted_and_nothing_twice(capsys: Output) -> None:
    with counting():
        count("ChunksApplied")
    told(capsys)

    with counting():
        pass

    assert told(capsys) == []


def test_an_invocation_that_fails_tells_what_it_did(capsys: Output) -> None:
    def invocation() -> None:
        with counting():
            count("SendsAccepted")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        invocation()

    assert names(capsys) == {"SendsAccepted": 1}


def test_threads_count_together(capsys: Output) -> None:
    with counting(), ThreadPoolExecutor(8) as threads:
        for _ in range(500):
            threads.submit(count, "SendsAccepted")

    assert names(capsys) == {"SendsAccepted": 500}


# ---- what is counted as what


class Meta:
    def __init__(self, trouble: Exception | None) -> None:
        self.trouble = trouble

    def send(self, line: str, body: SendBody) -> Accepted:
        if self.trouble:
            raise self.trouble
        return Accepted("wamid.1", input=None, wa_id=None, user_id=None)


def meta_error(code: int) -> Exception:
    return graph_error(Reason(code=code, title="no", http=400))


@pytest.mark.parametrize(
    ("trouble", "counted"),
    [
        (None, {"SendsAccepted": 1}),
        (Unanswered("cut"), {"SendsUnknown": 1}),
        (NotSent("no connection"), {}),
        (meta_error(131026), {"SendsRefused": 1}),
        (meta_error(131049), {"SendsRefused": 1}),
        (meta_error(131042), {"SendsRefused": 1}),
        (meta_error(130429), {}),
        (meta_error(131056), {}),
        (meta_error(131016), {}),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_send_counts_for_what_came_of_it(
    capsys: Output, trouble: Exception | None, counted: dict[str, int]
) -> None:
    sender, body = CountedSends(Meta(trouble)), text("phone:15550100001", "Hi")

    with counting():
        if trouble is None:
            assert sender.send("1", body).wamid == "wamid.1"
        else:
            with pytest.raises(type(trouble)):
                sender.send("1", body)

    assert names(capsys) == counted


def test_what_is_kept_counts_by_its_reason(capsys: Output) -> None:
    kept_things = CountedKeptThings(MemoryTable())

    with counting():
        for reason in ("unknown_field", "malformed", "malformed"):
            kept_things.keep("acme", Kept(reason, "what", "{}"), 1)

    assert names(capsys) == {"KeptUnknownField": 1, "KeptMalformed": 2}
    assert len(kept_things.page("acme", limit=10)[0]) == 2


def test_a_chunk_counts_when_its_receipt_is_written(capsys: Output) -> None:
    syncs = CountedSyncs(MemoryTable())

    with counting():
        syncs.write_receipt("acme", "1", "s", receipt=receipt(0, 1), received_at=1)

    assert names(capsys) == {"ChunksApplied": 1}
    assert len(syncs.read("acme", "1", "s")[1]) == 1


@pytest.mark.parametrize("state", [StepState.REFUSED, StepState.DONE])
def test_a_step_counts_when_meta_has_refused_it_for_good(capsys: Output, state: StepState) -> None:
    table = MemoryTable()
    known = Onboarding("acme", "o", "i", OnboardingState.EXCHANGING, created_at=1)
    onboardings, rows = Onboardings(table), CountedStepRows(table)
    onboardings.start(known)
    onboardings.keep_token("acme", "o", b"sealed")
    onboardings.connect(
        known, waba="2", line="1", display_number="3", at=1, deadline_at=9, steps=StepName
    )

    with counting():
        for _ in range(2):
            rows.settle(known, StepName.HISTORY, state, since=StepState.PENDING, at=2)

    assert names(capsys) == ({"StepsRefused": 1} if state is StepState.REFUSED else {})


def test_the_list_of_metrics_is_whole() -> None:
    runtime = Path(metrics.__file__).parent
    code = "".join(path.read_text() for path in runtime.glob("*.py"))

    listed = set(re.findall(r"(?m)^    ([A-Z]\w+)…? {2,}\w", metrics.__doc__ or ""))

    assert listed == set(re.findall(r'(?:count\(f?|tell\(\{)"([A-Z]\w+?)(?:"|\{)', code))
