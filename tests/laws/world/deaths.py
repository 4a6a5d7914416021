"""The law of the crashes: whichever call is a worker's last, the retry ends in the same state."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import NamedTuple

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


class Death(NamedTuple):
    """One call that was the last of a process, and what is otherwise than without it."""

    which: str
    differs: list[str]


def every_death(bodies: Sequence[bytes], *, narrow: bool = True) -> Iterator[Death]:
    """Kill, and fail, every single call of the whole way once, and let the retry come to its end.

    Each world is lived through as it is asked for.
    """
    undisturbed = _lived_through(bodies, None, narrow=narrow)
    for end, after_effect in ENDS:
        for number in count(1):
            fuse = Fuse(number, after_effect=after_effect, end=end())
            cloud = _lived_through(bodies, fuse, narrow=narrow)
            if fuse.steps < number:
                break
            when = "after" if after_effect else "before"
            which = f"{end.__name__} {when} call {number}"
            yield Death(which, _differences(undisturbed, cloud))


def every_death_in(story: Story) -> Iterator[Death]:
    """The same for the way in which a story is told."""
    delivery = story.delivery(story.business)
    return every_death(delivery.bodies, narrow=delivery.narrow)


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


def _differences(undisturbed: MemoryCloud, cloud: MemoryCloud) -> list[str]:
    unshared = differences(contents(undisturbed.rows()), contents(cloud.rows()))
    held = {
        "letters were given up": cloud.dead == [],
        "the archive": cloud.archived() == undisturbed.archived(),
        "the files": cloud.files() == undisturbed.files(),
    }
    return [
        *(f"{row}: {how}" for row, how in unshared.items()),
        *(what for what, holds in held.items() if not holds),
    ]
