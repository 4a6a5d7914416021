"""`python -m simulator play`: a scenario against any webhook server, from the command line."""

import argparse
import json
import logging
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

from simulator.doors import ROOT
from simulator.scenarios import SCENARIOS, Scenario, find, rehearse
from simulator.simulator import Simulator
from simulator.world import Callback

type Json = dict[str, Any]


def main(arguments: Sequence[str]) -> int:
    options = parser().parse_args(arguments)
    if options.list or options.scenario is None:
        show_list(as_json=options.json)
        return 0
    try:
        scenario = find(options.scenario)
        parameters = scenario.checked(dict(parameter(pair) for pair in options.parameters))
        if options.explain:
            explain(scenario, options.seed, parameters, as_json=options.json)
            return 0
        result = played(options, parameters)
    except (KeyError, ValueError, OSError) as problem:
        print(problem.args[0] if isinstance(problem, KeyError) else problem, file=sys.stderr)
        return 1
    for sentence in result["wrong"]:
        print(f"wrong: {sentence}", file=sys.stderr)
    print(json.dumps(result, indent=None if options.json else 2, ensure_ascii=False))
    return 0 if result["right"] else 1


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m simulator play", description=__doc__)
    made.add_argument("scenario", nargs="?", help="its name; see --list")
    made.add_argument("parameters", nargs="*", metavar="name=value", help="see --explain")
    made.add_argument("--list", action="store_true", help="all scenarios, a sentence each")
    made.add_argument("--explain", action="store_true", help="what it does, and the truth")
    made.add_argument("--json", action="store_true", help="on one line, and quietly")
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--speed", type=float, default=0.0, help="0: no pauses, 1: Meta's own")
    server = made.add_argument_group("the server under test")
    server.add_argument("--callback", metavar="URL", help="where its webhooks go")
    server.add_argument("--app-secret", help="what they are signed with")
    server.add_argument("--verify-token", help="greet the callback with it first")
    server.add_argument("--waba-id", help="of its account")
    server.add_argument("--phone-number-id", help="of its line")
    server.add_argument("--phone-number", help="of its line, as digits")
    graph = made.add_argument_group("where the server has to call Graph")
    graph.add_argument("--graph-port", type=int, default=0, help="0: any free one")
    graph.add_argument("--wait", type=float, default=60.0, metavar="SECONDS")
    graph.add_argument("--webhooks-only", action="store_true", help="do not wait for its calls")
    made.add_argument("--url", help="of a running simulator to play on, with its callback")
    return made


def played(options: argparse.Namespace, parameters: Json) -> Json:
    """The result, from a running simulator or from one that lives as long as the scenario."""
    asked = {
        "scenario": options.scenario,
        "seed": options.seed,
        "phone_number_id": options.phone_number_id,
        "waba_id": options.waba_id,
        "phone_number": options.phone_number,
        "webhooks_only": options.webhooks_only,
        "speed": options.speed,
        "wait_s": options.wait,
        "parameters": parameters,
    }
    if options.url:
        return ask(options.url, asked)
    if not (options.callback and options.app_secret):
        raise ValueError("give --callback and --app-secret, or the --url of a running simulator")
    if not options.json:
        logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    with Simulator(port=options.graph_port, seed=options.seed) as meta:
        logging.getLogger(__name__).info("Graph API at %s", meta.url)
        greet(meta, options)
        return meta.play(**asked)


def greet(meta: Simulator, options: argparse.Namespace) -> None:
    """Name the callback, after the handshake if there is a token for it. Raises ValueError."""
    meta.configure_app(app_secret=options.app_secret)
    if options.verify_token is None:
        meta.world.records.app.callback = Callback(options.callback, "")
        return
    answer = meta.configure_app(callback_url=options.callback, verify_token=options.verify_token)
    if not answer["verified"]:
        raise ValueError(answer["problem"])


def ask(url: str, asked: Json) -> Json:
    """Let a running simulator play. Raises ValueError with what it says against it."""
    request = urllib.request.Request(
        f"{url}{ROOT}/play",
        data=json.dumps(asked).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request) as response:
            answer: Json = json.load(response)
            return answer
    except urllib.error.HTTPError as refusal:
        raise ValueError(json.load(refusal)["error"]) from refusal


def parameter(pair: str) -> tuple[str, Any]:
    """`name=value`; the value is JSON where it can be."""
    name, equals, text = pair.partition("=")
    if not equals:
        raise ValueError(f"write name=value, not {pair}")
    try:
        return name, json.loads(text)
    except ValueError:
        return name, text


def show_list(*, as_json: bool) -> None:
    if as_json:
        print(json.dumps({each.name: each.summary for each in SCENARIOS.values()}))
        return
    width = max(map(len, SCENARIOS))
    for each in SCENARIOS.values():
        print(f"{each.name:{width}}  {each.summary}")


def explain(scenario: Scenario, seed: int, parameters: Json, *, as_json: bool) -> None:
    """What happens, what a right system ends with, and what of Meta it stands for."""
    rehearsal = rehearse(scenario.name, seed, **parameters)
    told = {
        "scenario": scenario.name,
        "what_happens": scenario.explanation,
        "a_right_system_shows": scenario.shows,
        "stands_for": scenario.stands_for,
        "waits_for": scenario.waits_for or None,
        "parameters": scenario.parameters,
        "deliveries": len(rehearsal.deliveries),
        "expected": rehearsal.truth,
    }
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    print(f"{scenario.name}\n\n{scenario.explanation}\n")
    print(f"A right system shows: {scenario.shows}.\nStands for: {scenario.stands_for}.")
    if scenario.waits_for:
        print(f"Waits for: {scenario.waits_for}; --webhooks-only does without.")
    for name, value in scenario.parameters.items():
        print(f"Parameter: {name}={json.dumps(value)}")
    print(f"Webhooks: {len(rehearsal.deliveries)}. The truth, for seed {seed}:\n")
    print(json.dumps(rehearsal.truth, indent=2, ensure_ascii=False))
