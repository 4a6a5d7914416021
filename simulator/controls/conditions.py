"""Faults, statuses and time; and what is true, delivered and asked."""

from dataclasses import asdict
from typing import Any

from simulator import report
from simulator.controls.verbs import Verbs
from simulator.envelope import Update
from simulator.faults import Faults
from simulator.outbox import Planned
from simulator.traffic import checked_plan
from simulator.world import Records

type Json = dict[str, Any]


class ConditionControls(Verbs):
    def health(self) -> Json:
        return {"ok": True, "seed": self.world.records.seed, "now": self.world.clock.now()}

    # What goes wrong, and how statuses come

    def set_faults(self, **values: Any) -> Json:
        """Replace all faults by these; no arguments: nothing goes wrong any more."""
        self.world.records.faults = Faults.read(values)
        return self.faults()

    def faults(self) -> Json:
        return asdict(self.world.records.faults)

    def statuses(
        self,
        *,
        phone_number_id: str | None = None,
        phone: str | None = None,
        **plan: Any,
    ) -> Json:
        """How statuses come (order, first_after_s, step_s, fail_code), for all or for one."""
        chosen = checked_plan(**plan)
        with self.world.lock:
            if phone_number_id is None or phone is None:
                self.world.records.status_plan = chosen
            else:
                line = self.platform.line(phone_number_id)
                line.status_plans[self._phone(line, phone)] = chosen
        return asdict(chosen)

    def set_marketing(self, *, waba_id: str, **values: Any) -> Json:
        """What Meta does with an account's marketing: `api` (off, on, only), `cap`, `holdout`,
        and the `limit` of people a day, which is its portfolio's.
        """
        with self.world.lock:
            account = self.platform.account(waba_id)
            marketing = account.marketing
            marketing.set(values)
            for each in self.world.marketing_in(account.portfolio_id):
                each.limit = marketing.limit
            return {name: getattr(marketing, name) for name in ("api", "cap", "holdout", "limit")}

    def advance_clock(self, *, seconds: float) -> Json:
        """Let time pass for Meta: codes expire, windows close, the sync deadline goes by."""
        self.world.clock.advance(seconds)
        self.world.records.clock_offset_s = self.world.clock.offset_s
        return {"now": self.world.clock.now()}

    def deliver(self, *, waba_id: str, field: str, value: Json, account: str | None = None) -> Json:
        """Sign and deliver a change of your own making, whatever it holds."""
        with self.world.lock:
            number = self.world.mint("update")
            update = Update(account or waba_id, field, value, number, waba_id)
            self.platform.outbox.publish(Planned(update))
        return {"update": number}

    # What is true

    def truth(self, *, phone_number_id: str) -> Json:
        """All that Meta knows of a line: messages, contacts, sends accepted and throttled."""
        with self.world.lock:
            return report.truth(self.world, self.platform.line(phone_number_id))

    def bill(self, *, phone_number_id: str, rates: dict[str, dict[str, str | float]]) -> Json:
        """What Meta charges for what arrived; `rates` by what numbers begin with and category."""
        with self.world.lock:
            return report.bill(self.platform.line(phone_number_id), rates)

    def deliveries(self) -> Json:
        return self.platform.courier.counts()

    def calls(self, *, path: str = "") -> Json:
        """The Graph calls received, oldest first; `path` keeps those whose path contains it."""
        return {"calls": [asdict(call) for call in list(self.platform.calls) if path in call.path]}

    def reset(self, *, seed: int | None = None) -> Json:
        """Forget everything but the app and the seed (or take another seed)."""
        with self.world.lock:
            kept = self.world.records
            self.world.records = Records(seed=kept.seed if seed is None else seed, app=kept.app)
            self.world.clock.offset_s = 0.0
            self.platform.traffic.forget_rates()
            self.platform.calls.clear()
            self.platform.courier.clear()
        return self.health()
