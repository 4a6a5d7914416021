"""Law 2 for what was sent: statuses of sends and of recipients settle them in any order.

Some attempts are closed and some open, as a sender leaves them that dies; statuses name them by
callback, speak of the same person in different words, and tell of failures that stop everything.
"""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.broadcasts.sending.settling import Recipients
from tandem.conversations.filing import Settler
from tandem.conversations.recording import Recording
from tandem.conversations.settling import Settling
from tandem.model.broadcast import Audience, Broadcast, Category, Rules, Timing
from tandem.model.events import Content
from tandem.model.identity import Person
from tandem.model.recipient import Recipient
from tandem.model.send import Send
from tandem.store.broadcasts import BroadcastRows
from tandem.store.keys import Key
from tandem.store.lines import Lines
from tandem.store.messages import Messages
from tandem.store.people import People
from tandem.store.recipients import RecipientRows
from tandem.store.sends import Sends
from tandem.store.talks import Talks
from tests.fakes.broadcast_world import template_of
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import LINE, ONBOARDED_AT, TENANT, Workbench
from tests.laws.webhooks import batched, deliveries, inbound, times, value, without_none

EDITION = "launch.1"
SENT_AT = ONBOARDED_AT - 100
PEOPLE = (Person(phone="15550100001"), Person(bsuid="US.111"), Person(phone="15550100002"))


def settlers(table: MemoryTable) -> Mapping[str, Settler]:
    people = People(table)
    recording = Recording(messages=Messages(table), talks=Talks(table), people=people)
    recipients = Recipients(
        rows=BroadcastRows(table),
        recipients=RecipientRows(table),
        lines=Lines(table),
        people=people,
        recording=recording,
    )
    settling = Settling(sends=Sends(table), people=people, recording=recording)
    return {"b": recipients.settle, "s": settling.settle}


def left_by_senders(table: MemoryTable) -> None:
    """A broadcast with one recipient accepted, one in the open, one not tried; an open send."""
    rows, recipients = BroadcastRows(table), RecipientRows(table)
    rows.insert(
        Broadcast(
            id="launch",
            tenant=TENANT,
            line=LINE,
            name="Launch",
            template=template_of(Category.MARKETING),
            filling={},
            audience=Audience(),
            timing=Timing(),
            rules=Rules(),
            start_at=SENT_AT,
            created_at=SENT_AT,
            by="crm",
            given="audiences/acme/launch",
            fingerprint="f",
        )
    )
    planned = [Recipient(number, person, {"body.1": "Ana"}) for number, person in enumerate(PEOPLE)]
    recipients.insert_absent(TENANT, EDITION, planned)
    for number in (0, 1):
        recipients.begin(TENANT, EDITION, number, attempt=f"a{number}", at=SENT_AT)
    recipients.accepted(TENANT, EDITION, 0, wamid="wamid.b0", at_ms=SENT_AT * 1000)
    send = Send(
        id="reply",
        line=LINE,
        person=PEOPLE[0],
        content=Content("text", "hello"),
        at=SENT_AT,
        by="crm",
        fingerprint="f",
        attempt="a",
    )
    Sends(table).begin(TENANT, send)


@st.composite
def statuses(draw: st.DrawFn) -> tuple[str, Any]:
    callback, wamid, person = draw(
        st.sampled_from(
            [(f"b:{EDITION}:{n}", f"wamid.b{n}", person) for n, person in enumerate(PEOPLE)]
            + [("s:reply", "wamid.reply", PEOPLE[0]), ("b:nothing:0", "wamid.x", PEOPLE[0])]
        )
    )
    state = draw(st.sampled_from(["sent", "delivered", "read", "failed"]))
    code = draw(st.sampled_from([131026, 131042, 131050, 132015, 190, 131049]))
    status = {
        "id": wamid,
        "status": state,
        "timestamp": str(draw(times)),
        "recipient_id": person.phone,
        "recipient_user_id": draw(st.sampled_from([person.bsuid, "US.111"])),
        "biz_opaque_callback_data": callback,
        "errors": [{"code": code, "title": f"no {code}"}] if state == "failed" else None,
    }
    return "messages", value(statuses=[without_none(status)])


def state_after(bodies: list[bytes]) -> dict[Key, dict[str, object]]:
    table = MemoryTable()
    bench = Workbench(table, settlers=settlers(table))
    left_by_senders(table)
    bench.deliver(*bodies)
    return table.contents()


@settings(max_examples=300, deadline=None)
@given(data=st.data(), facts=st.lists(statuses() | inbound(), min_size=1, max_size=6))
def test_whatever_the_statuses_tell_first_the_outcome_is_the_same(
    data: st.DataObject, facts: list[tuple[str, Any]]
) -> None:
    one_by_one = state_after([batched([fact], entries=False) for fact in facts])

    otherwise = state_after(data.draw(deliveries(facts)))

    assert otherwise == one_by_one
