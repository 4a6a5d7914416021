"""How a command is offered, what it is given, and what it answers."""

import argparse
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tandem.runtime import clients
from tandem.store.table import Table

DAY = 24 * 3600


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


Command = Callable[[Stack, argparse.Namespace], Answer]


def offer(within: Any, name: str, run: Command, says: str) -> argparse.ArgumentParser:
    """Add a command to `within`, the subparsers of a parser; its own options are the caller's."""
    made: argparse.ArgumentParser = within.add_parser(name, help=says, description=says)
    made.add_argument("--stack", default=os.environ.get("TANDEM_STACK", "tandem-dev"))
    made.add_argument("--json", action="store_true", help="answer for machines")
    made.set_defaults(command=run)
    return made


# ---- values of options, and of answers


def date_of(text: str) -> str:
    """A day as it is typed, YYYY-MM-DD."""
    return date.fromisoformat(text).isoformat()


def minute(at: int) -> str:
    """Unix seconds as a person reads them, in UTC."""
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(at))
