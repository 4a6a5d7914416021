"""Series over HTTP: what is asked for, what is shown, what is refused and in which words."""

from typing import Any

import pytest

from tandem.model.identity import Person
from tandem.model.line import Account
from tests.fakes.api_house import BROADCAST, SERIES, House
from tests.fakes.broadcast_world import LINE, NOW, TENANT, phone

FIRST = 1_790_578_800
"""Monday, 2026-09-28, 09:00 in Berlin."""

WEEKLY = SERIES | {
    "audience": {"segment": "phone begins with 1555010"},
    "rule": {
        "every": "week",
        "on": ["monday", "friday"],
        "at": "09:00",
        "zone": "Europe/Berlin",
        "since": "2026-09-26",
        "until": "2026-12-31",
    },
    "quiet": {"since": "21:00", "until": "08:00"},
}


def begun(house: House, **more: Any) -> dict[str, Any]:
    answer = house.ask("POST", "/v1/series", WEEKLY | more)
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.body
    return made


def test_a_series_is_shown_as_it_was_asked_for(house: House) -> None:
    made = begun(house)

    shown = house.ask("GET", f"/v1/series/{made['id']}").body
    assert {name: shown[name] for name in ("rule", "quiet", "name", "line", "template")} == {
        "rule": WEEKLY["rule"] | {"count": None, "by_their_clock": False},
        "quiet": WEEKLY["quiet"],
        "name": "Monday",
        "line": LINE,
        "template": WEEKLY["template"],
    }
    assert shown["approve_within"] == WEEKLY["approve_within"]
    assert (shown["state"], shown["by"], shown["trouble"]) == ("running", "console", None)
    assert shown["next"] == {"day": "2026-09-28", "at": FIRST}
    assert shown["occurrences"] == []
    assert house.ask("GET", "/v1/series").body == {"items": [made], "next": None}


def test_what_is_shown_of_a_series_can_be_asked_for_again(house: House) -> None:
    rules = {"require_consent": True, "spare_hours": 24, "at_most": {"count": 4, "days": 30}}
    made = begun(house, rules=rules)
    asked = {name: made[name] for name in (*WEEKLY, "fill", "rules")}

    again = house.ask("PATCH", f"/v1/series/{made['id']}", asked)

    assert made["rules"] == rules
    assert (again.status, again.body) == (200, made)


def test_without_a_zone_the_clock_of_the_line_s_account_counts(house: House) -> None:
    lines = house.stage.lines
    line = lines.get(TENANT, LINE)
    assert line
    unread = begun(house, rule={**WEEKLY["rule"], "zone": None})["rule"]
    lines.note_account(line, Account("USD", "25"), at=NOW)
    local = {"local": "2026-09-28T09:00"}

    rule = begun(house, rule={**WEEKLY["rule"], "zone": None, "by_their_clock": True})["rule"]
    once = house.ask("POST", "/v1/broadcasts", BROADCAST | {"timing": local}).body
    named = house.ask(
        "PATCH", f"/v1/broadcasts/{once['id']}", BROADCAST | {"timing": local | {"zone": "UTC"}}
    ).body

    assert (unread["zone"], rule["zone"]) == ("UTC", "America/Sao_Paulo")
    assert rule["by_their_clock"] is True
    assert once["timing"]["zone"] == "America/Sao_Paulo"
    assert once["start_at"] == named["start_at"] + 3 * 3600


def test_the_days_of_a_month_are_numbers_or_the_last(house: House) -> None:
    last = WEEKLY["rule"] | {"every": "month", "on": ["last"]}

    made = begun(house, rule=last)

    assert made["rule"]["on"] == ["last"]
    assert made["next"]["day"] == "2026-09-30"


def test_a_series_says_what_came_of_each_occurrence(house: House) -> None:
    stage = house.stage
    stage.people.join(TENANT, Person(phone=phone(1)), line=LINE)
    made = begun(
        house, approve_within={"at_most_people": 1, "at_most_cost": "0", "currency": "USD"}
    )

    stage.time.now = FIRST - 1800
    stage.keep_watch()

    (occurrence,) = house.ask("GET", f"/v1/series/{made['id']}").body["occurrences"]
    broadcast = house.ask("GET", f"/v1/broadcasts/{occurrence['broadcast']}").body
    assert (occurrence["day"], occurrence["at"]) == ("2026-09-28", FIRST)
    assert (occurrence["state"], occurrence["skipped"]) == ("planned", None)
    assert "import one" in occurrence["waits_for"] or "would cost" in occurrence["waits_for"]
    assert broadcast["waits_for"] == occurrence["waits_for"]
    assert broadcast["series"] == made["id"]
    assert broadcast["approve_within"] == {
        "at_most_people": 1,
        "at_most_cost": "0",
        "currency": "USD",
    }


def test_a_series_is_paused_resumed_changed_and_deleted(house: House) -> None:
    path = f"/v1/series/{begun(house)['id']}"

    states = [
        house.ask("POST", f"{path}/pause").body["state"],
        house.ask("POST", f"{path}/resume").body["state"],
        house.ask("PATCH", path, WEEKLY | {"name": "Friday"}).body["name"],
        house.ask("DELETE", path).body,
        house.ask("GET", path).status,
        house.ask("DELETE", path).status,
    ]

    assert states == ["paused", "running", "Friday", {}, 404, 404]


def test_the_same_request_again_is_the_same_series(house: House) -> None:
    first = house.ask("POST", "/v1/series", WEEKLY, idempotency_key="weekly")
    again = house.ask("POST", "/v1/series", WEEKLY, idempotency_key="weekly")
    other = house.ask("POST", "/v1/series", WEEKLY | {"name": "x"}, idempotency_key="weekly")

    assert first.body == again.body
    assert (other.status, other.code) == (409, "key_reused")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"zone": "Europe/Atlantis"}, "there is no time zone 'Europe/Atlantis'"),
        ({"zone": "../../etc/passwd"}, "there is no time zone"),
        ({"since": "2026-09-01"}, "is past: let it begin on 2026-09-22"),
        ({"since": "2026-10-06", "until": "2026-10-07"}, "never happens"),
        ({"until": "2020-01-01"}, "never happens"),
        ({"every": "hour"}, "rule.every: Input should be 'day', 'week' or 'month'"),
        ({"every": "minute"}, "rule.every: Input should be 'day', 'week' or 'month'"),
        ({"on": []}, "needs the days of the week"),
        ({"on": ["last"]}, "'last' is no day of a week"),
        ({"on": [1]}, "1 is no day of a week"),
        ({"every": "month"}, "'monday' is no day of a month"),
        ({"every": "month", "on": [32]}, "rule.on.0"),
        ({"every": "month", "on": [0]}, "rule.on.0"),
        ({"every": "month", "on": [1, 15]}, "needs one day of the month"),
        ({"every": "day"}, "a daily rule happens on every day"),
        ({"at": "9:00"}, "rule.at"),
        ({"at": "24:00"}, "rule.at"),
        ({"at": ["09:00", "09:30"]}, "rule.at"),
        ({"count": 0}, "rule.count"),
        ({"since": "2026-02-30"}, "rule.since"),
        ({"since": "9999-12-31", "until": None, "every": "day", "on": []}, "never|a year ahead"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_with_what_to_do(
    house: House, rule: dict[str, Any], words: str
) -> None:
    answer = house.ask("POST", "/v1/series", WEEKLY | {"rule": WEEKLY["rule"] | rule})

    assert (answer.status, answer.code) == (400, "invalid")
    assert any(word in answer.body["error"]["message"] for word in words.split("|"))
    assert house.ask("GET", "/v1/series").body["items"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"approve_within": {"at_most_people": 0}},
        {"approve_within": {"at_most_people": 5, "at_most_cost": "-1", "currency": "USD"}},
        {"approve_within": {"at_most_people": 5, "at_most_cost": "NaN", "currency": "USD"}},
        {"approve_within": {"at_most_people": 5, "at_most_cost": "1"}},
        {"approve_within": {"at_most_people": 5, "at_most_cost": "1", "currency": "dollar"}},
        {"audience": {"people": [{"phone": "+1 555 010 0001"}]}},
        {"approve": True},
        {"timing": {"at": NOW}},
        {"quiet": {"since": "21:00", "until": "21:00"}},
    ],
)
def test_what_a_series_does_not_take_is_refused(house: House, wrong: dict[str, Any]) -> None:
    answer = house.ask("POST", "/v1/series", WEEKLY | wrong)

    assert (answer.status, answer.code) == (400, "invalid")
