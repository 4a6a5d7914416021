"""The connected numbers and how they are."""

import argparse
from dataclasses import asdict
from typing import Any

from tandem.runtime.commands.offering import Answer, Stack, offer
from tandem.store import keys
from tandem.store.lines import Lines

FAR_AHEAD = 10**11


def offered(commands: Any) -> None:
    made = offer(commands, "lines", _lines, "List the connected numbers.")
    made.add_argument("--tenant", help="of one tenant only")


def _lines(stack: Stack, asked: argparse.Namespace) -> Answer:
    lines = Lines(stack.table)
    found = (
        lines.all(keys.tenant_name(asked.tenant))
        if asked.tenant
        else tuple(watch.line for watch in lines.due(FAR_AHEAD))
    )
    told = [
        f"{line.tenant}  +{line.display_number}  {line.state}  {line.mode}  {line.line}"
        + "".join(f"\n    {said}" for said in (line.trouble, line.advice) if said)
        for line in sorted(found, key=lambda line: (line.tenant, line.line))
    ]
    return Answer("\n".join(told) or "no lines", {"lines": [asdict(line) for line in found]})
