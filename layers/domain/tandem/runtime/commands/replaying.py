"""Archived webhooks, worked on again."""

import argparse
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

from tandem.runtime import clients
from tandem.runtime.commands.offering import Answer, Stack, date_of, offer
from tandem.store.archive import Archive, line_of
from tandem.store.letters import Letters


def offered(commands: Any) -> None:
    made = offer(commands, "replay", _replay, "Have archived webhooks worked on again.")
    made.add_argument("--day", type=date_of, help="received on this day (UTC), as 2026-11-22")
    made.add_argument("--line", help="of this line (and of no single one) only")
    made.add_argument("--dry-run", action="store_true", help="only count them")


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
