"""`python -m simulator play`, as somebody types it."""

import json
from typing import Any

import pytest

from simulator import Simulator
from simulator.commands import main
from simulator.scenarios import SCENARIOS, rehearse
from tests.unit.simulator.actors import SECRET, Receiver, Shop

type Capture = pytest.CaptureFixture[str]


def told(capsys: Capture) -> Any:
    return json.loads(capsys.readouterr().out)


def against(receiver: Receiver, *more: str) -> list[str]:
    return ["play", *more, "--callback", receiver.url, "--app-secret", SECRET]


def test_it_plays_to_a_callback_and_ends_with_the_truth(
    receiver: Receiver, capsys: Capture
) -> None:
    receiver.refuses = lambda post: not post.signed_well

    code = main(against(receiver, "bad-signatures", "--seed", "7"))

    result = told(capsys)
    assert code == 0
    assert (result["scenario"], result["sent"]) == ("bad-signatures", 9)
    assert result["answers"] == {"200": 2, "401": 7}
    texts = [message["text"] for message in result["expected"]["messages"].values()]
    assert texts == ["This is me", "This is me again"]


def test_it_ends_with_one_and_says_what_was_wrong(receiver: Receiver, capsys: Capture) -> None:
    receiver.answers = [500]

    code = main(against(receiver, "ghost-then-real"))

    printed = capsys.readouterr()
    assert code == 1
    assert "wrong: POST 1 (genuine) was answered 500, not 200" in printed.err
    assert json.loads(printed.out)["right"] is False


def test_the_callback_is_greeted_when_there_is_a_token_for_it(
    receiver: Receiver, capsys: Capture
) -> None:
    right = main(against(receiver, "ghost-then-real", "--verify-token", "open sesame"))
    capsys.readouterr()
    wrong = main(against(receiver, "ghost-then-real", "--verify-token", "sesame"))

    assert (right, wrong) == (0, 1)
    assert "answered 403" in capsys.readouterr().err


def test_it_is_about_the_number_that_the_server_knows(receiver: Receiver, capsys: Capture) -> None:
    number = ("--waba-id", "11", "--phone-number-id", "12", "--phone-number", "15550109999")

    main(against(receiver, "ghost-then-real", *number))

    assert told(capsys)["expected"]["line"]["phone_number"] == "15550109999"
    metadata = receiver.changes("messages")[0]["metadata"]
    assert metadata == {"display_phone_number": "15550109999", "phone_number_id": "12"}


def test_it_plays_on_a_running_simulator_and_its_connected_line(
    meta: Simulator, shop: Shop, listening: Receiver, capsys: Capture
) -> None:
    code = main(["play", "chunk-missing", "messages=80", "--url", meta.url, "--seed", "3"])

    result = told(capsys)
    assert code == 0
    assert result["expected"]["line"]["phone_number_id"] == shop.line
    assert len(listening.changes("history")) == result["sent"]
    assert len(result["expected"]["messages"]) == 70


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["party", "--callback", "x", "--app-secret", "y"], "no scenario party"),
        (["declined", "messages=3", "--callback", "x", "--app-secret", "y"], "has no messages"),
        (["declined", "--callback", "x"], "give --callback and --app-secret"),
        (["declined", "--url", "http://127.0.0.1:9"], "refused"),
    ],
)
def test_what_cannot_be_played_is_said(words: list[str], why: str, capsys: Capture) -> None:
    assert main(["play", *words]) == 1
    assert why in capsys.readouterr().err


def test_the_list_has_a_sentence_for_each(capsys: Capture) -> None:
    main(["play", "--list"])

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(SCENARIOS)
    assert all(line.endswith(".") for line in lines)


def test_an_explanation_ends_with_the_truth(capsys: Capture) -> None:
    main(["play", "sender-dies", "--explain", "--seed", "5"])

    text = capsys.readouterr().out
    assert "Stands for: Meta" in text
    assert "Waits for: a message to the customer who has written" in text
    assert "Parameter: quiet_s=3.0" in text
    assert json.loads(text[text.index("\n{") :]) == rehearse("sender-dies", 5).truth
