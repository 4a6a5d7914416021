"""The course of a slice: who of it is still to be tried, who waits, and why it would end early."""

import heapq
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from tandem.broadcasts.sending.attempts import Job, Verdict
from tandem.broadcasts.sending.breaker import Breaker
from tandem.broadcasts.sending.gate import Gate
from tandem.model.recipient import Recipient, Slice


@dataclass(slots=True)
class Course:
    """A slice on its way. Only the sender's own thread changes it, but for `halted` and
    `blocked_until`.

    `later` are those who must wait for their own time (unix seconds), `resume_at` is when the rest
    is worth another try, `looked_at` when it was last made sure that it is wanted.
    """

    job: Job
    gate: Gate
    piece: Slice
    time_left: Callable[[], float]
    todo: deque[Recipient]
    breaker: Breaker
    later: list[tuple[float, int, Recipient]] = field(default_factory=list)
    pending: set[Future[Verdict]] = field(default_factory=set)
    blocked_until: float = 0.0
    halted: bool = False
    out_of_reach: int = 0
    begun: bool = False
    resume_at: float = 0.0
    looked_at: float = 0.0

    def note(self, verdict: Verdict) -> None:
        self.out_of_reach = 0 if verdict.reached else self.out_of_reach + 1
        if verdict.taken or verdict.failed is not None:
            self.breaker.note(verdict.failed)
        if verdict.other_way:
            self.job = replace(self.job, marketing=False)
        if verdict.again is not None:
            heapq.heappush(self.later, (verdict.at, verdict.again.number, verdict.again))

    def wake(self, now: float) -> None:
        """Whoever's time has come goes before those who have not been tried."""
        while self.later and self.later[0][0] <= now:
            self.todo.appendleft(heapq.heappop(self.later)[2])

    def left(self) -> list[Recipient]:
        return sorted((*self.todo, *(entry[2] for entry in self.later)), key=lambda r: r.number)
