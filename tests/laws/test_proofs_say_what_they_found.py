"""`make prove`: the last line tells all, and what fails can be found again."""

import json

import pytest

from tests.laws.world.broken import earliest_takes_the_latest
from tests.prove.__main__ import SUITES, main


@pytest.mark.parametrize(
    ("suite", "number"), [("webhooks", 5), ("crashes", 1), ("mutations", 20), ("import", 1_000)]
)
def test_a_proof_ends_with_what_was_tried(
    suite: str, number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([suite, str(number), "7"])

    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert code == 0
    assert (told["suite"], told["failed"], told["seed"]) == (suite, 0, 7)
    assert told["cases"] >= number
    assert told["seconds"] >= 0


def test_a_proof_that_fails_prints_the_story_and_fails_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with earliest_takes_the_latest():
        codes = [main(["webhooks", "200", "7"]) for _ in range(2)]

    told = capsys.readouterr()
    found = [json.loads(line) for line in told.out.splitlines()]
    stories = [line for line in told.err.splitlines() if line.startswith("Story(steps=")]
    assert codes == [1, 1]
    assert [each["failed"] for each in found] == [1, 1]
    assert len(stories) >= 2
    assert stories[0] == stories[-1]


@pytest.mark.parametrize("asked", [[], ["nothing"], ["webhooks", "many"]])
def test_who_asks_for_what_there_is_not_is_told_what_there_is(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(asked)

    assert code == 2
    assert ", ".join(SUITES) in capsys.readouterr().err
