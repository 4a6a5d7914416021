"""The API of lists and segments, in JSON."""

import pytest

from tandem.model.broadcast import Audience
from tests.fakes.api_house import House
from tests.fakes.broadcast_world import LINE, NOW, TENANT

GUESTS = b"phone,name\n+15550100001,Ana\nnobody,Ben\n"


def test_a_list_is_named_uploaded_read_and_shown(house: House) -> None:
    made = house.ask("POST", "/v1/lists", {"name": " May ", "size": len(GUESTS), "country": "CO"})
    path = f"/v1/lists/{made.body['id']}"
    early = house.ask("POST", f"{path}/read")
    key = f"uploads/{TENANT}/{made.body['id']}"
    house.stage.buckets.put_object(Bucket="archive", Key=key, Body=GUESTS)
    asked = house.ask("POST", f"{path}/read")
    (job,) = house.stage.list_queue.jobs
    house.stage.list_reading.read(job["tenant"], job["list"])
    shown = house.ask("GET", path)

    assert made.status == 201
    assert made.body["upload"]["method"] == "PUT"
    assert key in made.body["upload"]["url"]
    assert made.body["upload"]["expires_at"] == NOW + 900
    assert (early.status, early.code) == (409, "not_uploaded")
    assert (asked.status, asked.body["state"]) == (202, "reading")
    assert shown.body == {
        "id": made.body["id"],
        "name": "May",
        "state": "ready",
        "created_at": NOW,
        "by": "console",
        "size": len(GUESTS),
        "country": "CO",
        "people": 1,
        "repeated": 0,
        "bad_rows": 1,
        "trouble": None,
        "encoding": "UTF-8",
        "separator": ",",
        "columns": ["name"],
        "preview": [{"phone": "15550100001", "name": "Ana"}],
        "bad": [{"line": 3, "why": "'nobody' is not a phone number"}],
    }
    assert [one["id"] for one in house.ask("GET", "/v1/lists").body["items"]] == [made.body["id"]]


@pytest.mark.parametrize("which", ["lists", "segments"])
def test_what_comes_and_goes_between_two_pages_repeats_and_skips_nothing(
    house: House, which: str
) -> None:
    def made(name: str) -> str:
        house.stage.time.now += 1
        if which == "lists":
            return str(house.ask("POST", "/v1/lists", {"name": name, "size": 5}).body["id"])
        house.ask("POST", "/v1/segments", {"name": name, "segment": "phone is known"})
        return name

    # Lists stand the newest first, segments by name.
    names = [made(name) for name in ("e", "d", "c", "b")][::-1]
    first = house.ask("GET", f"/v1/{which}?limit=2")
    made("a")
    house.ask("DELETE", f"/v1/{which}/{names[1]}")
    second = house.ask("GET", f"/v1/{which}?limit=2&cursor={first.body['next']}")

    shown = [one.get("id") or one["name"] for page in (first, second) for one in page.body["items"]]
    assert shown == names
    assert second.body["next"] is None


@pytest.mark.parametrize(
    ("which", "cursor"),
    [
        *(
            (which, wrong)
            for which in ("lists", "segments")
            for wrong in ("!", "bjI", "eyJhIjoxfQ")
        ),
        ("lists", "WyJhIl0"),  # ["a"], a segment's
        ("segments", "Wy0xLCJhIl0"),  # [-1, "a"], a list's
    ],
)
def test_a_cursor_of_nothing_or_of_something_else_is_refused(
    house: House, which: str, cursor: str
) -> None:
    house.ask("POST", "/v1/lists", {"name": "May", "size": 5})
    house.ask("POST", "/v1/segments", {"name": "may", "segment": "phone is known"})

    answer = house.ask("GET", f"/v1/{which}?cursor={cursor}")

    assert answer.status == 400
    assert "start again without it" in str(answer.body)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "May"},
        {"name": " ", "size": 5},
        {"name": "May", "size": 0},
        {"name": "May", "size": 100 * 1024 * 1024 + 1},
        {"name": "May", "size": 5, "country": "Colombia"},
        {"name": "May", "size": 5, "country": "XX"},
    ],
)
def test_what_can_be_no_list_is_said(house: House, body: object) -> None:
    assert house.ask("POST", "/v1/lists", body).code == "invalid"
    assert house.ask("GET", "/v1/lists").body["items"] == []


def test_a_list_is_deleted_once_nothing_is_planned_with_it_any_more(house: House) -> None:
    known = house.stage.uploaded(GUESTS)
    path = f"/v1/lists/{known.id}"
    broadcast = house.stage.create(audience=Audience(lists=(known.id,)))

    refused = house.ask("DELETE", path)
    house.stage.plan()
    deleted = house.ask("DELETE", path)

    assert (refused.status, refused.code) == (409, "list_in_use")
    assert broadcast.id in refused.body["error"]["message"]
    assert (deleted.status, deleted.body) == (200, {})
    assert (house.ask("GET", path).status, house.ask("DELETE", path).status) == (404, 404)


def test_a_segment_is_named_shown_looked_through_and_deleted(house: House) -> None:
    house.ask("PATCH", f"/v1/contacts/{_ana(house)}", {"tags": {"add": ["vip"]}})
    named = {"name": "regulars", "segment": "tag = vip and wrote within 30 days"}

    made = house.ask("POST", "/v1/segments", named)
    preview = house.ask("POST", "/v1/segments/preview", {"segment": "@regulars", "line": LINE})
    listed = house.ask("GET", "/v1/segments")
    deleted = house.ask("DELETE", "/v1/segments/regulars")

    assert (made.status, made.body) == (201, named | {"created_at": NOW, "by": "console"})
    assert preview.body == {
        "looked_at": 1,
        "matching": 1,
        "estimate": False,
        "some": [{"contact": _ana(house), "name": None, "phone": "15550100001", "bsuid": None}],
    }
    assert listed.body == {"items": [made.body], "next": None}
    assert (deleted.status, deleted.body) == (200, {})
    assert house.ask("GET", "/v1/segments/regulars").status == 404


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"name": "regulars", "segment": "tag ="}, "a value is expected"),
        ({"name": "@regulars", "segment": "tag = vip"}, "name"),
        ({"name": "regulars"}, "segment"),
    ],
)
def test_what_is_no_segment_is_said_with_the_place(house: House, body: object, says: str) -> None:
    answer = house.ask("POST", "/v1/segments", body)

    assert (answer.code, says in answer.body["error"]["message"]) == ("invalid", True)


def _ana(house: House) -> str:
    contact: str = house.ask("GET", "/v1/contacts?phone=15550100001").body["items"][0]["id"]
    return contact
