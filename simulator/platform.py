"""Meta in one object: the world and all that acts on it, for Graph and for the controls."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.acts import Acts
from simulator.announcements import Announcements
from simulator.callbacks import Callbacks
from simulator.clock import Clock
from simulator.courier import Courier
from simulator.errors import MetaError
from simulator.lifecycle import Lifecycle
from simulator.outbox import Outbox, url_for
from simulator.syncs import Syncs
from simulator.traffic import Traffic
from simulator.world import Account, Callback, Line, World

REMEMBERED_CALLS = 20_000


@dataclass(frozen=True, slots=True)
class GraphCall:
    """A Graph call as it was received; secrets are left out."""

    at: float
    method: str
    path: str
    endpoint: str
    params: dict[str, Any]
    status: int
    code: int | None  # Meta's error code, when it was refused
    fault: str | None  # what the faults did to it


class Platform:
    def __init__(
        self,
        *,
        seed: int,
        clock: Callable[[], float],
        senders: int,
        time_scale: float,
        receiver_timeout_s: float,
    ) -> None:
        self.world = World(seed=seed, clock=Clock(clock))
        self.time_scale = time_scale
        self.receiver_timeout_s = receiver_timeout_s
        self.courier = Courier(
            url_for=lambda update: url_for(self.world, update),
            app_secret=lambda: self.world.records.app.app_secret,
            faults=lambda: self.world.records.faults,
            senders=senders,
            time_scale=time_scale,
            timeout_s=receiver_timeout_s,
        )
        self.outbox = Outbox(self.world, self.courier)
        self.traffic = Traffic(self.world, self.outbox)
        self.acts = Acts(self.world, self.traffic)
        self.announcements = Announcements(self.world, self.outbox)
        self.syncs = Syncs(self.world, self.outbox)
        self.lifecycle = Lifecycle(self.world, self.outbox)
        self.calls: deque[GraphCall] = deque(maxlen=REMEMBERED_CALLS)

    def account(self, waba_id: str) -> Account:
        """Raises KeyError with a sentence when there is none."""
        try:
            return self.world.records.accounts[waba_id]
        except KeyError:
            raise KeyError(f"no WhatsApp Business Account {waba_id}") from None

    def line(self, phone_number_id: str) -> Line:
        """Raises KeyError with a sentence when there is none."""
        try:
            return self.world.records.lines[phone_number_id]
        except KeyError:
            raise KeyError(f"no line {phone_number_id}") from None

    def handshake(self, callback: Callback) -> str | None:
        """Ask the receiver to prove itself; why it failed, or None. Not under the world's lock."""
        with Callbacks(timeout_s=self.receiver_timeout_s) as callbacks:
            problem = callbacks.verify(callback.url, callback.verify_token)
        if problem is not None:
            logging.getLogger(__name__).warning("handshake failed: %s", problem)
        return problem

    def agreed_callback(self, url: str | None, verify_token: str | None) -> Callback | None:
        """An override that Graph was asked to set: None to remove it. Raises MetaError."""
        if not url:
            return None
        if len(url) > 200:
            raise MetaError(100, "override_callback_uri is at most 200 characters")
        callback = Callback(url, verify_token or "")
        problem = self.handshake(callback)
        if problem is not None:
            raise MetaError(2200, problem)
        return callback
