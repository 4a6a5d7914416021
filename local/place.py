"""Where a local stack lives: one folder for its state, one for what is built.

Everything that `up` leaves behind is below the state folder, so that removing it is a reset.
"""

import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
BUILD = PROJECT / ".build"


@dataclass(frozen=True, slots=True)
class Place:
    """The state folder of one local stack."""

    state: Path

    @property
    def engine_state(self) -> Path:
        return self.state / "aws"

    @property
    def engine_files(self) -> Path:
        return self.state / "s3"

    @property
    def workers(self) -> Path:
        """Where the local engine unpacks functions; emptied on every start."""
        return self.state / "workers"

    @property
    def simulator_state(self) -> Path:
        return self.state / "simulator.json"

    @property
    def processes(self) -> Path:
        return self.state / "processes"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def endpoints(self) -> Path:
        return self.state / "endpoints.json"

    def prepare(self) -> None:
        """Make the folders. The state holds secrets of a rehearsal, so it is for its owner only."""
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.engine_state, self.engine_files, self.workers, self.processes):
            folder.mkdir(exist_ok=True)
        self.logs.mkdir(exist_ok=True)

    def port(self, name: str) -> int:
        """The port of a process: a free one, chosen once, then remembered."""
        path = self.state / "ports.json"
        self.prepare()
        ports: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
        if name not in ports:
            ports[name] = _free_port(excluding=set(ports.values()))
            write_json(path, ports)
        return ports[name]

    def is_free(self, name: str) -> bool:
        """Whether nobody listens on the port of a process."""
        with socket.socket() as caller:
            return caller.connect_ex(("127.0.0.1", self.port(name))) != 0


DEFAULT = Place(PROJECT / ".state")


def write_json(path: Path, value: object) -> None:
    """Replace a file in one step: a reader sees the old one or the new one."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(value, indent=2) + "\n")
    draft.replace(path)


def _free_port(*, excluding: set[int]) -> int:
    while True:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = int(listener.getsockname()[1])
        if port not in excluding:
            return port
