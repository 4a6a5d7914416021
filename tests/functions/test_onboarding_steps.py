"""The steps worker as it is deployed, against the simulated Meta."""

import json
from typing import Any

from tandem.model.line import LineState
from tests.fakes.onboarding_stack import OnboardingStack


def connected(stack: OnboardingStack) -> dict[str, Any]:
    sign_up = stack.sign_up()
    body = {name: value for name, value in sign_up.items() if name != "made"}
    _, begun = stack.begin(body)
    return {**begun, "invitation": sign_up["invitation"], "waba": sign_up["made"]["waba_id"]}


def sync_requests(stack: OnboardingStack) -> int:
    calls = stack.meta.calls()["calls"]
    return sum("smb_app_data" in call["path"] for call in calls)


def test_a_job_takes_a_line_through_all_its_steps(stack: OnboardingStack) -> None:
    begun = connected(stack)

    failed = stack.work()

    line = stack.lines.get("acme", begun["line"])
    assert failed == []
    assert line is not None
    assert line.state is LineState.ACTIVE
    assert sync_requests(stack) == 2


def test_a_job_that_comes_twice_asks_for_nothing_twice(stack: OnboardingStack) -> None:
    connected(stack)
    records = stack.jobs(stack.steps_queue)

    stack.work(records)
    stack.work(records)

    assert sync_requests(stack) == 2


def test_an_answer_that_is_lost_leaves_its_step_unknown(stack: OnboardingStack) -> None:
    begun = connected(stack)
    stack.meta.set_faults(lose_answer=1.0, endpoints=["smb_app_data"])

    stack.work()
    stack.meta.set_faults(lose_answer=0.0)
    stack.keep()

    _, progress = stack.follow(begun["onboarding"], begun["invitation"])
    states = {step["step"]: step["state"] for step in progress["steps"]}
    assert (states["contacts"], states["history"]) == ("unknown", "unknown")
    assert sync_requests(stack) == 2
    assert progress["state"] == LineState.ACTIVE


def test_a_callback_that_was_cut_short_is_finished_with_the_stored_token(
    stack: OnboardingStack,
) -> None:
    stack.meta.set_faults(graph_5xx=1.0, endpoints=["debug_token"])
    begun = connected(stack)
    stack.meta.set_faults()

    stack.work()
    stack.work()

    _, progress = stack.follow(begun["onboarding"], begun["invitation"])
    assert begun["line"] is None
    assert progress["state"] == LineState.ACTIVE
    assert progress["line"] is not None


def test_one_bad_job_is_given_back_alone(stack: OnboardingStack) -> None:
    begun = connected(stack)
    good = stack.jobs(stack.steps_queue)
    nobodys = json.dumps({"tenant": "acme", "onboarding": "nobody's"})
    bad = [
        {**good[0], "messageId": "bad-1", "body": "not json"},
        {**good[0], "messageId": "bad-2", "body": nobodys},
    ]

    failed = stack.work([bad[0], *good, bad[1]])

    line = stack.lines.get("acme", begun["line"])
    assert failed == ["bad-1", "bad-2"]
    assert line is not None
    assert line.state is LineState.ACTIVE
