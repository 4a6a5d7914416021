"""The connected numbers: how they are, where their imports stand, what support needs to know."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from tandem.lines.progress import Following
from tandem.lines.support import Support
from tandem.lines.watching import View
from tandem.model.line import Line
from tandem.runtime.clock import now
from tandem.runtime.commands.offering import Answer, Stack, Unusable, minute, offer
from tandem.store import keys
from tandem.store.happenings import Happenings
from tandem.store.lines import Lines
from tandem.store.onboardings import Onboardings
from tandem.store.syncs import Syncs
from tandem.store.talks import Talks

FAR_AHEAD = 10**11


def offered(commands: Any) -> None:
    made = offer(commands, "lines", _lines, "List the connected numbers and their imports.")
    made.add_argument("--tenant", help="of one tenant only")
    made = offer(commands, "release", _release, "Free a removed number for another tenant.")
    made.add_argument("--line", required=True, help="the phone_number_id")
    made = offer(commands, "support", _support, "Gather what Meta's support needs of a line.")
    made.add_argument("--tenant", required=True)
    made.add_argument("--line", required=True, help="its phone_number_id")


def _release(stack: Stack, asked: argparse.Namespace) -> Answer:
    lines = Lines(stack.table)
    route = lines.route_of_phone(asked.line)
    if route is None:
        raise Unusable(f"nobody has the number {asked.line}")
    if not lines.release(route.tenant, asked.line, at=now()):
        raise Unusable("the number is not removed: its owner must disconnect it in the app first")
    return Answer(
        f"{asked.line} is no longer {route.tenant}'s: any tenant may connect it. What was said on "
        f"it stays with {route.tenant}.",
        {"line": asked.line, "tenant": route.tenant},
    )


def _lines(stack: Stack, asked: argparse.Namespace) -> Answer:
    lines = Lines(stack.table)
    found = (
        lines.all(keys.tenant_name(asked.tenant))
        if asked.tenant
        else tuple(watch.line for watch in lines.due(FAR_AHEAD))
    )
    following = _following(stack)
    told, data = [], []
    for line in sorted(found, key=lambda line: (line.tenant, line.line)):
        progress = following.current(line)
        view = progress.view if progress else None
        told.append("\n    ".join(_told(line, view)))
        data.append(asdict(line) | {"import": asdict(view) if view else None})
    return Answer("\n".join(told) or "no lines", {"lines": data})


def _support(stack: Stack, asked: argparse.Namespace) -> Answer:
    table = stack.table
    line = Lines(table).get(keys.tenant_name(asked.tenant), asked.line)
    if line is None:
        raise Unusable(f"{asked.tenant} has no line {asked.line}")
    support = Support(
        following=_following(stack),
        talks=Talks(table),
        happenings=Happenings(table),
        app_id=stack["MetaAppId"],
        clock=now,
    )
    bundle = support.bundle(line)
    return Answer(json.dumps(bundle, indent=2), bundle)


def _following(stack: Stack) -> Following:
    table = stack.table
    return Following(
        onboardings=Onboardings(table), lines=Lines(table), syncs=Syncs(table), clock=now
    )


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
