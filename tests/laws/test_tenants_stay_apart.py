"""Law 8: several tenants under one Meta app: nobody's rows hold a word of another's account."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.model.line import Line, LineState, Mode
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import ONBOARDED_AT, Workbench

PARTNER = "990"
"""Our own portfolio, under which Meta writes PARTNER_* events of every tenant."""

SHOPS = ("bakery", "cinema", "dentist")
SHARED = "880"
"""A portfolio whose accounts belong to two tenants."""

PORTFOLIOS = {"bakery": "881", "cinema": SHARED, "dentist": SHARED}


def waba(shop: str, account: int) -> str:
    return f"7{SHOPS.index(shop)}{account}"


def line(shop: str, account: int, number: int) -> str:
    return f"6{SHOPS.index(shop)}{account}{number}"


def digits(shop: str, account: int, number: int) -> str:
    return f"1555010{SHOPS.index(shop)}{account}0{number}"


PLACES = [(shop, account, number) for shop in SHOPS for account in (1, 2) for number in (1, 2)]


def connected(table: MemoryTable) -> Workbench:
    """Three tenants with two accounts each, and two numbers in every account."""
    bench = Workbench(table)
    for shop, account, number in PLACES:
        bench.lines.save_connected(
            Line(
                tenant=shop,
                line=line(shop, account, number),
                waba=waba(shop, account),
                display_number=digits(shop, account, number),
                mode=Mode.COEXISTENCE,
                state=LineState.ACTIVE,
                onboarded_at=ONBOARDED_AT,
                sync=f"sync-{shop}",
            )
        )
        bench.lines.learn_owner(waba=waba(shop, account), portfolio=PORTFOLIOS[shop])
    return bench


@st.composite
def events(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Something about one shop, named in one of Meta's ways, with the shop's own mark in it."""
    shop, account, number = draw(st.sampled_from(PLACES))
    mark = f"mark-of-{shop}"
    named = {"display_phone_number": digits(shop, account, number)}
    phone = {"phone_number": digits(shop, account, number)}
    owner = {"owner_business_id": PORTFOLIOS[shop]}
    removed = {"event": "PARTNER_REMOVED", "disconnection_info": {"reason": mark}}
    entry, field, value = draw(
        st.sampled_from(
            [
                (waba(shop, account), "account_update", {"event": mark}),
                (waba(shop, account), "phone_number_quality_update", {**named, "event": mark}),
                (waba(shop, account), "message_template_status_update", {"event": mark}),
                (PARTNER, "account_update", {**removed, **phone}),
                (PARTNER, "security", {**named, "event": mark}),
                (
                    PARTNER,
                    "account_update",
                    {"event": mark, "waba_info": {"waba_id": waba(shop, account), **owner}},
                ),
                (PARTNER, "account_update", {"event": mark, "waba_info": {"waba_id": f"5{mark}"}}),
                (PORTFOLIOS[shop], "partner_solutions", {"event": mark}),
                (
                    PARTNER,
                    "account_alerts",
                    {
                        "entity_type": "PHONE_NUMBER",
                        "entity_id": line(shop, account, number),
                        "alert_info": {"alert_type": mark},
                    },
                ),
                (
                    PARTNER,
                    "account_alerts",
                    {
                        "entity_type": "BUSINESS",
                        "entity_id": PORTFOLIOS[shop],
                        "alert_info": {"alert_type": mark},
                    },
                ),
            ]
        )
    )
    body = {"id": entry, "time": ONBOARDED_AT, "changes": [{"field": field, "value": value}]}
    return shop, body


@settings(max_examples=100, deadline=None)
@given(told=st.lists(events(), min_size=1, max_size=8))
def test_no_word_about_one_tenants_account_is_written_for_another(
    told: list[tuple[str, dict[str, Any]]],
) -> None:
    table = MemoryTable()
    bench = connected(table)

    # One POST for all of them, as Meta may send it.
    bench.deliver(json.dumps({"entry": [body for _, body in told]}).encode())

    for key, row in table.contents().items():
        owner = key.pk.split("#", 1)[0]
        others = [shop for shop in SHOPS if shop != owner]
        if owner in SHOPS:
            assert not any(f"mark-of-{shop}" in repr(row).lower() for shop in others), (key, row)


def test_each_way_of_naming_an_account_leads_to_its_tenant() -> None:
    table = MemoryTable()
    bench = connected(table)
    number, account = digits("bakery", 1, 2), waba("bakery", 1)
    ways = [
        (account, "account_update", {"event": "ONE"}),
        (PARTNER, "account_update", {"event": "TWO", "waba_info": {"waba_id": account}}),
        (PARTNER, "account_update", {"event": "THREE", "phone_number": number}),
        ("881", "partner_solutions", {"event": "FOUR"}),
        (SHARED, "partner_solutions", {"event": "FIVE"}),
    ]

    for entry, field, value in ways:
        change = {"field": field, "value": value}
        bench.deliver(json.dumps({"entry": [{"id": entry, "changes": [change]}]}).encode())

    told = {thing.what.split(":")[1] for thing in bench.kept.page("bakery", limit=50)[0]}
    of_number, _ = bench.happenings.page("bakery", line("bakery", 1, 2), limit=50)
    of_another, _ = bench.happenings.page("bakery", line("bakery", 2, 1), limit=50)
    assert told == {"ONE", "TWO", "THREE", "FOUR"}
    assert len(of_number) == 4
    assert [happening.kind for happening in of_another] == ["partner_solutions"]
    for shop in ("cinema", "dentist"):
        assert bench.kept.page(shop, limit=50)[0] == ()


def test_a_notice_of_an_account_that_is_nobodys_is_not_believed_by_its_number() -> None:
    table = MemoryTable()
    bench = connected(table)
    value = {
        "event": "PARTNER_REMOVED",
        "phone_number": digits("bakery", 1, 2),
        "waba_info": {"waba_id": "5999"},
    }
    change = {"field": "account_update", "value": value}

    bench.deliver(json.dumps({"entry": [{"id": PARTNER, "changes": [change]}]}).encode())

    told = bench.lines.get("bakery", line("bakery", 1, 2))
    assert told is not None
    assert told.standing.disconnected is None
    assert bench.kept.page("bakery", limit=50)[0] == ()
    assert any("UNCLAIMED" in key.pk and "5999" in key.pk for key in table.contents())
