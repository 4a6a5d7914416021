"""The archive: a line rebuilt from it and compared; bodies of it sent through the queue again."""

import argparse
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

from tandem.replay.rebuilding import Days
from tandem.replay.repairing import Replay
from tandem.replay.telling import as_data, as_lines
from tandem.runtime import clients
from tandem.runtime.clock import now
from tandem.runtime.commands.offering import Answer, Stack, Unusable, date_of, offer
from tandem.runtime.replaying import replay_of
from tandem.store.archive import Archive, line_of
from tandem.store.letters import Letters
from tandem.store.table import Table


def offered(commands: Any) -> None:
    made = offer(
        commands,
        "replay",
        _replay,
        "Rebuild a line from the archive and compare it with the table.",
    )
    made.add_argument("--line", help="of this line; without it, of every line of the tenant")
    made.add_argument("--tenant", help="whose; a line alone says it too")
    _take_days(made)
    made.add_argument(
        "--show", action="store_true", help="tell what people wrote, not only how much"
    )
    what = made.add_mutually_exclusive_group()
    what.add_argument("--apply", action="store_true", help="repair the table")
    what.add_argument("--into", metavar="TABLE", help="write what was rebuilt to another table")
    made.add_argument(
        "--take-away",
        action="store_true",
        help="with --apply: also take away what no archived webhook says; it is kept and shown",
    )

    made = offer(commands, "resend", _resend, "Send archived webhooks through the queue again.")
    made.add_argument("--line", help="of this line (and of no single one) only")
    _take_days(made)
    made.add_argument("--dry-run", action="store_true", help="only count them")


def _take_days(command: argparse.ArgumentParser) -> None:
    command.add_argument("--day", type=date_of, help="received on this day (UTC), as 2026-11-22")
    command.add_argument("--since", type=date_of, help="received on this day or later")
    command.add_argument("--until", type=date_of, help="received on this day or earlier")


def _days(asked: argparse.Namespace) -> Days:
    return Days(asked.since or asked.day, asked.until or asked.day)


def _replay(stack: Stack, asked: argparse.Namespace) -> Answer:
    if asked.take_away and not (asked.apply and _days(asked).all):
        raise Unusable("--take-away goes with --apply, and with all days")
    replay = replay_of(
        stack.table, _archive(stack), tenant=asked.tenant, line=asked.line, days=_days(asked)
    )
    if asked.into:
        return _copied(stack, replay, asked.into)
    done = replay.apply(take_away=asked.take_away, at=now()) if asked.apply else replay.difference()
    end = _said(asked, empty=not done.changes)
    return Answer(
        "\n".join([*as_lines(done, show=asked.show), end]),
        {"applied": asked.apply, **as_data(done, show=asked.show)},
    )


def _said(asked: argparse.Namespace, *, empty: bool) -> str:
    if empty:
        return "The table says what the archive says."
    if asked.apply:
        return "This was changed. Nothing was sent, fetched or set off."
    return "Nothing was changed: --apply repairs it."


def _copied(stack: Stack, replay: Replay, name: str) -> Answer:
    if name == stack["TableName"]:
        raise Unusable("that is the table in use: --apply repairs it")
    rows = replay.copied_into(Table(clients.dynamodb(), name))
    return Answer(
        f"{rows} row(s) as webhooks alone prove them are in {name}.", {"rows": rows, "table": name}
    )


def _resend(stack: Stack, asked: argparse.Namespace) -> Answer:
    """Everything goes the way of the import, so that what is past never delays a live message."""
    days, found = _days(asked), Counter[str]()

    def counted() -> Iterator[str]:
        for key in _archive(stack).keys(line=asked.line, since=days.since, until=days.until):
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
        "it is; no message is sent by it, and nothing that was read becomes unread."
    )
    return Answer(
        "\n".join([*told, end]),
        {"found": found.total(), "sent": sent, "lines": dict(sorted(found.items()))},
    )


def _archive(stack: Stack) -> Archive:
    return Archive(clients.s3(), stack["ArchiveBucketName"])
