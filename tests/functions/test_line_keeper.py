"""The keeper as it is deployed, against the simulated Meta."""

import pytest

from tandem.model.line import LineState
from tandem.store import keys
from tandem.store.broadcasts import BroadcastRows
from tests.fakes.onboarding_stack import OnboardingStack
from tests.functions.test_onboarding_steps import connected


def test_a_job_that_was_lost_is_put_again(stack: OnboardingStack) -> None:
    begun = connected(stack)
    stack.jobs(stack.steps_queue)

    kept = stack.keep()
    stack.work()

    line = stack.lines.get("acme", begun["line"])
    assert kept == {"onboardings": 1, "lines": 1, "broadcasts": 0, "series": 0, "failed": 0}
    assert line is not None
    assert line.state is LineState.ACTIVE


def test_a_line_that_fell_off_is_offboarded_at_the_next_round(stack: OnboardingStack) -> None:
    begun = connected(stack)
    stack.work()
    stack.meta.disconnect(phone_number_id=begun["line"])
    stack.pass_(600)

    kept = stack.keep()

    line = stack.lines.get("acme", begun["line"])
    assert kept["failed"] == 0
    assert line is not None
    assert line.state is LineState.OFFBOARDED


def test_what_cannot_be_kept_stops_nothing_else(
    stack: OnboardingStack, caplog: pytest.LogCaptureFixture
) -> None:
    begun = connected(stack)
    stack.work()
    stack.table.delete(keys.token("acme", begun["line"]))
    BroadcastRows(stack.table).watch("acme", "b1", 5)
    stack.pass_(3600)

    kept = stack.keep()

    (failure,) = [vars(record) for record in caplog.records if record.levelname == "ERROR"]
    assert (failure["kind"], failure["which"]) == ("line", f"acme/{begun['line']}")
    assert (kept["failed"], kept["broadcasts"]) == (1, 1)
    assert len(stack.jobs(stack.plan_queue)) == 1


def test_an_overdue_broadcast_is_put_on_the_plan_queue(stack: OnboardingStack) -> None:
    BroadcastRows(stack.table).watch("acme", "b1", 5)

    kept = stack.keep()

    (job,) = stack.jobs(stack.plan_queue)
    assert kept["broadcasts"] == 1
    assert job["body"] == '{"tenant": "acme", "broadcast": "b1", "at": 5}'
