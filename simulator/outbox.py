"""Which updates leave, where to, and what the faults do to them before the courier has them."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from simulator.courier import Courier
from simulator.envelope import Update
from simulator.ids import chance
from simulator.world import Callback, Line, World

# Only these follow a number's or an account's override (wire §5); the rest goes to the app.
OVERRIDABLE = frozenset({"messages", "smb_message_echoes", "smb_app_state_sync", "history"})


class Planned(NamedTuple):
    """An update and how long after now it leaves, in seconds."""

    update: Update
    after_s: float = 0.0


def url_for(world: World, update: Update) -> str | None:
    """The callback of an update: the number's before the account's before the app's (wire §5)."""
    records = world.records
    choices: list[Callback | None] = []
    if update.field in OVERRIDABLE:
        line = records.lines.get(update.phone_number_id or "")
        account = records.accounts.get(update.waba_id)
        choices = [line.override if line else None, account.override if account else None]
    return next((c.url for c in (*choices, records.app.callback) if c is not None), None)


def url_of(world: World, line: Line, field: str) -> str | None:
    """The callback that updates of this field about a line go to."""
    return url_for(world, Update(line.waba_id, field, {}, 0, line.waba_id, line.phone_number_id))


class Outbox:
    def __init__(self, world: World, courier: Courier) -> None:
        self._world = world
        self._courier = courier
        self._held: list[Planned] | None = None

    def line_update(
        self,
        line: Line,
        field: str,
        value: dict[str, Any],
        *,
        size: int = 1_000,
        bare: bool = False,
    ) -> Update:
        return Update(
            account=line.waba_id,
            field=field,
            value=value,
            number=self._world.mint("update"),
            waba_id=line.waba_id,
            phone_number_id=line.phone_number_id,
            size=size,
            bare=bare,
        )

    def account_update(
        self, waba_id: str, value: dict[str, Any], *, account: str, field: str = "account_update"
    ) -> Update:
        """A change of an account: with a time on its entry, and without metadata."""
        return Update(
            account=account,
            field=field,
            value=value,
            number=self._world.mint("update"),
            waba_id=waba_id,
            at=self._world.clock.seconds(),
        )

    @contextmanager
    def holding(self) -> Iterator[list[Planned]]:
        """What is published within stays in this list, unsent. Holds the world's lock."""
        with self._world.lock:
            before, self._held = self._held, []
            try:
                yield self._held
            finally:
                self._held = before

    def publish(self, *planned: Planned) -> None:
        """Send what the app is subscribed to. Faults act on what is published together."""
        if self._held is not None:
            self._held.extend(planned)
            return
        heard = [plan for plan in planned if self._is_heard(plan.update)]
        for plan in self._disturbed(heard):
            self._post(plan.update, plan.after_s)

    def _is_heard(self, update: Update) -> bool:
        """Nothing is kept for those who subscribe later; account notices need no subscription."""
        if url_for(self._world, update) is None:
            return False
        account = self._world.records.accounts.get(update.waba_id)
        return update.at is not None or (account is not None and account.subscribed)

    def _disturbed(self, planned: Sequence[Planned]) -> list[Planned]:
        faults = self._world.records.faults
        result: list[Planned] = []
        for plan in planned:
            result.append(plan)
            if faults.strikes("duplicate", faults.duplicate, plan.update.number):
                result.append(plan)
        if faults.shuffle and len(result) > 1:
            moments = [plan.after_s for plan in result]
            updates = [plan.update for plan in result]
            random.Random(f"{faults.seed} {updates[0].number}").shuffle(updates)
            result = [Planned(*pair) for pair in zip(updates, moments, strict=True)]
        if faults.delay_s:
            result = [
                Planned(update, after_s + faults.delay_s * chance(faults.seed, n, update.number))
                for n, (update, after_s) in enumerate(result)
            ]
        return result

    def _post(self, update: Update, after_s: float) -> None:
        faults = self._world.records.faults
        self._courier.post(update, after_s=after_s)
        if faults.strikes("wrong_signature", faults.wrong_signature, update.number):
            self._courier.post(update, after_s=after_s, forged=True)
