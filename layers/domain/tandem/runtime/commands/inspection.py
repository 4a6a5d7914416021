"""What was kept without being understood, and what queues gave up."""

import argparse
from dataclasses import asdict
from typing import Any

from tandem.runtime import clients
from tandem.runtime.commands.offering import Answer, Stack, minute, offer
from tandem.store import keys
from tandem.store.kept import KeptThings
from tandem.store.redrive import redrive

QUEUES = ("live", "history", "media", "steps", "plan", "send")


def offered(commands: Any) -> None:
    made = offer(commands, "kept", _kept, "List what was kept without being understood.")
    made.add_argument("--tenant", help="whose; without it, what belongs to nobody yet")
    made.add_argument("--limit", type=int, default=50, help="how many, newest first (50)")

    made = offer(commands, "redrive", _redrive, "Give a queue its dead letters back.")
    made.add_argument("queue", choices=QUEUES)


def _kept(stack: Stack, asked: argparse.Namespace) -> Answer:
    tenant = keys.tenant_name(asked.tenant) if asked.tenant else keys.SYSTEM
    found, _ = KeptThings(stack.table).page(tenant, limit=asked.limit)
    told = [
        f"{minute(kept.at)}  {kept.reason}  {kept.what}"
        + (f"  {kept.detail}" if kept.detail else "")
        for kept in found
    ]
    return Answer("\n".join(told) or "nothing kept", {"kept": [asdict(kept) for kept in found]})


def _redrive(stack: Stack, asked: argparse.Namespace) -> Answer:
    name = asked.queue.capitalize()
    moved = redrive(
        clients.sqs(), dead_letters=stack[f"{name}DeadLettersUrl"], queue=stack[f"{name}QueueUrl"]
    )
    return Answer(f"{moved} letter(s) went back to {asked.queue}.", {"moved": moved})
