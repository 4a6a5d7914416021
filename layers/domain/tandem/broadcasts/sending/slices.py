"""Slices: pieces of a list, some seconds of work each, in order on the queue of a line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import groupby

from tandem.model.broadcast import Broadcast
from tandem.model.recipient import Slice
from tandem.store.queues import Queue

LANE_RATE = 80
"""Messages a second that one sender can be trusted with; a faster line has several lanes."""

SLICE_SECONDS = 5
SMALLEST_SLICE = 100


def lanes_of(rate: int) -> int:
    """How many senders work beside one another on a line of this rate."""
    return -(-rate // LANE_RATE)


def slice_size(rate: int) -> int:
    """Recipients in a slice: some seconds of work, so that the gap between two costs little."""
    return max(SMALLEST_SLICE, SLICE_SECONDS * min(rate, LANE_RATE))


def slices_of(broadcast: Broadcast, waiting: Iterable[int], *, rate: int) -> Iterator[Slice]:
    """The slices, on a fixed grid, in which somebody waits; by their numbers, in order."""
    size = slice_size(rate)
    for grid, _ in groupby(waiting, key=lambda number: number // size):
        first = grid * size
        last = min(first + size, broadcast.size) - 1
        yield Slice(broadcast.tenant, broadcast.edition, broadcast.line, first, last)


def closed_by(slices: Sequence[Slice], *, early: int, rate: int) -> Iterator[Slice]:
    """The slices with the one marked after which so many recipients, or fewer, are left."""
    last = max(len(slices) - 1 - early // slice_size(rate), 0)
    for place, piece in enumerate(slices):
        yield replace(piece, closing=True) if place == last else piece


def enqueue(queue: Queue, piece: Slice, *, rate: int, once: str) -> None:
    """Put a slice on the send queue: in order per line, and not twice under one `once`.

    A line that is faster than one sender has lanes, and a slice is always in the same one.
    """
    lanes = lanes_of(rate)
    lane = piece.first // slice_size(rate) % lanes
    queue.put(
        asdict(piece),
        group=piece.line if lanes == 1 else f"{piece.line}.{lane}",
        dedup=f"{piece.edition}:{once}:{piece.first}",
    )
