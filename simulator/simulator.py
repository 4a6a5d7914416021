"""The simulator as one object: Graph, controls, signup pages and webhook senders on one address."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from simulator import storage
from simulator.controls import Controls
from simulator.courier import Delivery
from simulator.doors import ROOT, ControlDesk
from simulator.graph import media
from simulator.graph.router import Graph
from simulator.platform import Platform
from simulator.server import Request, Response, Server
from simulator.world import Records

PAGES = Path(__file__).parent / "pages"
SDK = re.compile(r"^(/[a-z]{2}_[A-Z]{2})?/sdk\.js$")
DIALOG = re.compile(r"^(/v\d+\.\d)?/dialog(/oauth)?$")


class Simulator(Controls):
    """A stand-in for Meta. `with Simulator(seed=7) as meta:` serves at `meta.url` until the end.

    `time_scale` stretches every wait (statuses, delays, retries); 0 means at once. `clock` gives
    unix seconds for all that is dated. With `state` everything is kept in that file between runs.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int = 1,
        state: Path | str | None = None,
        senders: int = 4,
        time_scale: float = 1.0,
        receiver_timeout_s: float = 10.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(
            Platform(
                seed=seed,
                clock=clock,
                senders=senders,
                time_scale=time_scale,
                receiver_timeout_s=receiver_timeout_s,
            )
        )
        self._state = Path(state) if state is not None else None
        self._graph = Graph(self.platform)
        self._desk = ControlDesk(self)
        self._server = Server(self.serve, host=host, port=port)
        self.url = f"http://{host}:{self._server.server_address[1]}"
        self.world.base_url = self.url

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        if self._state is not None and self._state.exists():
            self._wake(self._state)
        self.platform.courier.start()
        self._server.open()

    def stop(self) -> None:
        """End gracefully: what is on its way arrives, the rest is kept if there is a state file."""
        self._server.close()
        self.platform.courier.stop()
        if self._state is not None:
            self._sleep(self._state)

    def wait_until_delivered(self, timeout_s: float = 10.0) -> None:
        """Return when no webhook is left to deliver. Raises TimeoutError."""
        if not self.platform.courier.settle(timeout_s):
            raise TimeoutError(f"still undelivered: {self.deliveries()}")

    def serve(self, request: Request) -> Response:
        """One address for everything: controls, media, signup pages, and else the Graph API."""
        path = request.path
        if path.startswith(f"{ROOT}/"):
            return self._desk(request)
        if path.startswith("/media/"):
            return media.download(self.platform, request)
        if SDK.match(path):
            return page("sdk.js", "text/javascript; charset=utf-8")
        if DIALOG.match(path):
            return page("dialog.html", "text/html; charset=utf-8")
        return self._graph(request)

    def _sleep(self, path: Path) -> None:
        with self.world.lock:
            unfinished = self.platform.courier.unfinished()
            kept = {"records": self.world.records, "unfinished": unfinished}
            storage.save(path, storage.pack(kept))

    def _wake(self, path: Path) -> None:
        kept = storage.load(path)
        self.world.records = storage.unpack(Records, kept["records"])
        self.world.clock.offset_s = self.world.records.clock_offset_s
        self.platform.courier.resume(storage.unpack(list[Delivery], kept["unfinished"]))


def page(name: str, content_type: str) -> Response:
    body = (PAGES / name).read_bytes()
    return Response(body=body, content_type=content_type, headers=(("Cache-Control", "no-store"),))
