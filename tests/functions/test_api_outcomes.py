"""What came of a broadcast, asked for by state and reason, and as a table for spreadsheets."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.api.outcome_sheet import HEADINGS, RUNS, harmless
from tandem.model.broadcast import Addressee
from tests.fakes.api_house import House
from tests.fakes.broadcast_world import TENANT, people, phone


@pytest.fixture
def path(house: House) -> str:
    """A broadcast to three people and a wrong number: two were sent to, and one of them read it."""
    stage = house.stage
    audience = (*people(2), Addressee("12"), Addressee("US.1001", "=bsuid"), *people(1))
    broadcast = stage.started(audience)
    stage.work()
    stage.tell(stage.meta.calls[0], "read", at=int(stage.time.now) + 5)
    stage.tell(stage.meta.calls[1], "failed", errors=({"code": 131026, "title": "Undeliverable"},))
    return f"/v1/broadcasts/{broadcast.id}/recipients"


def numbers(house: House, path: str) -> list[int]:
    return [row["number"] for row in house.ask("GET", path).body["items"]]


def test_recipients_are_found_by_state_and_by_reason(house: House, path: str) -> None:
    assert numbers(house, path) == [0, 1, 2, 3, 4]
    assert numbers(house, f"{path}?state=read") == [0]
    assert numbers(house, f"{path}?state=skipped") == [2, 3, 4]
    assert numbers(house, f"{path}?reason=duplicate") == [4]
    assert numbers(house, f"{path}?reason=131026") == [1]
    assert numbers(house, f"{path}?state=read&reason=duplicate") == []
    assert house.ask("GET", f"{path}?state=lost").code == "invalid"


def test_a_page_of_those_who_are_wanted_goes_on_behind_the_last(house: House, path: str) -> None:
    first = house.ask("GET", f"{path}?state=skipped&limit=2").body
    second = house.ask("GET", f"{path}?state=skipped&limit=2&cursor={first['next']}").body

    assert [row["number"] for row in first["items"]] == [2, 3]
    assert [row["number"] for row in second["items"]] == [4]
    assert second["next"] is None


def test_the_outcome_is_a_table_for_spreadsheets(house: House, path: str) -> None:
    answer = house.ask("GET", f"{path}.csv")

    assert (answer.status, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert "attachment" in answer.headers["content-disposition"]
    assert "link" not in answer.headers
    assert answer.body.startswith("\ufeffnumber,")
    headings, *rows = csv.reader(io.StringIO(answer.body.removeprefix("\ufeff")))
    assert tuple(headings) == HEADINGS
    read, failed, wrong, dangerous, twice = (dict(zip(headings, row, strict=True)) for row in rows)
    at = datetime.fromtimestamp(int(house.stage.time.now) + 5, UTC)
    assert (read["phone"], read["state"], read["message_id"]) == (phone(0), "read", "wamid.1")
    assert read["read_at"] == f"{at:%Y-%m-%d %H:%M:%S}"
    assert (failed["state"], failed["meta_code"]) == ("failed", "131026")
    assert wrong["reason"] == "this is not a phone number that anybody can have"
    assert dangerous["user_id"] == "'=bsuid"
    assert twice["reason"] == "the same person is in this audience already"


def test_a_large_outcome_comes_in_parts_that_make_one_file(
    house: House, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = house.ask("GET", f"{path}.csv?state=skipped").body
    monkeypatch.setattr("tandem.broadcasts.sending.outcomes.LOOKED_THROUGH", 2)

    parts, asked = [], "?state=skipped"
    while asked:
        answer = house.ask("GET", f"{path}.csv{asked}")
        parts.append(answer.body)
        asked = answer.headers.get("link", "").removeprefix("<").partition(">")[0]

    assert len(parts) == 3
    assert "".join(parts) == whole


def test_the_outcome_of_another_tenant_is_not_there(house: House, path: str) -> None:
    assert house.ask("GET", f"{path}.csv", tenant="globex").status == 404
    assert house.stage.broadcasts.page(TENANT, limit=1)[0]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff20"])
def test_what_a_spreadsheet_takes_for_a_formula_becomes_text(sign: str) -> None:
    formula = f"{sign}HYPERLINK(1)"

    assert (harmless(formula), harmless(f"a{formula}")) == (f"'{formula}", f"a{formula}")


@given(st.text())
def test_no_cell_begins_as_a_formula_and_none_loses_anything(text: str) -> None:
    cell = harmless(text)

    assert not cell.startswith(RUNS)
    assert cell in (text, f"'{text}")
