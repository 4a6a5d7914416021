"""What came before its line was known comes back when the line is connected, once and whole."""

import json
from typing import Any

import pytest

from tandem.lines.returning import Returning
from tandem.model.line import Address, Line, LineState, Mode
from tandem.store import keys
from tandem.store.envelope import Delivery
from tandem.store.keys import Key
from tests.fakes.crashing import CrashingTable, Died, Fuse
from tests.fakes.memory_table import MemoryTable
from tests.fakes.onboarding_desk import NOON, Desk
from tests.fakes.signup_meta import SHOP_LINE, SHOP_WABA
from tests.fakes.workbench import ONBOARDED_AT, Workbench

STRANGER, THEIR_WABA, THEIR_TENANT = "900000000000001", "900000000000009", "bakery"
CUSTOMER = "15550100042"


def body(field: str, *, line: str | None = STRANGER, waba: str = THEIR_WABA, **value: Any) -> bytes:
    metadata = {"display_phone_number": "15550100099", "phone_number_id": line}
    said = {**value, "metadata": metadata} if line else value
    return json.dumps(
        {"entry": [{"id": waba, "changes": [{"field": field, "value": said}]}]}
    ).encode()


def message(wamid: str, at: int = ONBOARDED_AT) -> dict[str, Any]:
    return {
        "id": wamid,
        "from": CUSTOMER,
        "timestamp": str(at),
        "type": "text",
        "text": {"body": wamid},
    }


def wrote(wamid: str) -> bytes:
    return body("messages", messages=[message(wamid)])


def connect(bench: Workbench) -> None:
    bench.lines.save_connected(
        Line(
            tenant=THEIR_TENANT,
            line=STRANGER,
            waba=THEIR_WABA,
            display_number="15550100099",
            mode=Mode.COEXISTENCE,
            state=LineState.ACTIVE,
            onboarded_at=ONBOARDED_AT,
            sync="theirs",
        )
    )


def give(bench: Workbench) -> int:
    returning = Returning(
        unclaimed=bench.unclaimed, letters=bench.queueing, clock=lambda: ONBOARDED_AT
    )
    return returning.give(line=STRANGER, waba=THEIR_WABA)


def shown(bench: Workbench) -> list[str]:
    """What the operator sees of it: the reasons."""
    return [kept.reason for kept in bench.kept.page(keys.SYSTEM, limit=100)[0]]


def theirs(table: MemoryTable) -> dict[Key, dict[str, Any]]:
    """The rows of the tenant."""
    return {k: row for k, row in table.contents().items() if k.pk.startswith(f"{THEIR_TENANT}#")}


def test_a_webhook_for_an_unknown_line_is_kept_whole_and_shown() -> None:
    bench = Workbench(MemoryTable())

    bench.deliver(wrote("wamid.early"))

    ((kept,), _) = bench.kept.page(keys.SYSTEM, limit=10)
    assert (kept.reason, kept.line, kept.raw) == (
        "unknown_line",
        STRANGER,
        wrote("wamid.early").decode(),
    )
    assert bench.messages.get(THEIR_TENANT, STRANGER, "wamid.early") is None


def test_it_is_filed_once_the_line_is_connected_and_shown_no_more() -> None:
    bench = Workbench(MemoryTable())
    bench.deliver(wrote("wamid.early"))
    connect(bench)

    given = give(bench)
    bench.work()

    found = bench.messages.get(THEIR_TENANT, STRANGER, "wamid.early")
    assert given == 1
    assert found is not None
    assert found.text == "wamid.early"
    assert shown(bench) == []
    assert give(bench) == 0


def test_the_state_is_what_it_would_be_had_the_line_been_known() -> None:
    early = [wrote(f"wamid.{number}") for number in range(25)]
    chunk = {
        "metadata": {"phase": 0, "chunk_order": 1, "progress": 100},
        "threads": [{"id": CUSTOMER, "messages": [message("wamid.past", 1000)]}],
    }
    early += [body("history", history=[chunk]), body("messages", messages=[{"id": "broken"}])]
    tables = MemoryTable(), MemoryTable()
    late, known = Workbench(tables[0]), Workbench(tables[1])

    connect(known)
    known.deliver(*early)
    late.deliver(*early)
    connect(late)
    give(late)
    late.work()

    assert theirs(tables[0]) == theirs(tables[1])
    past = late.messages.get(THEIR_TENANT, STRANGER, "wamid.past")
    assert past is not None
    assert past.imported


def heard(bench: Workbench) -> list[str]:
    """The account news that the tenant was told."""
    things, _ = bench.kept.page(THEIR_TENANT, limit=10)
    return [thing.what for thing in things if thing.reason == "account"]


def test_what_names_only_an_account_waits_for_the_account() -> None:
    bench = Workbench(MemoryTable())
    bench.deliver(body("account_update", line=None, event="ACCOUNT_RECONNECTED"))
    connect(bench)

    assert heard(bench) == []
    give(bench)
    bench.work()

    assert heard(bench) == ["account_update:ACCOUNT_RECONNECTED"]
    assert shown(bench) == []


def test_another_stranger_s_webhooks_stay_where_they_are() -> None:
    bench = Workbench(MemoryTable())
    bench.deliver(body("messages", line="900000000000002", messages=[message("wamid.other")]))
    connect(bench)

    assert give(bench) == 0
    assert shown(bench) == ["unknown_line"]


def test_order_and_repetition_of_strangers_webhooks_leave_no_trace() -> None:
    def state(*deliveries: tuple[str, int]) -> object:
        table = MemoryTable()
        moment = 0
        bench = Workbench(table, clock=lambda: moment)
        for wamid, moment in deliveries:  # noqa: B007 - the clock reads it
            bench.deliver(wrote(wamid))
        return table.contents()

    assert state(("wamid.1", 5), ("wamid.2", 6), ("wamid.1", 7)) == state(
        ("wamid.2", 6), ("wamid.1", 7), ("wamid.1", 5), ("wamid.1", 5)
    )


@pytest.mark.parametrize("after_effect", [False, True], ids=["before the call", "after the call"])
def test_whoever_gives_may_die_at_any_call(*, after_effect: bool) -> None:
    deaths = 0
    while True:
        table = CrashingTable()
        bench = Workbench(table)
        bench.deliver(*(wrote(f"wamid.{number}") for number in range(12)))
        connect(bench)
        table.fuse = Fuse(deaths + 1, after_effect=after_effect)
        try:
            give(bench)
        except Died:
            deaths += 1
        else:
            break
        table.fuse = None
        give(bench)
        bench.work()
        found = [bench.messages.get(THEIR_TENANT, STRANGER, f"wamid.{n}") for n in range(12)]
        assert all(found), f"lost after death {deaths}"
        assert shown(bench) == []
    assert deaths >= 12


# ---- who gives


def early_webhook(desk: Desk) -> None:
    """The customer of a shop wrote a moment before its owner finished connecting."""
    delivery = Delivery(wrote("wamid.early"), NOON)
    desk.unclaimed.keep(Address("line", SHOP_LINE), delivery, archived="archive/d/shop/early")
    account = Delivery(b"{}", NOON)
    desk.unclaimed.keep(Address("waba", SHOP_WABA), account, archived="archive/d/no-line/account")


def test_the_first_job_after_connecting_gives_at_once() -> None:
    desk = Desk()
    early_webhook(desk)

    desk.connect()
    desk.work()

    assert desk.letters.sent == ["archive/d/shop/early", "archive/d/no-line/account"]


def test_what_was_being_kept_just_then_is_given_by_the_keeper() -> None:
    desk = Desk()
    desk.until_rest(desk.connect)
    early_webhook(desk)

    desk.wait(3600)

    assert desk.letters.sent == ["archive/d/shop/early", "archive/d/no-line/account"]
