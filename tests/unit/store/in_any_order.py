"""One message of one person, told in facts: whatever comes first, they must agree on it."""

from itertools import permutations

from tandem.model.events import Sighting, StatusNote
from tandem.model.identity import Person
from tandem.model.message import Message
from tandem.store.messages import Messages
from tests.fakes.memory_table import MemoryTable

ANA = Person(phone="15550100001")
LINE, WAMID = "106540352242922", "wamid.A"

type Fact = Sighting | StatusNote


def filed(*facts: Fact) -> Messages:
    """The messages after these facts, told in this order."""
    messages = Messages(MemoryTable())
    for fact in facts:
        if isinstance(fact, Sighting):
            messages.record("acme", fact)
        else:
            messages.note_status("acme", fact)
    return messages


def after(*facts: Fact) -> Message:
    """The message after these facts, told in every order: they must all agree."""
    found = [filed(*order).get("acme", LINE, WAMID) for order in permutations(facts)]
    assert found[0] is not None
    assert all(one == found[0] for one in found)
    return found[0]
