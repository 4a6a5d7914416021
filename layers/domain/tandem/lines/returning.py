"""Giving a line what came before it was known: its webhooks go through the live queue again.

The routes of a line are written before anything here is called, and workers do not remember that a
number was unknown. So what is sent now finds its tenant, and what was being kept just then is found
by the next look of the keeper.
"""

from collections.abc import Callable, Iterable
from itertools import batched, islice
from typing import Protocol

from tandem.model.line import Address
from tandem.store.unclaimed import Unclaimed

AT_ONCE = 1000
"""Bodies that one look gives back for one address; the next look goes on."""

_BATCH = 10


class Letters(Protocol):
    """Takes archived bodies, by their keys, to be worked on again."""

    def send_again(self, archived: Iterable[str]) -> int: ...


class Returning:
    """The verb that brings back what was kept for a line. It may be repeated and die anywhere."""

    def __init__(self, *, unclaimed: Unclaimed, letters: Letters, clock: Callable[[], int]) -> None:
        self._unclaimed = unclaimed
        self._letters = letters
        self._clock = clock

    def give(self, *, line: str, waba: str, besides: Iterable[Address] = ()) -> int:
        """Give what waits for a connected number and its account; how many bodies.

        `besides` are the phone number and the portfolio, where they are nobody else's too.

        A body is let go only after it is on the queue: dying in between gives it twice, and taking
        it in twice changes nothing.
        """
        own = (Address("line", line), Address("waba", waba))
        return sum(self._give(address) for address in (*own, *besides))

    def _give(self, address: Address) -> int:
        given = 0
        for batch in batched(
            islice(self._unclaimed.waiting_for(address), AT_ONCE), _BATCH, strict=False
        ):
            self._letters.send_again([waiting.archived for waiting in batch])
            for waiting in batch:
                self._unclaimed.let_go(waiting, at=self._clock())
            given += len(batch)
        return given
