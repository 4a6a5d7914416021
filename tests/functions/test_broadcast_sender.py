"""The send queue, on the local engine and against the simulated Meta with its limits."""

from collections.abc import Iterator
from typing import Any

import pytest

from tandem.broadcasts.sending.outcomes import Wanted
from tandem.model.broadcast import BroadcastState
from tandem.model.events import StatusNote
from tandem.model.identity import Person
from tandem.model.recipient import RecipientState
from tandem.runtime.broadcasts import broadcasts, outcomes
from tandem.runtime.intake import recipients
from tests.fakes.broadcast_stack import TENANT, BroadcastStack, broadcast_stack

PEOPLE = 45


@pytest.fixture
def stack(engine_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[BroadcastStack]:
    with broadcast_stack(engine_url, monkeypatch) as stack:
        yield stack


def states(broadcast: str) -> dict[str, int]:
    counted = outcomes().progress(broadcasts().get(TENANT, broadcast)).states
    return {state.value: count for state, count in counted.items() if count}


def test_a_broadcast_goes_out_at_the_lines_rate_and_is_never_throttled(
    stack: BroadcastStack,
) -> None:
    created = broadcasts().create(TENANT, stack.request(PEOPLE))
    stack.plan()

    assert stack.send() == []

    truth = stack.meta.truth(phone_number_id=stack.line)
    progress = outcomes().progress(broadcasts().get(TENANT, created.id))
    assert states(created.id) == {"sent": PEOPLE}
    assert (truth["accepted"], truth["throttled"]) == (PEOPLE, 0)
    assert stack.plan() == []
    assert broadcasts().get(TENANT, created.id).state is BroadcastState.FINISHED
    # How near it comes to the rate is measured in bench/pace.py, on a machine that is not busy.
    assert progress.rate is not None
    assert progress.rate < 22


def test_what_comes_again_sends_nothing_again_and_a_status_finds_its_recipient(
    stack: BroadcastStack,
) -> None:
    created = broadcasts().create(TENANT, stack.request(3))
    stack.plan()
    slices = stack.records(stack.send_queue)
    stack.send(slices)
    stack.send(slices)

    messages = stack.meta.truth(phone_number_id=stack.line)["messages"]
    wamid, told = next(iter(messages.items()))
    note = StatusNote(
        stack.line,
        wamid,
        "delivered",
        1_790_000_000,
        Person(phone=told["thread"]),
        callback=told["biz_opaque_callback_data"],
    )
    recipients().settle(TENANT, note)

    assert len(messages) == 3
    assert states(created.id) == {"sent": 2, "delivered": 1}
    number = int(told["biz_opaque_callback_data"].rsplit(":", 1)[1])
    found, _ = outcomes().page(TENANT, created.id, Wanted(), first=number, limit=1)
    assert [one.state(0) for one in found] == [RecipientState.DELIVERED]


def test_what_fails_goes_back_with_all_that_follows_it_on_its_line(stack: BroadcastStack) -> None:
    created = broadcasts().create(TENANT, stack.request(2))
    stack.plan()
    (good,) = stack.records(stack.send_queue)

    def bad(name: str, group: str) -> dict[str, Any]:
        return good | {"messageId": name, "body": "{}", "attributes": {"MessageGroupId": group}}

    given_back = stack.send(
        [
            bad("first", "another line"),
            good,
            bad("second", stack.line),
            good | {"messageId": "last"},
        ]
    )

    assert given_back == ["first", "second", "last"]
    assert states(created.id) == {"sent": 2}
