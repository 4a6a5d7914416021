"""The command line: `serve` runs a simulator, every other verb talks to a running one."""

import argparse
import json
import logging
import os
import signal
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from typing import Any

from simulator import playing
from simulator.doors import DOORS, ROOT, Door
from simulator.simulator import Simulator

DEFAULT_PORT = 4580
SHORT_NUMBER = 6  # more digits than this are an id or a phone number, not a quantity


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0].startswith("-"):
        given.insert(0, "serve")
    if given[0] == "play":
        return playing.main(given[1:])
    options = parser().parse_args(given)
    if options.verb == "serve":
        return serve(options)
    return speak(options)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    verbs = top.add_subparsers(dest="verb", required=True)
    run = verbs.add_parser("serve", help="run a simulator (the default)")
    run.add_argument("--host", default="127.0.0.1")
    run.add_argument("--port", type=int, default=DEFAULT_PORT, help="0: any free one")
    run.add_argument("--seed", type=int, default=1)
    run.add_argument("--state", metavar="FILE", help="keep everything here between runs")
    run.add_argument("--senders", type=int, default=4, help="threads that deliver webhooks")
    run.add_argument("--time-scale", type=float, default=1.0, help="stretches delays and retries")
    verbs.add_parser("play", help="play a scenario to a webhook server", add_help=False)
    for verb in dict.fromkeys(door.verb for door in DOORS if door.verb != "play"):
        paths = ", ".join(f"{door.method} {ROOT}{door.path}" for door in DOORS if door.verb == verb)
        talk = verbs.add_parser(verb.replace("_", "-"), help=paths)
        talk.add_argument("pairs", nargs="*", metavar="name=value")
        talk.add_argument(
            "--url", default=os.environ.get("SIMULATOR_URL", f"http://127.0.0.1:{DEFAULT_PORT}")
        )
    return top


def serve(options: argparse.Namespace) -> int:
    """Run until SIGINT or SIGTERM; the first line on stdout says where."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        meta = Simulator(
            host=options.host,
            port=options.port,
            seed=options.seed,
            state=options.state,
            senders=options.senders,
            time_scale=options.time_scale,
        )
    except OSError as problem:
        print(f"cannot listen on port {options.port}: {problem.strerror}", file=sys.stderr)
        return 1
    with meta:
        print(json.dumps({"url": meta.url, "seed": meta.world.records.seed}), flush=True)
        ended.wait()
    return 0


def speak(options: argparse.Namespace) -> int:
    """Send one verb to a running simulator and print its answer."""
    try:
        values = dict(value_of(pair) for pair in options.pairs)
        request = request_for(options.verb.replace("-", "_"), values, url=options.url)
        with urllib.request.urlopen(request, timeout=60) as response:
            print(json.dumps(json.load(response), indent=2, ensure_ascii=False))
            return 0
    except urllib.error.HTTPError as refusal:
        print(json.load(refusal)["error"], file=sys.stderr)
    except urllib.error.URLError as problem:
        print(f"no simulator at {options.url}: {problem.reason}", file=sys.stderr)
    except ValueError as problem:
        print(problem, file=sys.stderr)
    return 1


def value_of(pair: str) -> tuple[str, Any]:
    """`name=value`; the value is JSON where it can be, and a long number stays a string."""
    name, equals, text = pair.partition("=")
    if not equals:
        raise ValueError(f"write name=value, not {pair}")
    try:
        value = json.loads(text)
    except ValueError:
        return name, text
    return name, text if isinstance(value, int | float) and len(text) > SHORT_NUMBER else value


def request_for(verb: str, values: dict[str, Any], *, url: str) -> urllib.request.Request:
    """Fill the first door of this verb whose path has all it needs; the rest travels beside it."""
    for door in DOORS:
        names = path_names(door)
        if door.verb == verb and names <= values.keys():
            path = door.path.format_map({k: urllib.parse.quote(str(v)) for k, v in values.items()})
            rest = {name: value for name, value in values.items() if name not in names}
            if door.method == "GET":
                query = f"?{urllib.parse.urlencode(rest)}" if rest else ""
                return urllib.request.Request(f"{url}{ROOT}{path}{query}", method="GET")
            return urllib.request.Request(
                f"{url}{ROOT}{path}",
                method=door.method,
                data=json.dumps(rest).encode(),
                headers={"Content-Type": "application/json"},
            )
    needed = next(path_names(door) for door in DOORS if door.verb == verb)
    raise ValueError(f"{verb.replace('_', '-')} needs {', '.join(sorted(needed))}")


def path_names(door: Door) -> set[str]:
    return {part[1:-1] for part in door.path.split("/") if part.startswith("{")}
