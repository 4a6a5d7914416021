"""`tandem`: what an operator does with a deployed stack.

    tandem invite --tenant acme --days 7        the link with which an owner connects a number
    tandem key create --tenant acme --name crm  a new API key; only its hash is kept
    tandem key revoke --tenant acme --name crm  end every key of that name
    tandem lines [--tenant acme]                the connected numbers and how they are
    tandem kept [--tenant acme]                 what was kept without being understood
    tandem redrive steps                        give a queue its dead letters back
    tandem replay [--day 2026-11-22] [--line …] have archived webhooks worked on again

Every command takes --stack NAME (or TANDEM_STACK) and --json. AWS settings come from the
environment, as for the AWS command line.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tandem.lines.invitation import invite, sealed
from tandem.model.errors import TryAgain
from tandem.runtime import clients
from tandem.store import keys
from tandem.store.api_keys import ApiKeys
from tandem.store.archive import Archive, line_of
from tandem.store.kept import KeptThings
from tandem.store.letters import Letters
from tandem.store.lines import Lines
from tandem.store.redrive import redrive
from tandem.store.table import Table

DAY = 24 * 3600
FAR_AHEAD = 10**11
QUEUES = ("live", "history", "media", "steps", "plan", "send")


class Unusable(Exception):
    """The command cannot be carried out; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command says: to a person, and to a machine."""

    text: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack by what it says of itself."""

    outputs: Mapping[str, str]

    def __getitem__(self, output: str) -> str:
        try:
            return self.outputs[output]
        except KeyError:
            raise Unusable(f"the stack has no output {output}: deploy this version") from None

    @property
    def table(self) -> Table:
        return Table(clients.dynamodb(), self["TableName"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        answer = asked.command(_stack(asked.stack), asked)
    except (Unusable, TryAgain, ValueError, ClientError, BotoCoreError) as error:
        sys.stderr.write(f"tandem: {error}\n")
        return 1
    sys.stdout.write((json.dumps(answer.data) if asked.json else answer.text) + "\n")
    return 0


# ---- commands


def _invite(stack: Stack, asked: argparse.Namespace) -> Answer:
    tenant = keys.tenant_name(asked.tenant)
    secret = clients.secrets().get_secret_value(SecretId=stack["InvitationKeySecretName"])
    expires_at = _now() + round(asked.days * DAY)
    text = sealed(invite(tenant, expires_at=expires_at), secret["SecretString"])
    url = f"{stack['ConnectUrl']}?{urlencode({'invite': text})}"
    return Answer(
        f"{url}\n\nFor {tenant}, until {_day(expires_at)} UTC. Whoever has this link can connect "
        "a number to that tenant.",
        {"invitation": text, "url": url, "tenant": tenant, "expires_at": expires_at},
    )


def _key_create(stack: Stack, asked: argparse.Namespace) -> Answer:
    key = ApiKeys(stack.table).create(asked.tenant, asked.name, at=_now())
    return Answer(
        f"{key}\n\nIt is shown this once. It opens everything of {asked.tenant}.",
        {"key": key, "tenant": asked.tenant, "name": asked.name},
    )


def _key_revoke(stack: Stack, asked: argparse.Namespace) -> Answer:
    revoked = ApiKeys(stack.table).revoke(asked.tenant, asked.name, at=_now())
    return Answer(
        f"{revoked} key(s) named {asked.name} no longer open anything of {asked.tenant}.",
        {"revoked": revoked, "tenant": asked.tenant, "name": asked.name},
    )


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


def _kept(stack: Stack, asked: argparse.Namespace) -> Answer:
    tenant = keys.tenant_name(asked.tenant) if asked.tenant else keys.SYSTEM
    found, _ = KeptThings(stack.table).page(tenant, limit=asked.limit)
    told = [
        f"{_day(kept.at)}  {kept.reason}  {kept.what}" + (f"  {kept.detail}" if kept.detail else "")
        for kept in found
    ]
    return Answer("\n".join(told) or "nothing kept", {"kept": [asdict(kept) for kept in found]})


def _redrive(stack: Stack, asked: argparse.Namespace) -> Answer:
    name = asked.queue.capitalize()
    moved = redrive(
        clients.sqs(), dead_letters=stack[f"{name}DeadLettersUrl"], queue=stack[f"{name}QueueUrl"]
    )
    return Answer(f"{moved} letter(s) went back to {asked.queue}.", {"moved": moved})


def _replay(stack: Stack, asked: argparse.Namespace) -> Answer:
    """Everything goes the way of the import, so that what is past never delays a live message."""
    archive = Archive(clients.s3(), stack["ArchiveBucketName"])
    found: Counter[str] = Counter()

    def counted() -> Iterator[str]:
        for key in archive.keys(day=asked.day, line=asked.line):
            found[line_of(key)] += 1
            yield key

    if asked.dry_run:
        sent = 0
        deque(counted(), maxlen=0)
    else:
        sent = Letters(clients.sqs(), stack["HistoryQueueUrl"]).send_again(counted())
    told = [f"{line}  {count}" for line, count in sorted(found.items())]
    end = (
        f"{found.total()} archived webhook(s) would be worked on again."
        if asked.dry_run
        else f"{sent} archived webhook(s) are on the history queue. What is there already stays as "
        "it is; nothing is sent, and nothing becomes unread."
    )
    return Answer(
        "\n".join([*told, end]),
        {"found": found.total(), "sent": sent, "lines": dict(sorted(found.items()))},
    )


# ---- the stack and the words


def _stack(name: str) -> Stack:
    found = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    outputs = found[0].get("Outputs", []) if found else []
    return Stack({output["OutputKey"]: output["OutputValue"] for output in outputs})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tandem", description="Look after a deployed stack.")
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(
        within: Any, name: str, run: Callable[[Stack, argparse.Namespace], Answer], says: str
    ) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = within.add_parser(name, help=says, description=says)
        made.add_argument("--stack", default=os.environ.get("TANDEM_STACK", "tandem-dev"))
        made.add_argument("--json", action="store_true", help="answer for machines")
        made.set_defaults(command=run)
        return made

    made = command(commands, "invite", _invite, "Make the link with which an owner connects.")
    made.add_argument("--tenant", required=True)
    made.add_argument("--days", type=_days, default=7.0, help="how long it is good for (7)")

    key = commands.add_parser("key", help="Create or revoke an API key.")
    of_keys = key.add_subparsers(required=True, metavar="create|revoke")
    for name, run, says in (
        ("create", _key_create, "Create an API key; it is shown once."),
        ("revoke", _key_revoke, "Revoke every key of this name or id."),
    ):
        made = command(of_keys, name, run, says)
        made.add_argument("--tenant", required=True)
        made.add_argument("--name", required=True, help="what the key is for")

    made = command(commands, "lines", _lines, "List the connected numbers.")
    made.add_argument("--tenant", help="of one tenant only")

    made = command(commands, "kept", _kept, "List what was kept without being understood.")
    made.add_argument("--tenant", help="whose; without it, what belongs to nobody yet")
    made.add_argument("--limit", type=int, default=50, help="how many, newest first (50)")

    made = command(commands, "redrive", _redrive, "Give a queue its dead letters back.")
    made.add_argument("queue", choices=QUEUES)

    made = command(commands, "replay", _replay, "Have archived webhooks worked on again.")
    made.add_argument("--day", type=_date, help="received on this day (UTC), as 2026-11-22")
    made.add_argument("--line", help="of this line (and of no single one) only")
    made.add_argument("--dry-run", action="store_true", help="only count them")
    return parser


def _days(text: str) -> float:
    days = float(text)
    if not 0 < days <= 90:
        raise argparse.ArgumentTypeError("an invitation is good for at most 90 days")
    return days


def _date(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _day(at: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(at))


def _now() -> int:
    return int(time.time())


if __name__ == "__main__":
    sys.exit(main())
