"""A long-running process that outlives the command that started it, and is ended by name.

Each leads a session of its own: Ctrl-C in the terminal does not reach it, and everything it
starts can be ended with it. A file remembers its pid together with the moment of its birth, so
that a pid which the system has given to somebody else since is never signalled.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import requests

from local.place import Place, write_json

_STOPS_WITHIN_S = 120.0
_DIES_WITHIN_S = 10.0


class DidNotStart(RuntimeError):
    """The process ended, or did not answer in time. The message ends with its last words."""


@dataclass(frozen=True, slots=True)
class Process:
    """One named process of a place."""

    place: Place
    name: str

    @property
    def log(self) -> Path:
        return self.place.logs / f"{self.name}.log"

    @property
    def _record(self) -> Path:
        return self.place.processes / f"{self.name}.json"

    def pid(self) -> int | None:
        """The pid while the process runs, else None."""
        if not self._record.exists():
            return None
        record = json.loads(self._record.read_text())
        pid = int(record["pid"])
        _bury(pid)
        born = _born(pid)
        return pid if born is not None and born == record["born"] else None

    def start(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        answers: Callable[[], bool],
        within_s: float = 30.0,
    ) -> bool:
        """Start unless it runs; returns once it answers. True when it was started now."""
        if self.pid() is not None:
            self._await(answers, within_s)
            return False
        if not self.place.is_free(self.name):
            raise DidNotStart(
                f"port {self.place.port(self.name)} of {self.name} belongs to another program: "
                f"end that one, or remove {self.place.state} to start afresh on other ports"
            )
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        process.returncode = 0  # It is not ours to wait for any more: it outlives this command.
        write_json(self._record, {"pid": process.pid, "born": _born(process.pid)})
        self._await(answers, within_s)
        return True

    def stop(self) -> bool:
        """Ask it to end, wait while it saves its state, and leave nothing of its session behind.

        True when there was something to stop.
        """
        pid = self.pid()
        if pid is None:
            self._record.unlink(missing_ok=True)
            return False
        os.kill(pid, signal.SIGTERM)
        ends = time.monotonic() + _STOPS_WITHIN_S
        while self.pid() is not None and time.monotonic() < ends:
            time.sleep(0.05)
        _end_session(pid)
        self._record.unlink(missing_ok=True)
        return True

    def last_words(self, lines: int = 15) -> str:
        """The end of its log."""
        if not self.log.exists():
            return "(no log)"
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _await(self, answers: Callable[[], bool], within_s: float) -> None:
        ends = time.monotonic() + within_s
        while not answers():
            if self.pid() is None:
                raise DidNotStart(f"{self.name} ended at once:\n{self.last_words()}")
            if time.monotonic() > ends:
                raise DidNotStart(f"{self.name} does not answer:\n{self.last_words()}")
            time.sleep(0.05)


def healthy(address: str) -> bool:
    """Whether a process says at this address that it is well. One that is still busy with its
    start may take the call and be silent: that is no answer yet.
    """
    try:
        return requests.get(address, timeout=5).ok
    except requests.RequestException:
        return False


def running(fragment: str) -> list[int]:
    """The pids of this machine's processes whose command line contains `fragment`."""
    return [pid for pid, command in _commands() if fragment in command]


def _commands() -> Iterator[tuple[int, str]]:
    if Path("/proc/self").exists():
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            # A process may end between being listed and being read.
            with suppress(FileNotFoundError, ProcessLookupError):
                yield int(path.parent.name), path.read_text(errors="replace")
        return
    listed = subprocess.run(
        ["ps", "-axo", "pid=,args="], capture_output=True, text=True, check=True
    )
    for line in listed.stdout.splitlines():
        pid, _, command = line.strip().partition(" ")
        yield int(pid), command


def _born(pid: int) -> str | None:
    """What tells this process from a later one with the same pid; None when it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return None
        listed = subprocess.run(
            ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return listed.stdout.strip() or None
    state, *rest = stat.rpartition(")")[2].split()
    return None if state == "Z" else rest[18]


def _bury(pid: int) -> None:
    """Collect a child that has ended, so that it stops looking alive; others have other parents."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _end_session(leader: int) -> None:
    """End what the leader left running in its session, and return when it is gone.

    A kill is carried out some time after it was asked for: on a busy machine a process that was
    just killed is still seen for a while.
    """
    ends = time.monotonic() + _DIES_WITHIN_S
    while (left := _session(leader)) and time.monotonic() < ends:
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def _session(leader: int) -> list[int]:
    """The living processes of the session that `leader` began; the dead that wait for burial are
    not among them.
    """
    return [pid for pid, session, state in _sessions() if session == leader and state != "Z"]


def _sessions() -> Iterator[tuple[int, int, str]]:
    """Every process of this machine: its pid, its session and its state."""
    if Path("/proc/self").exists():
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(FileNotFoundError, ProcessLookupError):
                state, _parent, _group, session, *_ = path.read_text().rpartition(")")[2].split()
                yield int(path.parent.name), int(session), state
        return
    listed = subprocess.run(
        ["ps", "-axo", "pid=,pgid=,state="], capture_output=True, text=True, check=True
    )
    for line in listed.stdout.splitlines():
        pid, group, state = line.split()
        yield int(pid), int(group), state[0]
