"""The law of the crashes: whichever call is a worker's last, the retry ends in the same state."""

from collections.abc import Callable, Sequence
from pprint import pformat

from botocore.exceptions import ClientError

from tandem.store.lines import Lines
from tests.fakes.crashing import Died, Fuse
from tests.fakes.memory_cloud import MemoryCloud, narrow_queue
from tests.laws.world.contents import contents, differences
from tests.laws.world.generation import Story
from tests.laws.world.house import NARROW, connect

End = Callable[[], BaseException]


def killed() -> BaseException:
    """The process is gone, and with it all it remembered."""
    return Died()


def refused() -> BaseException:
    """The call fails, and the same process goes on: it must not remember what was not written."""
    return ClientError({"Error": {"Code": "InternalServerError"}}, "AnyCall")


ENDS: tuple[tuple[End, bool], ...] = (
    (killed, False),
    (killed, True),
    (refused, False),
    (refused, True),
)
"""How a call ends, and whether that is after its effect."""


def any_call_may_be_the_last(bodies: Sequence[bytes], *, narrow: bool = True) -> int:
    """Kill, and fail, every single call of the whole way once; how many there were.

    Fails with what the tables do not share, and which call it was.
    """
    undisturbed = _lived_through(bodies, None, narrow=narrow)
    deaths = 0
    for end, after_effect in ENDS:
        number = 1
        while True:
            fuse = Fuse(number, after_effect=after_effect, end=end())
            cloud = _lived_through(bodies, fuse, narrow=narrow)
            if fuse.steps < number:
                break
            when = "after" if after_effect else "before"
            which = f"{end.__name__} {when} call {number}"
            _hold_equal(undisturbed, cloud, which)
            number += 1
        deaths += number - 1
    return deaths


def any_call_of_a_story_may_be_the_last(story: Story) -> int:
    """The same for the way in which a story is told."""
    delivery = story.delivery(story.business)
    try:
        return any_call_may_be_the_last(delivery.bodies, narrow=delivery.narrow)
    except AssertionError as lost:
        lost.add_note(str(story))
        raise


def _lived_through(bodies: Sequence[bytes], fuse: Fuse | None, *, narrow: bool) -> MemoryCloud:
    """A cloud after all bodies; who dies on the way is started anew, and Meta posts again."""
    cloud = MemoryCloud()
    connect(Lines(cloud.table))
    cloud.wire.fuse = fuse
    left = list(bodies)
    with narrow_queue(NARROW if narrow else 1 << 20):
        for _ in range(2):
            try:
                with cloud.process():
                    while left:
                        if _posted(cloud, left[0]):
                            del left[0]
                    cloud.work()
            except Died:
                continue
            return cloud
    raise AssertionError("died twice of one death")


def _posted(cloud: MemoryCloud, body: bytes) -> bool:
    try:
        return cloud.post(body) == 200
    except ClientError:
        return False  # 500: Meta posts again


def _hold_equal(undisturbed: MemoryCloud, cloud: MemoryCloud, which: str) -> None:
    unshared = differences(contents(undisturbed.rows()), contents(cloud.rows()))
    assert not unshared, f"{which}: the table differs:\n{pformat(unshared)}"
    assert cloud.dead == [], f"{which}: letters were given up"
    assert cloud.archived() == undisturbed.archived(), f"{which}: the archive differs"
    assert cloud.files() == undisturbed.files(), f"{which}: the files differ"
