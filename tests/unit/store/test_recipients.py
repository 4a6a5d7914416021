"""What Meta tells of a recipient: registers, whichever status comes first."""

from itertools import permutations

from tandem.model.broadcast import Recipient, RecipientState
from tandem.model.identity import Person
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
