"""What Meta announces of a line: what is shown of it, and what stands on its timeline."""

import json
from itertools import permutations
from typing import Any

import pytest

from tandem.model.happening import Happening
from tandem.model.line import Line
from tandem.model.notice import UNLIMITED
from tandem.model.standing import Disconnection, NameReview, Restriction
from tandem.store.lines import Reading
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import LINE, NUMBER, ONBOARDED_AT, TENANT, WABA, Workbench

PARTNER = "130000000000001"


def announced(
    bench: Workbench, field: str, *, at: int | None = ONBOARDED_AT, entry: str = WABA, **value: Any
) -> None:
    told = {"id": entry, "changes": [{"field": field, "value": value}]}
    if at is not None:
        told["time"] = at
    bench.deliver(json.dumps({"entry": [told]}).encode())


def line(bench: Workbench) -> Line:
    known = bench.lines.get(TENANT, LINE)
    assert known is not None
    return known


def timeline(bench: Workbench) -> list[Happening]:
    return list(bench.happenings.page(TENANT, LINE, limit=50)[0])


@pytest.fixture
def bench() -> Workbench:
    return Workbench(MemoryTable())


@pytest.mark.parametrize(
    ("said", "shown"),
    [(250, 250), ("250", 250), ("TIER_2K", 2000), ("tier_100k", 100_000), (-1, UNLIMITED)],
)
def test_a_limit_is_one_number_however_meta_writes_it(
    bench: Workbench, said: object, shown: int
) -> None:
    announced(bench, "business_capability_update", max_daily_conversations_per_business=said)

    assert line(bench).standing.messaging_limit == shown


def test_of_an_announced_and_a_read_limit_the_newer_is_shown(bench: Workbench) -> None:
    reading = Reading(messaging_limit=2000, name_status="APPROVED", quality="GREEN")

    announced(
        bench, "business_capability_update", at=ONBOARDED_AT + 10,
        max_daily_conversations_per_business="TIER_10K",
    )  # fmt: skip
    before = line(bench).standing.messaging_limit
    bench.lines.note_reading(TENANT, LINE, reading, at=ONBOARDED_AT + 20)
    announced(
        bench, "business_capability_update", at=ONBOARDED_AT + 15,
        max_daily_conversations_per_business=250,
    )  # fmt: skip

    assert (before, line(bench).standing.messaging_limit) == (10_000, 2000)


def test_a_flagged_number_is_red_until_it_is_read_again(bench: Workbench) -> None:
    green = Reading(quality="GREEN")
    bench.lines.note_reading(TENANT, LINE, green, at=ONBOARDED_AT + 1)
    told = {"event": "FLAGGED", "display_phone_number": NUMBER}

    announced(bench, "phone_number_quality_update", at=ONBOARDED_AT + 2, **told)
    flagged = line(bench).quality
    bench.lines.note_reading(TENANT, LINE, green, at=ONBOARDED_AT + 3)

    assert (flagged, line(bench).quality) == ("RED", "GREEN")


def test_names_reviews_and_restrictions_are_shown(bench: Workbench) -> None:
    number = {"display_phone_number": f"+{NUMBER}"}
    restricted = {
        "restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING",
        "expiration": "1790000100",
    }

    announced(
        bench, "phone_number_name_update", **number, decision="REJECTED",
        requested_verified_name="Best", rejection_reason="UNCLEAR",
    )  # fmt: skip
    announced(bench, "business_username_updates", **number, username="shop", status="approved")
    announced(bench, "account_review_update", decision="APPROVED")
    announced(bench, "account_update", event="ACCOUNT_RESTRICTION", restriction_info=[restricted])

    standing = line(bench).standing
    assert standing.name_review == NameReview("REJECTED", "Best", "UNCLEAR")
    assert standing.username is not None and standing.username.name == "shop"
    assert standing.account_review == "APPROVED"
    assert standing.restrictions == (
        Restriction("RESTRICTED_BIZ_INITIATED_MESSAGING", 1_790_000_100),
    )


def test_a_removal_says_why_and_by_whom(bench: Workbench) -> None:
    why = {"reason": "PRIMARY_INACTIVITY", "initiated_by": "SYSTEM"}

    announced(
        bench, "account_update", entry=PARTNER, at=ONBOARDED_AT + 5,
        event="PARTNER_REMOVED", phone_number=NUMBER, disconnection_info=why,
    )  # fmt: skip

    assert line(bench).standing.disconnected == Disconnection(
        ONBOARDED_AT + 5,
        "PRIMARY_INACTIVITY",
        "SYSTEM",
        "WhatsApp Business was not opened on the phone for about 14 days",
    )


def test_a_removal_from_before_the_connection_is_not_shown(bench: Workbench) -> None:
    why = {"reason": "CHANGE_NUMBER"}

    announced(
        bench, "account_update", at=ONBOARDED_AT - 5,
        event="PARTNER_REMOVED", phone_number=NUMBER, disconnection_info=why,
    )  # fmt: skip

    assert line(bench).standing.disconnected is None


def test_a_notice_stands_once_on_the_timeline_however_often_it_comes(bench: Workbench) -> None:
    for _ in range(3):
        announced(bench, "security", at=None, event="PIN_CHANGED", display_phone_number=NUMBER)
    announced(bench, "account_update", at=ONBOARDED_AT + 9, event="VERIFIED_ACCOUNT")

    assert [(entry.kind, entry.at) for entry in timeline(bench)] == [
        ("account_update", ONBOARDED_AT + 9),
        ("security", ONBOARDED_AT),
    ]


def test_what_another_number_of_the_account_hears_is_not_this_line_s(bench: Workbench) -> None:
    told = {"event": "PARTNER_REMOVED", "phone_number": "15550100999"}

    announced(bench, "account_update", at=ONBOARDED_AT + 5, **told)

    assert timeline(bench) == []
    assert line(bench).standing.disconnected is None
    assert [watch.line.line for watch in bench.lines.due(ONBOARDED_AT + 5)] == [LINE]


def test_calls_are_kept_and_are_no_part_of_the_timeline(bench: Workbench) -> None:
    metadata = {"phone_number_id": LINE, "display_phone_number": NUMBER}

    announced(bench, "calls", metadata=metadata, calls=[{"id": "c", "event": "connect"}])

    ((kept,), _) = bench.kept.page(TENANT, limit=5)
    assert (kept.reason, kept.what) == ("notice", "calls:CONNECT")
    assert timeline(bench) == []


# ---- without a time of their own


LIMITS = {ONBOARDED_AT + 10: 250, ONBOARDED_AT + 20: 2000}


def received(bench: Workbench, **value: Any) -> None:
    """Meta posts a notice whose entry has no time; nobody works on it yet."""
    change = {"field": value.pop("field"), "value": value}
    assert bench.post(json.dumps({"entry": [{"id": WABA, "changes": [change]}]}).encode())


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_notices_without_a_time_the_one_that_was_received_last_counts(
    order: tuple[int, ...],
) -> None:
    now = ONBOARDED_AT
    bench = Workbench(MemoryTable(), clock=lambda: now)
    for now in (*LIMITS, ONBOARDED_AT + 10):
        limit = LIMITS[now]
        field = "business_capability_update"
        received(bench, field=field, max_daily_conversations_per_business=limit)
    letters = bench.queueing.letters
    bench.queueing.letters = [letters[number] for number in order]

    bench.work()

    assert line(bench).standing.messaging_limit == 2000
    assert sorted(entry.at for entry in timeline(bench)) == list(LIMITS)


def test_a_notice_that_comes_back_from_the_archive_is_of_the_moment_of_its_receipt() -> None:
    now = ONBOARDED_AT
    table = MemoryTable()
    bench = Workbench(table, clock=lambda: now)
    for now in LIMITS:
        told = {"event": "PARTNER_REMOVED", "phone_number": NUMBER, "limit": LIMITS[now]}
        received(bench, field="account_update", **told)
    bench.work()
    before = table.contents()

    now = ONBOARDED_AT + 5000
    bench.queueing.send_again(sorted(bench.archive.kept))
    bench.work()

    assert table.contents() == before
    assert line(bench).standing.disconnected == Disconnection(max(LIMITS))


def test_a_removal_without_a_time_is_looked_into_at_once_whatever_was_announced_before() -> None:
    now = ONBOARDED_AT + 10
    bench = Workbench(MemoryTable(), clock=lambda: now)
    announced(bench, "account_update", at=now, event="ACCOUNT_OFFBOARDED")
    (watch,) = bench.lines.due(now)
    bench.lines.take(watch, next_at=now + 1800)

    now += 60
    announced(bench, "account_update", at=None, event="PARTNER_REMOVED", phone_number=NUMBER)

    (again,) = bench.lines.due(now)
    assert (again.noted_at, again.removal_noted_at) == (now, now)
