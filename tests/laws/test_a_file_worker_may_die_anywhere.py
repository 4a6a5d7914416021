"""Kill a file worker at every single call, of Graph, of the bucket, of the table: the retry ends in
the same state, and whatever lies in the bucket is named by what it contains."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tandem.conversations.media import Fetching, WantedFile
from tandem.meta.errors import Unanswered
from tandem.meta.graph import MediaLocation
from tandem.store.files import Files
from tandem.store.messages import Messages
from tests.fakes.crashing import CrashingTable, Died, Fuse
from tests.fakes.media_bucket import FakeMediaBucket

FILES = {"m1": b"a photo", "m2": b"a voice message", "m3": b"a photo"}
JOBS = [
    WantedFile("acme", "1", f"wamid.{media_id}", media_id, hashlib.sha256(content).hexdigest())
    for media_id, content in FILES.items()
]


class FusedGraph:
    """Every question and every piece of a file burns the fuse."""

    def __init__(self, fuse: Fuse | None) -> None:
        self.fuse = fuse

    def _burn(self) -> None:
        if self.fuse:
            self.fuse.burn(lambda: None)

    def media(self, media_id: str) -> MediaLocation:
        self._burn()
        return MediaLocation(media_id, "image/jpeg", None, len(FILES[media_id]))

    def download(self, url: str) -> Iterator[bytes]:
        for start in range(0, len(FILES[url]), 5):
            self._burn()
            yield FILES[url][start : start + 5]


class World:
    """The table and the bucket live on; whoever works dies."""

    def __init__(self) -> None:
        self.table, self.bucket = CrashingTable(), FakeMediaBucket()

    def work(self, fuse: Fuse | None = None) -> None:
        self.table.fuse = self.bucket.fuse = fuse
        worker = Fetching(
            messages=Messages(self.table),
            files=Files(self.bucket, "media"),  # type: ignore[arg-type]
            graph_of=lambda *_: FusedGraph(fuse),
        )
        try:
            for job in JOBS:
                worker.fetch(job)
        finally:
            self.table.fuse = self.bucket.fuse = None


@pytest.mark.parametrize("after_effect", [False, True], ids=["before the call", "after the call"])
@pytest.mark.parametrize("end", [Died(), Unanswered("no answer")], ids=["death", "a fault"])
def test_whichever_call_is_its_last_the_retry_ends_in_the_same_state(
    end: BaseException, *, after_effect: bool
) -> None:
    undisturbed = World()
    undisturbed.work()
    deaths = 0

    while True:
        world = World()
        try:
            world.work(Fuse(deaths + 1, after_effect=after_effect, end=end))
        except type(end):
            deaths += 1
        else:
            break
        for key, content in world.bucket.objects.items():
            assert key == f"acme/{hashlib.sha256(content).hexdigest()}", f"died at call {deaths}"
        world.work()
        assert world.table.contents() == undisturbed.table.contents(), f"died at call {deaths}"
        assert world.bucket.objects == undisturbed.bucket.objects, f"died at call {deaths}"

    assert deaths > 15
    assert len(undisturbed.bucket.objects) == 2


def test_what_is_noted_is_there_whenever_a_worker_dies() -> None:
    for last in range(1, 30):
        world = World()
        with suppress(Died):
            world.work(Fuse(last, after_effect=True))

        messages = Messages(world.table)
        for job in JOBS:
            noted = messages.file(job.tenant, job.line, job.wamid, job.media_id)
            assert noted is None or noted.key in world.bucket.objects
