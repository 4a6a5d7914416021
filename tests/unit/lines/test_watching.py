"""Where an import stands: what was asked, what came and when, each combination in one word."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.history.certificate import certify
from tandem.lines.watching import View, view
from tandem.model.onboarding import Onboarding, OnboardingState, Step, StepName, StepState
from tandem.model.sync import ImportState, Receipt, SyncFacts
from tests.fakes.receipts import receipt

NOON = 1_790_000_000
MINUTE, HOUR = 60, 3600
DEADLINE = NOON + 24 * HOUR
NO = "2593109 History not shared: no details"

DONE = Step(StepName.HISTORY, StepState.DONE, 1, started_at=NOON, settled_at=NOON)
UNANSWERED = replace(DONE, state=StepState.UNKNOWN)
REFUSED = replace(DONE, state=StepState.REFUSED, why="Meta said no")
PENDING = Step(StepName.HISTORY)
AGAIN = replace(PENDING, attempts=3, started_at=NOON, why="Meta is busy")


def chunk(order: int = 1, *, progress: int = 40, at: int = NOON) -> tuple[Receipt, int]:
    return receipt(order, progress=progress), at


def seen(
    history: Step | None,
    *chunks: tuple[Receipt, int],
    at: int = NOON + MINUTE,
    declined_at: int | None = None,
    others: Sequence[Step] = (),
) -> View:
    """What is said at a moment of an import: its request, the chunks that came and when."""
    onboarding = Onboarding(
        tenant="acme",
        onboarding="first",
        invitation="i",
        state=OnboardingState.CONNECTED,
        created_at=NOON,
        connected_at=NOON,
        deadline_at=DEADLINE,
        steps=(*others, *((history,) if history else ())),
    )
    times = [came_at for _, came_at in chunks]
    facts = SyncFacts(
        sync="first",
        opened_at=NOON,
        declined=NO if declined_at else None,
        declined_at=declined_at,
        first_chunk_at=min(times, default=None),
        last_chunk_at=max(times, default=None),
    )
    certificate = certify(facts, [receipt for receipt, _ in chunks])
    return view(onboarding, facts, certificate, now=at)


@pytest.mark.parametrize(
    ("found", "state", "since"),
    [
        (seen(PENDING), "not_requested", NOON),
        (seen(None), "not_requested", NOON),
        (seen(replace(PENDING, state=StepState.RUNNING, started_at=NOON)), "requesting", NOON),
        (seen(AGAIN), "requesting", NOON),
        (seen(UNANSWERED), "unknown", NOON),
        (seen(UNANSWERED, at=DEADLINE - 1), "unknown", NOON),
        (seen(UNANSWERED, at=DEADLINE), "expired", DEADLINE),
        (seen(PENDING, at=DEADLINE), "expired", DEADLINE),
        (seen(REFUSED), "expired", NOON),
        (seen(DONE, at=NOON + 29 * MINUTE), "requested", NOON),
        (seen(DONE, at=NOON + 30 * MINUTE), "silent", NOON),
        (seen(DONE, declined_at=NOON + 9), "declined", NOON + 9),
        (seen(UNANSWERED, declined_at=NOON + 9), "declined", NOON + 9),
        (seen(DONE, chunk()), "receiving", NOON),
        (seen(UNANSWERED, chunk(at=DEADLINE + 5), at=DEADLINE + 6), "receiving", DEADLINE + 5),
        (seen(DONE, chunk(), at=NOON + HOUR), "stalled", NOON),
        (seen(DONE, chunk(progress=100)), "complete", NOON),
        (seen(DONE, chunk(2, progress=100)), "receiving", NOON),
        (seen(DONE, chunk(2, progress=100), at=NOON + HOUR), "complete_with_gaps", NOON),
        (seen(DONE, chunk(), declined_at=NOON + 9), "declined", NOON + 9),
        (seen(DONE, chunk(at=NOON + 9), declined_at=NOON + 5), "receiving", NOON + 9),
        (seen(DONE, chunk(progress=100), declined_at=NOON + 9), "complete", NOON),
    ],
)
def test_an_import_stands_where_request_arrivals_and_clock_put_it(
    found: View, state: str, since: int
) -> None:
    assert (found.state, found.since) == (state, since)


def test_every_state_can_be_reached() -> None:
    assert {state.value for state in ImportState} == {
        "not_requested",
        "requesting",
        "unknown",
        "requested",
        "receiving",
        "complete",
        "complete_with_gaps",
        "stalled",
        "silent",
        "declined",
        "expired",
    }


def test_the_owner_hears_of_silence_long_before_the_day_is_over() -> None:
    early, late = seen(DONE, at=NOON + HOUR), seen(UNANSWERED, at=NOON + HOUR)

    assert (early.trouble, late.trouble) == (True, True)
    assert "Keep WhatsApp Business open" in (early.todo or "")


def test_a_request_without_an_answer_counts_down_and_is_not_made_twice() -> None:
    found = seen(UNANSWERED, at=NOON + 2 * HOUR)

    assert (found.seconds_left, found.over) == (22 * HOUR, False)
    assert "may not be asked twice; what arrives in the next 22 hours tells" in (found.todo or "")


@pytest.mark.parametrize("history", [DONE, REFUSED], ids=["taken", "refused"])
def test_where_the_deadline_decides_nothing_nothing_counts_down(history: Step) -> None:
    assert seen(history).seconds_left is None


def test_what_meta_may_have_taken_is_waited_for_after_the_deadline() -> None:
    unanswered, never_asked = seen(UNANSWERED, at=DEADLINE), seen(PENDING, at=DEADLINE)

    assert (unanswered.state, unanswered.over) == (ImportState.EXPIRED, False)
    assert seen(UNANSWERED, at=DEADLINE + 48 * HOUR).over
    assert "24 hours" in (unanswered.todo or "")
    assert (never_asked.state, never_asked.trouble) == (ImportState.EXPIRED, True)


def test_contacts_that_meta_has_not_taken_are_told_of_beside_the_chats() -> None:
    contacts = Step(StepName.CONTACTS, attempts=4, started_at=NOON, why="Meta is busy.")

    found = seen(DONE, chunk(progress=100), at=DEADLINE - HOUR, others=[contacts])

    assert (found.state, found.trouble, found.over) == (ImportState.COMPLETE, True, False)
    assert "the request for your contacts yet" in (found.todo or "")


@given(
    history=st.sampled_from([None, PENDING, AGAIN, DONE, UNANSWERED, REFUSED]),
    orders=st.lists(st.integers(1, 4), unique=True, max_size=4),
    progress=st.sampled_from([40, 100]),
    declined_at=st.none() | st.integers(NOON, DEADLINE),
    after=st.integers(0, 80 * HOUR),
)
def test_whoever_has_to_do_something_is_told_what(
    history: Step | None,
    orders: list[int],
    progress: int,
    declined_at: int | None,
    after: int,
) -> None:
    chunks = [chunk(order, progress=progress) for order in orders]

    found = seen(history, *chunks, at=NOON + after, declined_at=declined_at)

    at_rest = found.state is ImportState.COMPLETE or history is None
    assert found.todo or at_rest
    assert found.since is not None
    if orders:
        assert found.state not in {"not_requested", "requesting", "unknown", "silent", "expired"}
