import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from tandem.conversations.media import Fetching, WantedFile
from tandem.meta.errors import Passing, Reason, Refused
from tandem.meta.graph import MediaLocation
from tandem.model.errors import TryAgain
from tandem.model.message import StoredFile
from tandem.store.files import Files
from tandem.store.messages import Messages
from tests.fakes.memory_table import MemoryTable

WANTED = WantedFile(tenant="acme", line="1", wamid="wamid.A", media_id="m1")
PHOTO = b"a photo"


class FakeGraph:
    def __init__(self, *, trouble: Exception | None = None, size: int = len(PHOTO)) -> None:
        self.trouble = trouble
        self.size = size
        self.downloads = 0

    def media(self, media_id: str) -> MediaLocation:
        if self.trouble:
            raise self.trouble
        return MediaLocation("https://place", "image/jpeg", None, self.size)

    def download(self, url: str) -> Iterator[bytes]:
        self.downloads += 1
        yield PHOTO[:3]
        yield PHOTO[3:]


class FakeBucket:
    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}

    def put_object(self, **arguments: Any) -> None:
        self.objects[arguments["Key"]] = arguments


def fetching(graph: FakeGraph) -> tuple[Fetching, Messages, FakeBucket]:
    messages, bucket = Messages(MemoryTable()), FakeBucket()
    files = Files(bucket, "media")  # type: ignore[arg-type]
    return Fetching(messages=messages, files=files, graph_of=lambda *_: graph), messages, bucket


def test_a_file_is_fetched_once_and_noted_on_its_message() -> None:
    graph = FakeGraph()
    verb, messages, bucket = fetching(graph)

    first, second = verb.fetch(WANTED), verb.fetch(WANTED)

    stored = messages.file("acme", "1", "wamid.A", "m1")
    assert (first, second, graph.downloads) == (True, False, 1)
    assert stored is not None
    assert stored.key == f"acme/1/{hashlib.sha256(PHOTO).hexdigest()}"
    assert bucket.objects[stored.key]["Body"] == PHOTO
    assert bucket.objects[stored.key]["ContentDisposition"] == "attachment"


def test_a_file_that_meta_has_no_more_is_noted_as_lost() -> None:
    verb, messages, bucket = fetching(FakeGraph(trouble=Refused(Reason(100, 33, "gone"))))

    verb.fetch(WANTED)

    stored = messages.file("acme", "1", "wamid.A", "m1")
    assert stored is not None
    assert stored.lost is not None
    assert "100: gone" in stored.lost
    assert bucket.objects == {}


@pytest.mark.parametrize(
    ("graph", "raised"),
    [
        (FakeGraph(trouble=Passing(Reason(2, title="down"))), Passing),
        (FakeGraph(size=99), TryAgain),
    ],
    ids=["trouble that passes", "a cut file"],
)
def test_what_may_pass_is_tried_again_and_noted_as_nothing(
    graph: FakeGraph, raised: type[Exception]
) -> None:
    verb, messages, _ = fetching(graph)

    with pytest.raises(raised):
        verb.fetch(WANTED)

    assert messages.get("acme", "1", "wamid.A") is None


@pytest.mark.parametrize("found_last", [True, False])
def test_a_file_that_one_of_two_workers_found_is_there(*, found_last: bool) -> None:
    messages = Messages(MemoryTable())
    found = StoredFile("m1", key="acme/1/x", size=7)
    lost = StoredFile("m1", lost="Meta does not give this file any more")

    for told in (lost, found) if found_last else (found, lost):
        messages.note_file("acme", "1", "wamid.A", told)

    assert messages.file("acme", "1", "wamid.A", "m1") == found
