"""Processes of a place: started once, found again, ended whole."""

import os
import sys
from pathlib import Path

import pytest
import requests

from local.place import Place
from local.process import DidNotStart, Process, healthy, running

SERVER = """
import pathlib, signal, subprocess, sys, time

def save(*_):
    pathlib.Path(sys.argv[1]).write_text("saved")
    sys.exit()

subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", sys.argv[1]])
signal.signal(signal.SIGTERM, save)
pathlib.Path(sys.argv[2]).touch()
time.sleep(600)
"""


@pytest.fixture
def process(tmp_path: Path) -> Process:
    place = Place(tmp_path / "state")
    place.prepare()
    return Process(place, "server")


def start(process: Process) -> bool:
    saved, up = process.place.state / "saved", process.place.state / "up"
    return process.start(
        [sys.executable, "-c", SERVER, str(saved), str(up)],
        environment=os.environ,
        answers=up.exists,
    )


@pytest.mark.parametrize("fault", [requests.ConnectionError, requests.ReadTimeout])
def test_a_process_that_does_not_answer_yet_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, fault: type[requests.RequestException]
) -> None:
    def get(*_: object, **__: object) -> requests.Response:
        raise fault

    monkeypatch.setattr(requests, "get", get)

    assert healthy("http://127.0.0.1:1/health") is False


def test_starting_twice_starts_once(process: Process) -> None:
    first = start(process)
    pid = process.pid()

    again = start(process)

    assert (first, again) == (True, False)
    assert process.pid() == pid
    process.stop()


def test_stopping_lets_it_save_and_leaves_nothing_of_it(process: Process) -> None:
    start(process)
    saved = process.place.state / "saved"
    assert len(running(str(saved))) == 2

    stopped = process.stop()

    assert stopped
    assert saved.read_text() == "saved"
    assert process.pid() is None
    assert running(str(saved)) == []


def test_stopping_what_does_not_run_does_nothing(process: Process) -> None:
    assert process.stop() is False


def test_a_process_that_ends_at_once_says_why(process: Process) -> None:
    command = [sys.executable, "-c", "raise SystemExit('the disk is full')"]

    with pytest.raises(DidNotStart, match="the disk is full"):
        process.start(command, environment=os.environ, answers=lambda: False)


def test_another_programs_pid_is_not_ours(process: Process) -> None:
    (process.place.processes / "server.json").write_text(f'{{"pid": {os.getpid()}, "born": "0"}}')

    assert process.pid() is None
    assert process.stop() is False


def test_a_port_is_chosen_once_and_remembered(tmp_path: Path) -> None:
    place = Place(tmp_path)

    ports = [place.port("aws"), place.port("simulator")]

    assert ports == [Place(tmp_path).port("aws"), Place(tmp_path).port("simulator")]
    assert ports[0] != ports[1]
