"""What was kept without being understood, and what queues gave up; and giving both back."""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from tandem.conversations.intake import line_of_events
from tandem.meta.translation import translate
from tandem.replay.returning import Returning
from tandem.runtime import clients
from tandem.runtime.clock import now
from tandem.runtime.commands.offering import Answer, Stack, Unusable, minute, offer
from tandem.store import keys
from tandem.store.archive import NO_LINE, Archive, body_of, line_of
from tandem.store.dead_letters import DeadLetter, DeadLetters
from tandem.store.envelope import archived_as, opened
from tandem.store.kept import KeptThings, Shown
from tandem.store.letters import Letters

QUEUES = ("live", "history", "media", "steps", "lists", "plan", "send")
OF_WEBHOOKS = ("live", "history")
LETTERS_SHOWN = 10


def offered(commands: Any) -> None:
    made = offer(
        commands, "inspect", _inspect, "Show what was not understood, and what queues gave up."
    )
    made.add_argument("--tenant", help="whose kept things; without it, what is nobody's yet")
    made.add_argument("--reason", help="kept for this reason only")
    made.add_argument("--what", help="kept things of this kind only")
    made.add_argument("--id", help="one kept thing, whole")
    made.add_argument("--queue", choices=QUEUES, help="the dead letters of this queue only")
    made.add_argument("--limit", type=int, default=50, help="kept things shown, newest first (50)")
    made.add_argument(
        "--return", dest="give_back", action="store_true", help="give back what is shown"
    )


def _inspect(stack: Stack, asked: argparse.Namespace) -> Answer:
    of_kept = any((asked.tenant, asked.reason, asked.what, asked.id))
    if of_kept and asked.queue:
        raise Unusable("--queue shows dead letters, the other words kept things: ask for one")
    tenant = keys.tenant_name(asked.tenant) if asked.tenant else keys.SYSTEM
    answers = []
    if not asked.queue:
        answers.append(
            _return_kept(stack, tenant, asked)
            if asked.give_back
            else _one(stack, tenant, asked.id)
            if asked.id
            else _kept(stack, tenant, asked)
        )
    if not of_kept:
        queues = (asked.queue,) if asked.queue else QUEUES
        answers.append(
            _return_letters(stack, queues) if asked.give_back else _letters(stack, queues)
        )
    data: dict[str, Any] = {}
    for answer in answers:
        data |= answer.data
    return Answer("\n\n".join(answer.text for answer in answers), data)


# ---- kept things


def _wanted(stack: Stack, tenant: str, asked: argparse.Namespace) -> Iterator[Shown]:
    things = KeptThings(stack.table)
    if asked.id:
        thing = things.get(tenant, asked.id)
        if thing is None:
            raise Unusable(f"nothing is kept under {asked.id}")
        yield thing
        return
    for thing in things.every(tenant):
        if asked.reason in (None, thing.kept.reason) and asked.what in (None, thing.kept.what):
            yield thing


def _kept(stack: Stack, tenant: str, asked: argparse.Namespace) -> Answer:
    found: Counter[tuple[str, str]] = Counter()
    newest: list[Shown] = []
    for thing in _wanted(stack, tenant, asked):
        found[thing.kept.reason, thing.kept.what] += 1
        if len(newest) < asked.limit:
            newest.append(thing)
    counts = [
        {"reason": reason, "what": what, "count": count}
        for (reason, what), count in found.most_common()
    ]
    told = [f"{count:>7}  {reason}  {what}" for (reason, what), count in found.most_common()]
    told += [
        "  ".join(
            part
            for part in (
                minute(thing.kept.at),
                thing.id,
                thing.kept.reason,
                thing.kept.what,
                thing.kept.detail,
            )
            if part
        )
        for thing in newest
    ]
    return Answer(
        "\n".join(told) or "nothing kept",
        {"counts": counts, "kept": [_data(thing) for thing in newest]},
    )


def _one(stack: Stack, tenant: str, id_: str) -> Answer:
    (thing,) = _wanted(stack, tenant, argparse.Namespace(id=id_))
    data = _data(thing)
    told = [f"{name}: {value}" for name, value in data.items() if name != "raw" and value]
    return Answer("\n".join([*told, "", thing.kept.raw]), {"kept": [data]})


def _data(thing: Shown) -> dict[str, Any]:
    return {
        "id": thing.id,
        **asdict(thing.kept),
        "archived": sorted(thing.archived),
        "resolved_at": thing.resolved_at,
    }


def _return_kept(stack: Stack, tenant: str, asked: argparse.Namespace) -> Answer:
    returning = Returning(
        kept=KeptThings(stack.table),
        archive=Archive(clients.s3(), stack["ArchiveBucketName"]),
        letters=Letters(clients.sqs(), stack["HistoryQueueUrl"]),
    )
    done = returning.give_back(tenant, list(_wanted(stack, tenant, asked)), at=now())
    return Answer(
        f"{done.returned} kept thing(s) are understood now: they are worked on again and left the "
        f"list. {done.not_understood} are not. {done.cannot} cannot go back: no archived body of "
        "theirs is known, or they wait for their line.",
        {"kept": done._asdict()},
    )


# ---- dead letters


def _of(stack: Stack, queue: str) -> DeadLetters:
    name = queue.capitalize()
    return DeadLetters(
        clients.sqs(), dead_letters=stack[f"{name}DeadLettersUrl"], queue=stack[f"{name}QueueUrl"]
    )


def _return_letters(stack: Stack, queues: tuple[str, ...]) -> Answer:
    given = {queue: _of(stack, queue).give_back() for queue in queues}
    told = [f"{number} letter(s) went back to {queue}." for queue, number in given.items()]
    return Answer("\n".join(told), {"moved": given})


def _letters(stack: Stack, queues: tuple[str, ...]) -> Answer:
    told, data = [], {}
    for queue in queues:
        dead = _of(stack, queue)
        count = dead.count()
        seen = dead.look(LETTERS_SHOWN) if count else ()
        letters = [_letter(stack, queue, one) for one in seen]
        data[queue] = {"count": count, "letters": letters}
        told.append(f"{queue}: {count} dead letter(s)")
        told += [
            f"    {minute(one.sent_at)}  {one.id}  {json.dumps(letter['about'])}"
            for one, letter in zip(seen, letters, strict=True)
        ]
    return Answer("\n".join(told), {"dead_letters": data})


def _letter(stack: Stack, queue: str, letter: DeadLetter) -> Mapping[str, Any]:
    about = _webhook(stack, letter) if queue in OF_WEBHOOKS else _job(letter)
    return {"id": letter.id, "sent_at": letter.sent_at, "tries": letter.tries, "about": about}


def _webhook(stack: Stack, letter: DeadLetter) -> Mapping[str, Any]:
    """Which body it is, and of which line; never what it says."""
    archived = archived_as(letter.record)
    if archived is not None:
        return {"body": body_of(archived), "line": line_of(archived)}
    archive = Archive(clients.s3(), stack["ArchiveBucketName"])
    delivery = opened(letter.record, archive.fetch)
    return {
        "body": delivery.fingerprint,
        "line": line_of_events(translate(delivery.body)) or NO_LINE,
    }


def _job(letter: DeadLetter) -> Mapping[str, Any]:
    """A job of ours names what is to be done by its ids."""
    try:
        job = json.loads(letter.record["body"])
    except ValueError:
        job = None
    return job if isinstance(job, dict) else {}
