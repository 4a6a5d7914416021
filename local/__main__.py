"""`python -m local build|up|status|logs|demo|down`: what `make` calls."""

import argparse
import sys
import time
from dataclasses import asdict
from pathlib import Path

from local import demo, logs, stack
from local.build import BuildFailed
from local.demo.talk import Unexpected
from local.deploy import DeploymentFailed
from local.engine import Engine
from local.meta import Meta, MetaRefused
from local.place import DEFAULT, Place
from local.process import DidNotStart
from local.progress import Steps
from local.seed import SeedFailed

_EXPECTED = (BuildFailed, DeploymentFailed, DidNotStart, MetaRefused, SeedFailed, Unexpected)
_SECRET = {"api_key", "app_secret", "verify_token", "invitation"}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("command", choices=sorted(_COMMANDS))
    parser.add_argument("--state", type=Path, default=DEFAULT.state, help="the state's folder")
    options = parser.parse_args(arguments)
    steps = Steps()
    try:
        return _COMMANDS[options.command](Place(options.state.resolve()), steps)
    except _EXPECTED as failure:
        steps.console.print(f"[red]{type(failure).__name__}[/] {failure}", highlight=False)
        return 1


def _build(_place: Place, steps: Steps) -> int:
    stack.build_layers(steps)
    return 0


def _up(place: Place, steps: Steps) -> int:
    endpoints = stack.up(place, steps)
    Meta(place).have_one_waiting()
    _show(place, endpoints, steps)
    return 0


def _down(place: Place, steps: Steps) -> int:
    stack.down(place, steps)
    return 0


def _status(place: Place, steps: Steps) -> int:
    running = stack.running(place)
    if not all(running.values()):
        steps.console.print(
            f"not running: {', '.join(name for name, pid in running.items() if pid is None)}"
        )
        return 1
    _show(place, stack.endpoints(place), steps)
    return 0


def _logs(place: Place, steps: Steps) -> int:
    """What the functions have said in the last quarter of an hour."""
    for line in logs.since(Engine(place), time.time() - 900):
        steps.console.print(str(line), highlight=False, markup=False, soft_wrap=True)
    return 0


def _demo(place: Place, steps: Steps) -> int:
    return demo.run(place, steps)


def _show(place: Place, endpoints: stack.Endpoints, steps: Steps) -> None:
    for name, value in asdict(endpoints).items():
        if name not in _SECRET:
            # Never wrapped: whoever copies an address gets the whole of it.
            steps.console.print(f"[dim]{name:<14}[/]  {value}", highlight=False, soft_wrap=True)
    steps.console.print(f"[dim]With the keys and secrets in[/] {place.endpoints}", highlight=False)


_COMMANDS = {
    "build": _build,
    "up": _up,
    "status": _status,
    "logs": _logs,
    "demo": _demo,
    "down": _down,
}

if __name__ == "__main__":
    sys.exit(main())
