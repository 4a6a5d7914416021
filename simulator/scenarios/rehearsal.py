"""A scenario without a network: its webhooks, byte for byte the same for the same seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from simulator.platform import Platform
from simulator.scenarios.delivery import Delivery
from simulator.scenarios.registry import find
from simulator.scenarios.stage import Stage
from simulator.scenarios.truth import truth
from simulator.world import Line

AT = 1_795_348_800  # 2026-11-22 12:00 UTC
SECRET = "simulator-app-secret"  # noqa: S105 - the made-up default of a simulated app


@dataclass(frozen=True, slots=True)
class Number:
    """The line that a scenario is about; what is None is made up from the seed."""

    waba_id: str | None = None
    phone_number_id: str | None = None
    phone_number: str | None = None
    portfolio_id: str | None = None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What is delivered, in order, and what a right system ends with."""

    deliveries: list[Delivery]
    truth: dict[str, Any]


class Recorder:
    """Takes deliveries and keeps them."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []

    def __call__(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)

    def together(self, *lanes: Sequence[Delivery]) -> None:
        """One of each lane in turn."""
        mixed = chain.from_iterable(zip_longest(*lanes))
        self.deliveries += [delivery for delivery in mixed if delivery is not None]


def bodies(name: str, seed: int = 1, **options: Any) -> list[Delivery]:
    """The webhooks of a scenario, as they are posted; `options` are those of `rehearse`."""
    return rehearse(name, seed, **options).deliveries


def rehearse(
    name: str,
    seed: int = 1,
    *,
    at: float = AT,
    number: Number | None = None,
    app_secret: str = SECRET,
    **parameters: Any,
) -> Rehearsal:
    """Play a scenario to nobody, in its form for webhooks alone, on a line of its own.

    `at` is when it begins. Raises KeyError for a scenario, ValueError for a parameter, that
    does not exist.
    """
    scenario = find(name)
    given = scenario.checked(parameters)
    platform = Platform(
        seed=seed, clock=lambda: at, senders=0, time_scale=0, receiver_timeout_s=0.0
    )
    platform.world.records.app.app_secret = app_secret
    recorder = Recorder()
    line = connected(platform, number or Number(), at=at)
    stage = Stage(
        platform=platform, line=line, receiver=recorder, name=name, seed=seed, moment=at, take=1
    )
    scenario.script(stage, **given)
    return Rehearsal(recorder.deliveries, truth(stage))


def connected(platform: Platform, number: Number, *, at: float) -> Line:
    """A line that has just been onboarded, and whose account is subscribed."""
    lifecycle, world = platform.lifecycle, platform.world
    with platform.outbox.holding(), world.clock.pinned(at):
        account = world.records.accounts.get(number.waba_id or "") or lifecycle.open_account(
            "Corner Shop", portfolio_id=number.portfolio_id, waba_id=number.waba_id
        )
        line = lifecycle.add_line(
            account,
            phone=number.phone_number or lifecycle.next_phone(),
            app_version="2.24.17",
            mode="coexistence",
            per_second=None,
            phone_number_id=number.phone_number_id,
        )
        lifecycle.sign_up(line, share_history=True, name_number=False, renew=False)
        account.subscribed = True
    return line
