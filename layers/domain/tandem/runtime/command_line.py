"""`tandem`: what an operator does with a deployed stack.

    tandem invite --tenant acme --days 7        the link with which an owner connects a number
    tandem key create --tenant acme --name crm  a new API key; only its hash is kept
    tandem key revoke --tenant acme --name crm  end every key of that name
    tandem lines [--tenant acme]                the connected numbers and their imports
    tandem release --line …                     free a removed number for another tenant
    tandem inspect [--tenant acme]              what was not understood, what queues gave up
    tandem inspect --queue steps --return       give a queue its dead letters back
    tandem replay --line …                      rebuild a line from the archive, and compare it
    tandem replay --line … --apply              repair what differs
    tandem resend [--day 2026-11-22] [--line …] send archived webhooks through the queue again
    tandem support --tenant acme --line …       what Meta's support needs of a line
    tandem verify certificate.json              check a certificate, without a stack

Every command takes --stack NAME (or TANDEM_STACK) and --json. AWS settings come from the
environment, as for the AWS command line. A group of commands is a module of `commands`, and a
name in `GROUPS`.
"""

import argparse
import json
import sys
from collections.abc import Sequence

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tandem.model.errors import Refusal, TryAgain
from tandem.runtime.commands import admission, inspection, lines, replaying, verifying
from tandem.runtime.commands.offering import Stack, Unusable

GROUPS = (admission, lines, inspection, replaying, verifying)

NO_STACK = Stack({})
"""For a command that needs none."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        answer = asked.command(_stack(asked.stack) if asked.stack else NO_STACK, asked)
    except (Unusable, Refusal, TryAgain, ValueError, ClientError, BotoCoreError) as error:
        sys.stderr.write(f"tandem: {error}\n")
        return 1
    sys.stdout.write((json.dumps(answer.data) if asked.json else answer.text) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tandem", description="Look after a deployed stack.")
    commands = parser.add_subparsers(required=True, metavar="command")
    for group in GROUPS:
        group.offered(commands)
    return parser


def _stack(name: str) -> Stack:
    found = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    outputs = found[0].get("Outputs", []) if found else []
    return Stack({output["OutputKey"]: output["OutputValue"] for output in outputs})


if __name__ == "__main__":
    sys.exit(main())
