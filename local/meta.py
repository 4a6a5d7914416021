"""The stand-in for Meta: the simulator as a process of a place."""

import os
import sys
from typing import Any

import requests

from local.place import PROJECT, Place
from local.process import Process, healthy


class MetaRefused(RuntimeError):
    """The stand-in did not accept what it was told."""


class Meta:
    """The simulator of one place."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.process = Process(place, "simulator")
        self.url = f"http://127.0.0.1:{place.port('simulator')}"

    def start(self) -> bool:
        """Start it with the state it was stopped with. True when it was not running."""
        return self.process.start(
            [
                sys.executable,
                "-m",
                "simulator",
                "--port",
                str(self.place.port("simulator")),
                "--state",
                str(self.place.simulator_state),
            ],
            environment={**os.environ, "PYTHONPATH": str(PROJECT)},
            answers=lambda: healthy(f"{self.url}/_sim/health"),
        )

    def stop(self) -> bool:
        """Stop it, saving its state. True when it was running."""
        return self.process.stop()

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Drive it: one of the controls under /_sim; MetaRefused when it says no."""
        answer = requests.request(method, f"{self.url}/_sim/{path}", json=body, timeout=60)
        if not answer.ok:
            raise MetaRefused(f"{method} /_sim/{path}: {answer.status_code} {answer.text[:500]}")
        value: dict[str, Any] = answer.json()
        return value

    def have_one_waiting(self) -> None:
        """See to it that a number, with a past of its own, waits for somebody to connect it."""
        if any(
            one["state"] == "app_only" for one in self.control("GET", "businesses")["businesses"]
        ):
            return
        shop = self.control("POST", "businesses", {"name": "Flower Shop"})
        line = shop["phone_number_id"]
        self.control("PUT", f"lines/{line}/history", {"messages": 600, "threads": 12})

    def install(
        self, *, app_id: str, app_secret: str, callback_url: str, verify_token: str
    ) -> None:
        """Tell it which app it hosts; it shakes hands with the callback as Meta does."""
        self.control(
            "PUT",
            "app",
            {
                "app_id": app_id,
                "app_secret": app_secret,
                "callback_url": callback_url,
                "verify_token": verify_token,
            },
        )
