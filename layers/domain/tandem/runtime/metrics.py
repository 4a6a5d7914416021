"""What is counted for whoever runs this: a line in the log, which CloudWatch reads as metrics.

That costs no call to AWS (embedded metric format). The only dimension is `stage`; an id never is
one. An invocation writes one line, with what all its threads have counted, and needs no library for
it: the webhook function has none.

    RefusedSignatures   webhook answered 401
    DeliveriesTakenIn   webhooks that were filed
    Kept…               what was kept and shown instead, by reason: KeptMalformed, KeptAccount, …
    ChunksApplied       chunks of an import, each when its receipt was written
    SendsAccepted       messages that Meta took, replies and broadcasts alike
    SendsRefused        messages that Meta refused for good
    SendsUnknown        messages of which Meta's answer was lost
    StepsRefused        steps of an onboarding that Meta refused for good
    KeeperFailures      things that the keeper could not see to in its round
"""

import json
import time
from collections import Counter
from collections.abc import Mapping
from functools import cache

from tandem.runtime.settings import setting

NAMESPACE = "Tandem"


class Tally:
    """What is counted while it is entered; told when it is left. Any thread may count."""

    def __init__(self) -> None:
        self._counted: list[str] = []

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        counted, self._counted = self._counted, []
        if counted:
            tell(Counter(counted))

    def count(self, name: str) -> None:
        self._counted.append(name)


@cache
def counting() -> Tally:
    """The tally of this process. A handler enters it for as long as an invocation takes."""
    return Tally()


def count(name: str) -> None:
    """Count one of what is listed above."""
    counting().count(name)


def tell(metrics: Mapping[str, int], *, level: str = "INFO", message: str = "counted") -> None:
    """Put metrics into the log at once, in a line that says `message`."""
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["stage"]],
        "Metrics": [{"Name": name, "Unit": "Count"} for name in metrics],
    }
    record = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]},
        "level": level,
        "message": message,
        "stage": setting("STAGE", "dev"),
        **metrics,
    }
    print(json.dumps(record))
