"""A scenario before a server: its webhooks posted over HTTP, and how each was answered."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from simulator.callbacks import Callbacks
from simulator.errors import MetaError
from simulator.outbox import url_of
from simulator.platform import Platform
from simulator.scenarios.delivery import Delivery
from simulator.scenarios.registry import Scenario
from simulator.scenarios.stage import NotHeard, Stage
from simulator.scenarios.truth import truth
from simulator.world import Line

type Json = dict[str, Any]

SETTLED_S = 60  # after an onboarding, when the server surely knows of it
EARLIER_S = 600  # a scenario is dated from so long ago, so that it is over by now


@dataclass(frozen=True, slots=True)
class Result:
    """`wrong` says in sentences what a right server would not have done."""

    scenario: str
    seed: int
    sent: int
    answers: dict[str, int]
    lanes: list[Json]
    wrong: list[str]
    truth: Json

    @property
    def right(self) -> bool:
        return not self.wrong

    def as_json(self) -> Json:
        told = asdict(self)
        expected = told.pop("truth")
        return {**told, "right": self.right, "expected": expected}


@dataclass(slots=True)
class Audience:
    """A server on the other side of HTTP. `address` gives the callback for a field."""

    address: Callable[[str], str]
    timeout_s: float = 10.0
    statuses: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    lanes: list[Json] = field(default_factory=list)

    def __call__(self, delivery: Delivery) -> None:
        with Callbacks(timeout_s=self.timeout_s) as callbacks:
            self._post(callbacks, delivery)

    def together(self, *lanes: Sequence[Delivery]) -> None:
        with ThreadPoolExecutor(len(lanes)) as threads:
            self.lanes += threads.map(self._lane, lanes)

    def _lane(self, deliveries: Sequence[Delivery]) -> Json:
        """How long a lane's answers took."""
        with Callbacks(timeout_s=self.timeout_s) as callbacks:
            took = sorted(self._post(callbacks, delivery) for delivery in deliveries)
        spent = [round(seconds * 1000, 1) for seconds in took] or [0.0]
        return {
            "field": deliveries[0].field if deliveries else None,
            "posts": len(deliveries),
            "median_ms": median(spent),
            "longest_ms": spent[-1],
        }

    def _post(self, callbacks: Callbacks, delivery: Delivery) -> float:
        begun = time.monotonic()
        url = self.address(delivery.field)
        status = callbacks.post(url, delivery.body, delivery.headers)
        self.statuses.append(status)
        if not delivery.answered_well(status):
            kind, wanted = ("genuine", "200") if delivery.genuine else ("forged", "4xx")
            number = len(self.statuses)
            said = status or "nothing in time"
            self.wrong.append(f"POST {number} ({kind}) was answered {said}, not {wanted}")
        return time.monotonic() - begun


def perform(
    scenario: Scenario,
    platform: Platform,
    line: Line,
    *,
    seed: int,
    served: bool,
    speed: float,
    wait_s: float,
    say: Callable[[str], None],
    parameters: Json,
) -> Result:
    """Play to the callback that the line's webhooks go to. Raises ValueError without one."""
    audience = Audience(lambda name: address(platform, line, name), platform.receiver_timeout_s)
    now = platform.world.clock.now()
    settled = min(now, line.onboarding.at + SETTLED_S) if line.onboarding else now
    stage = Stage(
        platform=platform,
        line=line,
        receiver=audience,
        name=scenario.name,
        take=platform.world.mint("take"),
        seed=seed,
        moment=max(settled, now - EARLIER_S),
        speed=speed,
        wait_s=wait_s,
        served=served and bool(scenario.waits_for),
        say=say,
        calls=len(platform.calls),
        before=frozenset(line.messages),
    )
    try:
        scenario.script(stage, **scenario.checked(parameters))
    except NotHeard as problem:
        audience.wrong.append(str(problem))
    except MetaError as problem:
        raise ValueError(f"{scenario.name} cannot be played on this line: {problem}") from problem
    answers = Counter(str(status) for status in audience.statuses)
    with platform.world.lock:
        expected = truth(stage)
    return Result(
        scenario.name,
        seed,
        len(audience.statuses),
        dict(sorted(answers.items())),
        audience.lanes,
        [*audience.wrong, *stage.wrong],
        expected,
    )


def address(platform: Platform, line: Line, field_name: str) -> str:
    url = url_of(platform.world, line, field_name)
    if url is None:
        raise ValueError("there is no callback to play to; configure the app first")
    return url
