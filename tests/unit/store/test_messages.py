from itertools import permutations
from typing import Any

import pytest

from tandem.model.events import (
    Completeness,
    Content,
    Media,
    Origin,
    Sighting,
    Source,
    StatusNote,
)
from tandem.model.identity import Person
from tandem.model.message import MessageState, StoredFile
from tandem.store import keys
from tandem.store.messages import Messages
from tandem.store.table import Table
from tests.fakes.memory_table import MemoryTable
from tests.unit.store.in_any_order import ANA, LINE, WAMID, Fact, after, filed


def sighting(source: Source, **more: Any) -> Sighting:
    settled = {"at": 1000, "person": ANA, "content": Content("text", "hello"), **more}
    return Sighting(line=LINE, wamid=WAMID, source=source, **settled)


def status(state: str, at: int = 1000, **more: Any) -> StatusNote:
    return StatusNote(line=LINE, wamid=WAMID, state=state, at=at, person=ANA, **more)


@pytest.mark.parametrize("pricing", [None, {"type": "regular", "category": "service"}])
def test_one_state_told_twice_for_one_second_with_other_details_is_one_of_them(
    pricing: dict[str, str] | None,
) -> None:
    free = {"type": "free_customer_service", "category": "utility"}

    message = after(status("sent", pricing=pricing), status("sent", pricing=free))

    assert [one.at for one in message.statuses] == [1000]
    assert message.statuses[0].pricing is not None


GHOST = Content("unsupported", completeness=Completeness.GHOST)
PLACEHOLDER = Content("media_placeholder", completeness=Completeness.PLACEHOLDER)
IMAGE = Content("image", "a photo", media=Media("m1", "image/jpeg"))
IMAGE_AGAIN = Content("image", "a photo", media=Media("m0", "image/jpeg"))


@pytest.mark.parametrize("poorer", [GHOST, PLACEHOLDER], ids=["a ghost", "a placeholder"])
def test_fuller_content_replaces_poorer_whatever_either_says(poorer: Content) -> None:
    for number in range(12):
        message = after(
            sighting(Source.INBOUND, content=poorer),
            sighting(Source.INBOUND, content=Content("text", f"word {number}")),
        )
        assert message.text == f"word {number}"


def test_the_real_message_replaces_its_ghost() -> None:
    message = after(sighting(Source.INBOUND, content=GHOST), sighting(Source.INBOUND, at=1001))

    assert (message.kind, message.text) == ("text", "hello")


def test_the_file_of_an_imported_message_fills_its_placeholder_and_keeps_its_side() -> None:
    message = after(
        sighting(Source.HISTORY_OUT, content=PLACEHOLDER, history_status="READ"),
        sighting(Source.HISTORY_MEDIA, content=IMAGE, person=Person(phone="15550100009")),
    )

    assert (message.kind, message.media, message.origin) == ("image", IMAGE.media, Origin.APP)
    assert (message.contact, message.imported) == ("phone:15550100001", True)
    assert message.state is MessageState.READ


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_message_seen_with_two_files_shows_that_of_the_media_it_shows(
    order: tuple[int, ...],
) -> None:
    messages = Messages(MemoryTable())
    older, newer = StoredFile("m1", key="acme/one"), StoredFile("m0", key="acme/two")
    facts = [
        lambda: messages.record("acme", sighting(Source.HISTORY_MEDIA, content=IMAGE)),
        lambda: messages.record("acme", sighting(Source.ECHO, content=IMAGE_AGAIN)),
        lambda: messages.note_file("acme", LINE, WAMID, older),
        lambda: messages.note_file("acme", LINE, WAMID, newer),
    ]

    for number in order:
        facts[number]()

    shown = messages.get("acme", LINE, WAMID)
    assert shown is not None
    assert (shown.media, shown.file) == (IMAGE_AGAIN.media, newer)


def test_a_file_that_version_0_1_0_noted_is_still_found() -> None:
    table = MemoryTable()
    messages = Messages(table)
    messages.record("acme", sighting(Source.INBOUND, content=IMAGE))
    row = {"stored": {"media_id": "m1", "key": "acme/1/x"}}

    table.update(keys.message("acme", LINE, WAMID), put=row)

    assert messages.file("acme", LINE, WAMID, "m1") == StoredFile("m1", key="acme/1/x")
    assert messages.file("acme", LINE, WAMID, "m2") is None


@pytest.mark.parametrize(
    "fact", [sighting(Source.HISTORY_MEDIA, content=IMAGE), status("delivered")]
)
def test_what_comes_before_its_message_waits_on_the_shelf(fact: Fact) -> None:
    messages = filed(fact)

    (waiting,), _ = messages.shelf("acme", LINE, limit=10)
    messages.record("acme", sighting(Source.ECHO))

    assert waiting.state is MessageState.WAITING
    assert messages.shelf("acme", LINE, limit=10) == ((), None)
    assert len(messages.timeline("acme", LINE, "phone:15550100001", limit=10)[0]) == 1


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        (["sent"], MessageState.SENT),
        (["delivered", "sent"], MessageState.DELIVERED),
        (["read", "sent"], MessageState.READ),
        (["played", "read"], MessageState.PLAYED),
        (["failed", "sent"], MessageState.FAILED),
        (["failed", "delivered"], MessageState.DELIVERED),
        (["a_new_state"], MessageState.ACCEPTED),
    ],
)
def test_a_status_never_goes_backwards(states: list[str], shown: MessageState) -> None:
    facts = [status(state, 1000 + number) for number, state in enumerate(states)]

    assert after(sighting(Source.API), *facts).state is shown


def test_each_status_keeps_its_earliest_time_and_what_came_with_it() -> None:
    late, early = status("sent", 1010), status("sent", 1005, pricing={"type": "regular"})

    (kept,) = after(late, early, sighting(Source.API)).statuses

    assert (kept.at, kept.pricing) == (1005, {"type": "regular"})


def test_what_is_said_to_come_from_both_sides_stands_in_one_place_whichever_came_first() -> None:
    live = after(sighting(Source.INBOUND), sighting(Source.ECHO))
    imported = after(sighting(Source.HISTORY_IN), sighting(Source.HISTORY_OUT))

    assert live.moment == imported.moment != ""


@pytest.mark.parametrize(
    ("sources", "origin", "imported"),
    [
        ({Source.INBOUND}, Origin.CUSTOMER, False),
        ({Source.HISTORY_IN}, Origin.CUSTOMER, True),
        ({Source.HISTORY_IN, Source.INBOUND}, Origin.CUSTOMER, False),
        ({Source.ECHO}, Origin.APP, False),
        ({Source.HISTORY_OUT}, Origin.APP, True),
        ({Source.ECHO, Source.API}, Origin.API, False),
    ],
)
def test_all_sightings_together_decide_the_origin(
    sources: set[Source], origin: Origin, *, imported: bool
) -> None:
    message = after(*(sighting(source) for source in sources))

    assert (message.origin, message.imported) == (origin, imported)


def test_importing_many_merges_into_what_came_before_and_into_each_other(table: Table) -> None:
    messages = Messages(table)
    messages.note_status("acme", status("read", 900))
    rows = [
        Sighting(LINE, wamid, Source.HISTORY_IN, 1000, ANA, Content("text", wamid))
        for wamid in (WAMID, "wamid.B", "wamid.B", "wamid.C")
    ]

    refused = messages.record_many("acme", rows)

    timeline, _ = messages.timeline("acme", LINE, "phone:15550100001", limit=10)
    first = messages.get("acme", LINE, WAMID)
    assert refused == []
    assert {message.wamid for message in timeline} == {WAMID, "wamid.B", "wamid.C"}
    assert first is not None
    assert first.state is MessageState.READ


def test_a_message_that_cannot_be_stored_says_so_and_harms_no_other(table: Table) -> None:
    huge = Sighting(LINE, "wamid.X", Source.HISTORY_IN, 1, ANA, Content("text", "x" * 500_000))
    fine = Sighting(LINE, "wamid.Y", Source.HISTORY_IN, 1, ANA, Content("text", "y"))
    messages = Messages(table)

    refused = messages.record_many("acme", [huge, fine])

    assert [one.wamid for one, _ in refused] == ["wamid.X"]
    assert messages.get("acme", LINE, "wamid.Y") is not None


def test_a_message_row_of_another_tenant_is_out_of_reach() -> None:
    messages = Messages(MemoryTable())
    messages.record("acme", sighting(Source.INBOUND))

    assert messages.get("other", LINE, WAMID) is None
    assert keys.message("acme", LINE, WAMID).pk.startswith("acme#")
