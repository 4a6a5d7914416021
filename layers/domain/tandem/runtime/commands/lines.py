"""The connected numbers, how they are, and where their imports stand."""

import argparse
from dataclasses import asdict
from typing import Any

from tandem.lines.progress import Following
from tandem.lines.watching import View
from tandem.model.line import Line
from tandem.runtime.commands.offering import Answer, Stack, minute, now, offer
from tandem.store import keys
from tandem.store.lines import Lines
from tandem.store.onboardings import Onboardings
from tandem.store.syncs import Syncs

FAR_AHEAD = 10**11


def offered(commands: Any) -> None:
    made = offer(commands, "lines", _lines, "List the connected numbers and their imports.")
    made.add_argument("--tenant", help="of one tenant only")


def _lines(stack: Stack, asked: argparse.Namespace) -> Answer:
    table = stack.table
    lines = Lines(table)
    found = (
        lines.all(keys.tenant_name(asked.tenant))
        if asked.tenant
        else tuple(watch.line for watch in lines.due(FAR_AHEAD))
    )
    following = Following(
        onboardings=Onboardings(table), lines=lines, syncs=Syncs(table), clock=now
    )
    told, data = [], []
    for line in sorted(found, key=lambda line: (line.tenant, line.line)):
        progress = following.current(line)
        view = progress.view if progress else None
        told.append("\n    ".join(_told(line, view)))
        data.append(asdict(line) | {"import": asdict(view) if view else None})
    return Answer("\n".join(told) or "no lines", {"lines": data})


def _told(line: Line, view: View | None) -> list[str]:
    """A line in lines; what its owner is told already is not said twice."""
    said = [f"{line.tenant}  +{line.display_number}  {line.state}  {line.mode}  {line.line}"]
    if view:
        since = f" since {minute(view.since)}" if view.since else ""
        left = view.seconds_left
        until = f", {left // 3600} h {left % 3600 // 60} min left" if left is not None else ""
        said.append(f"import {view.state}{since}{until}")
    known = (line.trouble, line.advice, view.todo if view else None)
    return said + list(dict.fromkeys(text for text in known if text))
