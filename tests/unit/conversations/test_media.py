import base64
import hashlib
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat

import pytest
from botocore.exceptions import ClientError

from tandem.conversations.media import ATTEMPTS, Fetching, MediaRequests, WantedFile
from tandem.conversations.proving import Damaged, sha256_of
from tandem.meta.errors import FixFirst, GraphError, Passing, Reason, graph_error
from tandem.meta.graph import MediaLocation
from tandem.model.errors import TryAgain
from tandem.model.events import Content, Media, Sighting, Source
from tandem.model.identity import Person
from tandem.model.message import StoredFile
from tandem.store.files import Files
from tandem.store.messages import Messages
from tandem.store.queues import Job, Queue
from tests.fakes.media_bucket import FakeMediaBucket
from tests.fakes.memory_table import MemoryTable

PHOTO = b"a photo"
HASH = hashlib.sha256(PHOTO)
OTHER = hashlib.sha256(b"another photo")
WANTED = WantedFile(tenant="acme", line="1", wamid="wamid.A", media_id="m1")
GONE = graph_error(Reason(100, 33, "Unsupported get request", http=400))
NOT_THERE = graph_error(Reason(title="HTTP 404", http=404))


@dataclass
class FakeGraph:
    """Has one file. Each of `troubles` meets one question, each of `cuts` one download."""

    content: bytes = PHOTO
    size: int | None = len(PHOTO)
    sha256: str | None = None
    troubles: list[Exception] = field(default_factory=list)
    cuts: list[Exception] = field(default_factory=list)
    asked: int = 0

    def media(self, media_id: str) -> MediaLocation:
        self.asked += 1
        if self.troubles:
            raise self.troubles.pop(0)
        return MediaLocation(f"https://place/{self.asked}", "image/jpeg", self.sha256, self.size)

    def download(self, url: str) -> Iterator[bytes]:
        assert url == f"https://place/{self.asked}"
        yield self.content[:3]
        if self.cuts:
            raise self.cuts.pop(0)
        yield self.content[3:]


class World:
    def __init__(self, graph: FakeGraph | None = None) -> None:
        self.graph, self.bucket = graph or FakeGraph(), FakeMediaBucket()
        self.messages = Messages(MemoryTable())
        self.verb = Fetching(
            messages=self.messages,
            files=Files(self.bucket, "media"),  # type: ignore[arg-type]
            graph_of=lambda *_: self.graph,
        )

    def stored(self, wanted: WantedFile = WANTED) -> StoredFile | None:
        return self.messages.file(wanted.tenant, wanted.line, wanted.wamid, wanted.media_id)


class JobsOnly(Queue):
    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def put_many(self, jobs: Sequence[Job]) -> None:
        self.jobs += jobs


def test_a_file_is_fetched_once_and_noted_on_its_message() -> None:
    world = World()

    first, second = world.verb.fetch(WANTED), world.verb.fetch(WANTED)

    key = f"acme/{HASH.hexdigest()}"
    assert (first, second, world.graph.asked) == (True, False, 1)
    assert world.stored() == StoredFile("m1", key, len(PHOTO), HASH.hexdigest(), "image/jpeg")
    assert world.bucket.objects == {key: PHOTO}
    assert world.bucket.told[key]["ContentDisposition"] == "attachment"


# ---- one file, many messages


def test_the_same_bytes_are_kept_once_for_a_tenant_and_apart_for_another() -> None:
    world = World()
    forwarded = [
        WANTED,
        WantedFile("acme", "2", "wamid.B", "m2"),
        WantedFile("other", "3", "wamid.C", "m3"),
    ]

    for wanted in forwarded:
        world.verb.fetch(wanted)

    one, two, apart = (world.stored(wanted) for wanted in forwarded)
    assert one and two and apart
    assert one.key == two.key == f"acme/{HASH.hexdigest()}"
    assert apart.key == f"other/{HASH.hexdigest()}"
    assert (len(world.bucket.objects), world.bucket.refused) == (2, 1)


def test_who_keeps_a_file_while_somebody_else_does_tries_again() -> None:
    world = World()
    world.bucket.trouble = "ConditionalRequestConflict"

    with pytest.raises(TryAgain):
        world.verb.fetch(WANTED)
    world.verb.fetch(WANTED)

    assert world.bucket.objects.keys() == {f"acme/{HASH.hexdigest()}"}


def test_trouble_of_the_bucket_is_raised_and_noted_as_nothing() -> None:
    world = World()
    world.bucket.trouble = "SlowDown"

    with pytest.raises(ClientError):
        world.verb.fetch(WANTED)

    assert world.stored() is None


# ---- Meta's no


@pytest.mark.parametrize(
    ("final", "says"),
    [
        (GONE, "100: Unsupported get request"),
        (graph_error(Reason(100, title="Invalid parameter", http=400)), "100: Invalid parameter"),
        (graph_error(Reason(131052, title="Media download error")), "131052: Media download error"),
        (NOT_THERE, "404: HTTP 404"),
    ],
)
@pytest.mark.parametrize("where", ["the question", "the address"])
def test_a_file_that_meta_has_no_more_is_noted_as_lost(
    final: GraphError, says: str, where: str
) -> None:
    graph = FakeGraph()
    (graph.troubles if where == "the question" else graph.cuts).extend([final, final])
    world = World(graph)

    world.verb.fetch(WANTED)

    stored = world.stored()
    assert stored is not None
    assert stored.lost == f"Meta does not give this file any more ({says})"
    assert world.bucket.objects == {}


@pytest.mark.parametrize("trouble", [GONE, NOT_THERE])
def test_an_address_that_has_ended_is_asked_for_again(trouble: GraphError) -> None:
    world = World(FakeGraph(cuts=[trouble]))

    world.verb.fetch(WANTED)

    assert world.graph.asked == 2
    assert list(world.bucket.objects.values()) == [PHOTO]


class StutteringGraph(FakeGraph):
    """Gives more than the file before it breaks off."""

    def download(self, url: str) -> Iterator[bytes]:
        if self.cuts:
            yield b"not the photo"
            raise self.cuts.pop(0)
        yield from super().download(url)


def test_nothing_of_a_broken_try_is_in_the_file_of_the_next() -> None:
    world = World(StutteringGraph(size=None, cuts=[NOT_THERE]))

    world.verb.fetch(WANTED)

    assert list(world.bucket.objects.values()) == [PHOTO]


def test_a_lost_file_is_fetched_after_all_when_its_webhook_comes_again() -> None:
    world = World(FakeGraph(troubles=[GONE, GONE]))
    world.verb.fetch(WANTED)

    again = world.verb.fetch(WANTED)

    stored = world.stored()
    assert again
    assert stored is not None
    assert stored.key == f"acme/{HASH.hexdigest()}"


@pytest.mark.parametrize(
    "trouble",
    [
        Passing(Reason(2, title="down")),
        FixFirst(Reason(190, title="the token has ended")),
        TryAgain("throttled"),
    ],
)
@pytest.mark.parametrize("where", ["the question", "the address"])
def test_what_may_pass_is_tried_again_and_noted_as_nothing(trouble: Exception, where: str) -> None:
    graph = FakeGraph()
    (graph.troubles if where == "the question" else graph.cuts).append(trouble)
    world = World(graph)

    with pytest.raises(type(trouble)):
        world.verb.fetch(WANTED, attempt=ATTEMPTS)

    assert world.messages.get("acme", "1", "wamid.A") is None


# ---- what came is what Meta spoke of


def spelled(digest: bytes) -> list[str]:
    return [
        digest.hex(),
        digest.hex().upper(),
        base64.b64encode(digest).decode(),
        base64.urlsafe_b64encode(digest).decode().rstrip("="),
    ]


@pytest.mark.parametrize("told", spelled(HASH.digest()))
def test_a_hash_is_understood_however_meta_writes_it(told: str) -> None:
    world = World(FakeGraph(sha256=told))

    world.verb.fetch(WantedFile("acme", "1", "wamid.A", "m1", told))

    assert len(world.bucket.objects) == 1


@pytest.mark.parametrize("told", spelled(OTHER.digest()))
@pytest.mark.parametrize("by", ["the webhook", "Graph"])
def test_a_file_with_another_hash_is_never_kept_and_said_to_be_damaged(told: str, by: str) -> None:
    world = World(FakeGraph(sha256=told if by == "Graph" else HASH.hexdigest()))
    wanted = WantedFile("acme", "1", "wamid.A", "m1", told if by == "the webhook" else None)

    for attempt in range(1, ATTEMPTS):
        with pytest.raises(Damaged):
            world.verb.fetch(wanted, attempt=attempt)
        assert world.stored() is None
    world.verb.fetch(wanted, attempt=ATTEMPTS)

    stored = world.stored()
    assert stored is not None
    assert stored.lost == "the file came with another SHA-256 than Meta said (3 times)"
    assert world.bucket.objects == {}


@pytest.mark.parametrize("size", [len(PHOTO) + 1, len(PHOTO) - 1, 0])
def test_a_file_of_another_size_is_damaged(size: int) -> None:
    world = World(FakeGraph(size=size))

    with pytest.raises(Damaged, match="the file came with"):
        world.verb.fetch(WANTED)

    assert (world.stored(), world.bucket.objects) == (None, {})


@pytest.mark.parametrize("told", ["", "abc", HASH.hexdigest()[:-1], "ü" * 44, "=" * 44])
def test_what_is_no_hash_proves_nothing_and_refuses_nothing(told: str) -> None:
    world = World(FakeGraph(sha256=told, size=None))

    world.verb.fetch(WANTED)

    assert sha256_of(told) is None
    assert len(world.bucket.objects) == 1


# ---- large files


PIECE = b"x" * 64 * 1024


class LargeGraph(FakeGraph):
    """Without a size, its file has no end."""

    def download(self, url: str) -> Iterator[bytes]:
        yield from repeat(PIECE) if self.size is None else repeat(PIECE, self.size // len(PIECE))


def test_a_large_file_is_never_in_memory_as_a_whole() -> None:
    world = World(LargeGraph(size=32 * 1024 * 1024))
    tracemalloc.start()

    world.verb.fetch(WANTED)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert list(world.bucket.objects.values()) == [b"33554432 bytes"]
    assert peak < 8 * 1024 * 1024


def test_a_file_without_an_end_is_given_up() -> None:
    world = World(LargeGraph(size=None))

    with pytest.raises(Damaged, match="larger than any"):
        world.verb.fetch(WANTED)

    assert world.bucket.objects == {}


@pytest.mark.parametrize("found_last", [True, False])
def test_a_file_that_one_of_two_workers_found_is_there(*, found_last: bool) -> None:
    messages = Messages(MemoryTable())
    found = StoredFile("m1", key="acme/x", size=7)
    lost = StoredFile("m1", lost="Meta does not give this file any more")

    for told in (lost, found) if found_last else (found, lost):
        messages.note_file("acme", "1", "wamid.A", told)

    assert messages.file("acme", "1", "wamid.A", "m1") == found


def test_the_file_of_an_edit_is_asked_for_under_the_message_that_it_edits() -> None:
    queue = JobsOnly()
    picture = Content("image", media=Media("m1"))
    edit = Content("edit", media=Media("m2"), target="wamid.A")

    MediaRequests(queue).request(
        "acme",
        [
            Sighting("1", wamid, Source.INBOUND, 1000, Person(phone="15550100001"), content)
            for wamid, content in (("wamid.A", picture), ("wamid.E", edit))
        ],
    )

    assert [(job["wamid"], job["media_id"]) for job in queue.jobs] == [
        ("wamid.A", "m1"),
        ("wamid.A", "m2"),
    ]
