"""The next look at a broadcast: its watch says when, and a job on the plan queue brings it.

The keeper brings what is due before its next round; what comes up in between brings itself.
"""

from tandem.store.due import ROUND_SECONDS
from tandem.store.queues import Queue


def bring(queue: Queue, tenant: str, broadcast: str, *, at: int, now: int) -> None:
    """Have the planner look at a broadcast at `at` (unix seconds), if its watch still says so by
    then; where that is after the keeper's next round, the keeper does.
    """
    if at <= now + ROUND_SECONDS:
        job = {"tenant": tenant, "broadcast": broadcast, "at": at}
        queue.put(job, delay=max(0, at - now))
