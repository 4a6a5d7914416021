"""Scenarios as a verb."""

import logging
from typing import Any

from simulator.controls.verbs import Verbs
from simulator.scenarios import Number, find
from simulator.scenarios.performance import EARLIER_S, perform
from simulator.scenarios.rehearsal import connected
from simulator.world import Line

type Json = dict[str, Any]

logger = logging.getLogger(__name__)


class PlayingControls(Verbs):
    def play(
        self,
        *,
        scenario: str,
        seed: int | None = None,
        phone_number_id: str | None = None,
        waba_id: str | None = None,
        phone_number: str | None = None,
        webhooks_only: bool = False,
        speed: float = 0.0,
        wait_s: float = 60.0,
        parameters: Json | None = None,
    ) -> Json:
        """Play a scenario to the callback, on the newest connected line or on the one named.

        A line that does not exist is made, under these ids. The result says how each POST was
        answered, what was `wrong`, and what a right system ends with (`expected`).
        """
        chosen = find(scenario)
        with self.world.lock:
            line = self._stage_line(Number(waba_id, phone_number_id, phone_number))
            if chosen.waits_for and not webhooks_only:
                token = self.platform.lifecycle.issue_token([line.waba_id])
                logger.info("line %s, token %s", line.phone_number_id, token)
        result = perform(
            chosen,
            self.platform,
            line,
            seed=self.world.records.seed if seed is None else seed,
            served=not webhooks_only,
            speed=speed,
            wait_s=wait_s,
            say=logger.info,
            parameters=dict(parameters or {}),
        )
        return result.as_json()

    def _stage_line(self, number: Number) -> Line:
        lines = self.world.records.lines
        if number.phone_number_id is None and number.waba_id is None:
            active = [line for line in lines.values() if line.connected and line.on_business_app]
            if active:
                return max(active, key=lambda line: line.onboarding.at if line.onboarding else 0)
        known = lines.get(number.phone_number_id or "")
        if known is None:
            at = self.world.clock.now() - 2 * EARLIER_S
            return connected(self.platform, number, at=at)
        if not (known.connected and known.on_business_app):
            raise ValueError(f"line {known.phone_number_id} is not connected to an app")
        return known
