"""Filing the events of a webhook, from its body."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from tandem.history.certificate import certify
from tandem.model.errors import Unstorable
from tandem.model.sync import Verdict
from tandem.store import keys
from tandem.store.keys import Key
from tandem.store.registers import Merge, Row
from tests.fakes.bodies import body, body_of
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import LINE, NUMBER, ONBOARDED_AT, SYNC, TENANT, WABA, Workbench

OWNER_SAID_NO, META_HAS_TROUBLE = 2593109, 131000


def error(code: int) -> dict[str, Any]:
    return {"code": code, "title": f"error {code}"}


@pytest.mark.parametrize("inside", ["the item", "the value"])
def test_the_owner_s_no_is_on_the_certificate(inside: str) -> None:
    bench = Workbench(MemoryTable())
    no = [error(OWNER_SAID_NO)]

    bench.deliver(
        body("history", history=[{"errors": no}])
        if inside == "the item"
        else body("history", errors=no)
    )

    facts, receipts = bench.syncs.read(TENANT, LINE, SYNC)
    assert certify(facts, receipts).verdict is Verdict.DECLINED
    assert bench.kept.page(TENANT, limit=10) == ((), None)


@pytest.mark.parametrize("inside", ["the item", "the value"])
def test_trouble_of_meta_s_is_kept_and_no_refusal_of_the_owner(inside: str) -> None:
    bench = Workbench(MemoryTable())
    trouble = [error(META_HAS_TROUBLE)]

    bench.deliver(
        body("history", history=[{"errors": trouble}])
        if inside == "the item"
        else body("history", errors=trouble)
    )

    facts, receipts = bench.syncs.read(TENANT, LINE, SYNC)
    (kept,), _ = bench.kept.page(TENANT, limit=10)
    assert certify(facts, receipts).verdict is Verdict.NOTHING_YET
    assert (kept.reason, kept.line, json.loads(kept.raw)) == ("account", LINE, trouble[0])


# ---- one bad item and its neighbours


def text(wamid: str) -> dict[str, Any]:
    sender = {"from": "15550100042", "timestamp": "1790000000"}
    return {"id": wamid, **sender, "type": "text", "text": {"body": wamid}}


def contact(number: int, at: int = 1000) -> dict[str, Any]:
    return {
        "type": "contact",
        "action": "add",
        "metadata": {"timestamp": str(at)},
        "contact": {
            "full_name": f"Person {number} at {at}",
            "phone_number": f"155501{number:05d}",
            "user_id": f"US.{number}",
        },
    }


def test_one_malformed_message_among_hundreds_is_kept_alone() -> None:
    bench = Workbench(MemoryTable())
    rows = [text(f"wamid.{number}") for number in range(500)]
    broken = {"id": "wamid.broken", "timestamp": "whenever", "type": "text"}
    rows[250] = broken
    place = {"phase": 0, "chunk_order": 1, "progress": 100}

    bench.deliver(
        body(
            "history",
            history=[{"metadata": place, "threads": [{"id": "15550100042", "messages": rows}]}],
        )
    )

    found = [bench.messages.get(TENANT, LINE, f"wamid.{number}") for number in range(500)]
    ((kept,), _) = bench.kept.page(TENANT, limit=10)
    _, (receipt,) = bench.syncs.read(TENANT, LINE, SYNC)
    assert [number for number, message in enumerate(found) if message is None] == [250]
    assert (kept.reason, json.loads(kept.raw)) == ("malformed", broken)
    assert (receipt.messages, receipt.kept) == (499, 1)


class Picky(MemoryTable):
    """A table that can never take what concerns one message or one person."""

    def merge(self, key: Key, merge: Merge) -> bool:
        if key.pk.endswith(("#wamid.odd", "#phone:15550100007")):
            raise Unstorable("this cannot be stored: it is too large")
        return super().merge(key, merge)

    def insert_many(self, rows: Sequence[tuple[Key, Row]]) -> list[bool]:
        return [not key.pk.endswith("07") and self.insert(key, row) for key, row in rows]


def test_what_no_table_takes_is_kept_word_for_word_and_the_rest_is_filed() -> None:
    bench = Workbench(Picky())
    wamids = ["wamid.1", "wamid.odd", "wamid.2"]

    bench.deliver(
        body_of(
            ("messages", {"messages": [text(wamid) for wamid in wamids]}),
            ("smb_app_state_sync", {"state_sync": [contact(number) for number in (6, 7, 8)]}),
        )
    )

    kept = {thing.what: json.loads(thing.raw) for thing in bench.kept.page(TENANT, limit=10)[0]}
    named = [bench.people.contact(TENANT, f"phone:1555010000{n}").name for n in (6, 8)]
    filed = [bench.messages.get(TENANT, LINE, wamid) is not None for wamid in wamids]
    assert kept["Sighting"]["wamid"] == "wamid.odd"
    assert kept["Sighting"]["content"]["text"] == "wamid.odd"
    assert kept["ContactNote"]["person"]["phone"] == "15550100007"
    assert filed == [True, False, True]
    assert named == ["Person 6 at 1000", "Person 8 at 1000"]


class Faulty(MemoryTable):
    """A table on which whatever concerns certain messages fails."""

    def __init__(self, *wamids: str) -> None:
        super().__init__()
        self.wamids = wamids
        self.tried: list[str] = []

    def merge(self, key: Key, merge: Merge) -> bool:
        wamid = key.pk.rpartition("#")[2]
        if wamid.startswith("wamid."):
            self.tried.append(wamid)
        if wamid in self.wamids:
            raise ZeroDivisionError("a fault of ours")
        return super().merge(key, merge)


def test_a_message_that_meets_a_fault_of_ours_keeps_nobody_beside_it_from_being_filed() -> None:
    table = Faulty("wamid.2")
    bench = Workbench(table)
    wamids = [f"wamid.{number}" for number in range(5)]

    with pytest.raises(ZeroDivisionError):
        bench.deliver(
            body_of(
                ("smb_app_state_sync", {"state_sync": [contact(1)]}),
                ("messages", {"messages": [text(wamid) for wamid in wamids]}),
            )
        )

    filed = [wamid for wamid in wamids if bench.messages.get(TENANT, LINE, wamid)]
    assert filed == ["wamid.0", "wamid.1", "wamid.3", "wamid.4"]
    assert bench.people.contact(TENANT, "phone:15550100001").name == "Person 1 at 1000"
    assert len(bench.queueing.letters) == 1, "the delivery comes again"


def test_a_delivery_in_which_everything_fails_is_given_back_soon() -> None:
    wamids = [f"wamid.{number}" for number in range(50)]
    table = Faulty(*wamids)
    bench = Workbench(table)

    with pytest.raises(ZeroDivisionError):
        bench.deliver(body("messages", messages=[text(wamid) for wamid in wamids]))

    assert len(table.tried) == 3


def test_one_and_the_same_notice_told_twice_at_different_times_is_two_things() -> None:
    def state(*times: int) -> object:
        table = MemoryTable()
        Workbench(table).deliver(*(body_of(("a_new_field", {"x": 1}), time=at) for at in times))
        return table.contents()

    assert state(100, 200) == state(200, 100)


def test_statuses_that_come_first_wait_for_their_messages_whatever_they_come_with() -> None:
    bench = Workbench(MemoryTable())
    metadata = {"display_phone_number": NUMBER, "phone_number_id": LINE}
    states = ("sent", "delivered", "read", "failed")
    statuses = [
        {"id": f"wamid.out{n}", "status": state, "timestamp": "1790000009"}
        for n, state in enumerate(states)
    ]
    values = [
        {"messages": [text("wamid.0"), text("wamid.1")], "statuses": statuses[:2]},
        {"messages": [text("wamid.2")]},
        {"messages": [text("wamid.3"), text("wamid.4")], "statuses": statuses[2:]},
    ]
    changes = [{"field": "messages", "value": {**value, "metadata": metadata}} for value in values]
    entries = [{"id": WABA, "changes": changes[:2]}, {"id": WABA, "changes": changes[2:]}]

    bench.deliver(json.dumps({"entry": entries}).encode())
    waiting, _ = bench.messages.shelf(TENANT, LINE, limit=10)
    for number in range(4):
        echo = {**text(f"wamid.out{number}"), "from": NUMBER, "to": "15550100042"}
        bench.deliver(body("smb_message_echoes", message_echoes=[echo]))

    assert all(bench.messages.get(TENANT, LINE, f"wamid.{number}") for number in range(5))
    assert {one.wamid for one in waiting} == {f"wamid.out{number}" for number in range(4)}
    assert [
        (found := bench.messages.get(TENANT, LINE, f"wamid.out{number}")) and found.state.value
        for number in range(4)
    ] == list(states)
    assert bench.messages.shelf(TENANT, LINE, limit=10)[0] == ()


# ---- an address book by the thousand


class Counting(MemoryTable):
    calls = 0

    def merge(self, key: Key, merge: Merge) -> bool:
        self.calls += 1
        return super().merge(key, merge)


def test_an_address_book_is_what_its_contacts_are_one_by_one() -> None:
    rows = [contact(number % 70, at=1000 + number) for number in range(100)]
    whole, single = MemoryTable(), MemoryTable()

    Workbench(whole).deliver(body("smb_app_state_sync", state_sync=rows))
    Workbench(single).deliver(
        *(body("smb_app_state_sync", state_sync=[row]) for row in reversed(rows))
    )

    assert whole.contents() == single.contents()


def test_an_address_book_costs_no_write_of_its_own_for_each_contact() -> None:
    table = Counting()
    bench = Workbench(table)
    book = body("smb_app_state_sync", state_sync=[contact(number) for number in range(500)])
    before = table.calls

    bench.deliver(book)
    first = table.calls - before
    bench.deliver(book)
    again = table.calls - before - first

    assert first <= 2
    assert again <= 2
    assert bench.people.component(TENANT, "phone:15550100007") == {
        "phone:15550100007",
        "bsuid:US.7",
    }


# ---- what a status tells of a person


@pytest.mark.parametrize(("code", "may_market"), [(131050, False), (131049, True)])
def test_who_stopped_marketing_is_known_by_the_status_of_any_send(
    code: int, *, may_market: bool
) -> None:
    bench = Workbench(MemoryTable())
    failed = {"id": "wamid.1", "status": "failed", "timestamp": "1790000009"}
    recipient = {"recipient_id": "15550100042", "biz_opaque_callback_data": "somebody else's"}

    bench.deliver(body("messages", statuses=[{**failed, **recipient, "errors": [error(code)]}]))

    assert bench.people.contact(TENANT, "phone:15550100042").may_market is may_market


def test_a_broadcast_leaves_room_for_what_was_just_written_and_for_nothing_older() -> None:
    bench = Workbench(MemoryTable())
    bench.pace.reserve(TENANT, LINE, rate=20, count=1, people=False)
    old, fresh = str(ONBOARDED_AT - 3600), str(ONBOARDED_AT - 1)

    def held_until(sent_at: str) -> object:
        rows = [text(f"wamid.{sent_at}.{n}") | {"timestamp": sent_at} for n in range(3)]
        bench.deliver(body("messages", messages=rows))
        return (bench.table.get(keys.pace(TENANT, LINE)) or {}).get("heard_us")

    assert held_until(old) is None
    assert held_until(fresh) == pytest.approx(ONBOARDED_AT * 1e6 + 4 * 51_021, abs=10)
