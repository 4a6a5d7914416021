"""One attempt a recipient, and what Meta tells of it: registers, whichever status comes first."""

from itertools import permutations

from tandem.model.identity import Person
from tandem.model.recipient import Recipient, RecipientState
from tandem.store.recipients import RecipientRows
from tests.fakes.memory_table import MemoryTable

TOLD = (
    ("sent", 100, None, None),
    ("failed", 110, 131026, "Not deliverable."),
    ("failed", 120, 131049, "Not now."),
    ("failed", 110, None, None),
)


def test_the_first_reason_of_a_failure_is_the_one_that_is_shown() -> None:
    states = []
    for order in permutations(TOLD):
        table = MemoryTable()
        rows = RecipientRows(table)
        rows.insert_absent("acme", "b1", [Recipient(0, Person.of("15550100001"))])

        for state, at, code, reason in (*order, *order):
            rows.told("acme", "b1", 0, state=state, at=at, code=code, reason=reason)

        states.append(table.contents())
        shown = rows.get("acme", "b1", 0)
        assert shown is not None
        assert (shown.state(200), shown.code, shown.reason) == (
            RecipientState.FAILED,
            131026,
            "Not deliverable.",
        )
    assert all(state == states[0] for state in states)


def test_of_two_senders_with_the_same_recipient_one_may_call() -> None:
    rows = RecipientRows(MemoryTable())
    rows.insert_absent("acme", "launch", [Recipient(number=0, person=Person(phone="15550100001"))])

    first = rows.begin("acme", "launch", 0, attempt="a", at=1000)
    second = rows.begin("acme", "launch", 0, attempt="b", at=1001)
    repeated_write = rows.begin("acme", "launch", 0, attempt="a", at=1000)

    recipient = rows.get("acme", "launch", 0)
    assert (first, second, repeated_write) == (True, False, True)
    assert recipient is not None
    assert (recipient.attempt, recipient.attempt_at) == ("a", 1000)


def test_nobody_may_call_for_a_recipient_that_is_decided() -> None:
    rows = RecipientRows(MemoryTable())
    rows.insert_absent("acme", "launch", [Recipient(number=0, person=Person(phone="15550100001"))])
    rows.begin("acme", "launch", 0, attempt="a", at=1000)
    rows.accepted("acme", "launch", 0, wamid="wamid.A", at_ms=1_000_500)

    assert rows.begin("acme", "launch", 0, attempt="a", at=1000) is False
    assert rows.begin("acme", "launch", 0, attempt="b", at=1001) is False
