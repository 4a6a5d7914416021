"""What the functions of a local stack have said, all of them in one order of time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.deploy import STACK
from local.engine import Engine

_BOOKKEEPING = ("START ", "END ", "REPORT ", "INIT_START ")
_PREFIX = f"/tandem/{STACK}/"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one function."""

    at_ms: int
    function: str
    text: str

    def __str__(self) -> str:
        moment = datetime.fromtimestamp(self.at_ms / 1000, UTC)
        return f"{moment:%H:%M:%S}.{self.at_ms % 1000:03d} {self.function:<17} {self.text}"


def since(engine: Engine, at: float) -> list[Line]:
    """Every line since `at` (unix seconds), oldest first; Lambda's own bookkeeping left out."""
    client = engine.client("logs")
    lines = (
        Line(event["timestamp"], group.removeprefix(_PREFIX), event["message"].rstrip())
        for group in _groups(client)
        for event in _events(client, group, at)
        if not event["message"].startswith(_BOOKKEEPING)
    )
    return sorted(lines, key=lambda line: line.at_ms)


def _groups(client: Any) -> Iterator[str]:
    for page in client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=_PREFIX):
        for group in page["logGroups"]:
            yield group["logGroupName"]


def _events(client: Any, group: str, at: float) -> Iterable[dict[str, Any]]:
    pages = client.get_paginator("filter_log_events")
    for page in pages.paginate(logGroupName=group, startTime=int(at * 1000)):
        yield from page["events"]
