"""What is said of a file that is not there, and for how long."""

from typing import Any

import pytest

from tandem.model.errors import Conflict, Expired, NotFound
from tandem.model.events import Completeness, Content, Media, Source
from tandem.model.files import FileNow
from tandem.model.message import FileState, StoredFile
from tests.fakes.broadcast_world import NOW, TENANT
from tests.fakes.front_desk import ANA, ONBOARDED_AT, FrontDesk

DAY = 24 * 3600
PLACEHOLDER = Content("media_placeholder", completeness=Completeness.PLACEHOLDER)
PHOTO = Content("image", media=Media("m1", "image/jpeg"))
FOURTEEN_DAYS_BEFORE = ONBOARDED_AT - 14 * DAY
SEVEN_DAYS_AFTER = ONBOARDED_AT + 7 * DAY


def desk_at(now: int, content: Content, **more: Any) -> FrontDesk:
    desk = FrontDesk()
    desk.sees("wamid.1", content=content, **more)
    desk.time.now = now
    return desk


def told(desk: FrontDesk) -> FileNow | None:
    (entry,) = desk.timeline()
    assert desk.reading.message(TENANT, desk.id(ANA), "wamid.1").file == entry.file
    return entry.file


def opened(desk: FrontDesk) -> str:
    return desk.opening.link(TENANT, desk.id(ANA), "wamid.1")


# ---- of the import


@pytest.mark.parametrize(
    ("at", "now", "state"),
    [
        (FOURTEEN_DAYS_BEFORE, ONBOARDED_AT, FileState.EXPECTED),
        (FOURTEEN_DAYS_BEFORE, SEVEN_DAYS_AFTER - 1, FileState.EXPECTED),
        (FOURTEEN_DAYS_BEFORE, SEVEN_DAYS_AFTER, FileState.MISSING),
        (ONBOARDED_AT + 60, SEVEN_DAYS_AFTER, FileState.EXPECTED),
        (FOURTEEN_DAYS_BEFORE - 1, ONBOARDED_AT, FileState.NOT_SHARED),
        (FOURTEEN_DAYS_BEFORE - 1, SEVEN_DAYS_AFTER, FileState.NOT_SHARED),
    ],
)
def test_the_import_brings_files_of_two_weeks_within_one(
    at: int, now: int, state: FileState
) -> None:
    desk = desk_at(now, PLACEHOLDER, at=at, source=Source.HISTORY_IN)

    found = told(desk)

    assert found is not None
    assert found.state is state
    assert (found.why is None) is (state is FileState.EXPECTED)
    with pytest.raises(Conflict if state is FileState.EXPECTED else Expired) as refused:
        opened(desk)
    assert refused.value.code == f"file_{state}"


def test_a_file_that_was_missed_and_comes_is_there() -> None:
    desk = desk_at(NOW, PLACEHOLDER, at=ONBOARDED_AT - DAY, source=Source.HISTORY_IN)
    missed = told(desk)

    desk.sees("wamid.1", content=PHOTO, at=ONBOARDED_AT - DAY, source=Source.HISTORY_MEDIA)
    desk.messages.note_file(TENANT, desk.line, "wamid.1", StoredFile("m1", "acme/ab", 3))

    assert missed is not None
    assert missed.state is FileState.MISSING
    assert told(desk) == FileNow(FileState.FETCHED)
    assert opened(desk).startswith("https://media.example/acme/ab")


# ---- of a message


@pytest.mark.parametrize(
    ("since", "state"),
    [(0, FileState.WAITING), (14 * DAY - 1, FileState.WAITING), (14 * DAY, FileState.LOST)],
)
def test_a_file_that_nobody_fetched_is_lost_once_meta_cannot_have_it(
    since: int, state: FileState
) -> None:
    desk = desk_at(NOW + since, PHOTO, at=NOW)

    found = told(desk)

    assert found is not None
    assert found.state is state
    assert (found.why is None) is (state is FileState.WAITING)


def test_a_file_of_the_import_is_waited_for_from_the_day_of_the_import() -> None:
    desk = desk_at(ONBOARDED_AT + 13 * DAY, PHOTO, at=FOURTEEN_DAYS_BEFORE)

    assert told(desk) == FileNow(FileState.WAITING)


@pytest.mark.parametrize("code", [131052, "131052"])
def test_a_file_that_meta_finds_too_large_is_lost_with_its_reason(code: int | str) -> None:
    error = {"code": code, "title": "Media download error"}
    desk = desk_at(NOW, Content("document", extra={"errors": [error]}))

    with pytest.raises(Expired, match="Media download error"):
        opened(desk)

    found = told(desk)
    assert found is not None
    assert found.state is FileState.LOST


@pytest.mark.parametrize(
    "extra", [{}, {"errors": [{"code": 131051}]}, {"errors": "131052"}, {"errors": [131052]}]
)
def test_a_message_without_a_file_says_nothing_of_one(extra: dict[str, Any]) -> None:
    desk = desk_at(NOW, Content("unsupported", extra=extra))

    with pytest.raises(NotFound):
        opened(desk)

    assert told(desk) is None
