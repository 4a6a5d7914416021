"""A marketing broadcast to people of every sort: told from the request to the last status.

What becomes of somebody follows from their number alone, so that a story that was disturbed can be
held against one that was not.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from tandem.broadcasts import planning
from tandem.broadcasts.audience import sources
from tandem.broadcasts.plans import plan_making
from tandem.broadcasts.sending import slices
from tandem.meta.errors import NotSent, Unanswered
from tandem.model.broadcast import Addressee, Broadcast, Category
from tandem.model.events import PreferenceNote, digest
from tandem.model.identity import Person
from tandem.model.recipient import Slice
from tandem.store import keys
from tandem.store.keys import broadcast_keys
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, NOW, TENANT, Call, meta_error, phone

KEY = "spring"
NAME = digest([TENANT, KEY])
"""The id of the broadcast: a key makes a repeated request one."""

SLICE, RATE = 5, 20
SORTS = 20
"""So many sorts of people there are; who is of which follows from their place."""

PASSES = {6: 131056, 7: 131000, 8: 130429}
STAYS = {9: 131026, 10: 131049, 11: 131050}
CUT_OFF, LOST_ANSWER = 12, 13
FAILS_LATER = {14: 131049, 15: 131026, 16: 131050}


@contextmanager
def small_pieces(size: int) -> Iterator[None]:
    """A plan of two parts, and slices of five people. Only the first part is queued at once, the
    other before that is done.
    """
    part = size // 2 + 2
    with (
        patch.object(sources, "PART_SIZE", part),
        patch.object(plan_making, "PART_SIZE", part),
        patch.object(keys, "RECIPIENTS_PER_SHARD", part),
        patch.object(broadcast_keys, "RECIPIENTS_PER_SHARD", part),
        patch.object(slices, "slice_size", lambda _rate: SLICE),
        patch.object(planning, "HORIZON_SECONDS", size / 3 / RATE),
        patch.object(planning, "HEAD_START_SECONDS", 2 * SLICE / RATE),
    ):
        yield


def audience(size: int) -> tuple[Addressee, ...]:
    """`size` entries; one sort of each is a duplicate, invalid, or of the United States."""
    return tuple(_entry(number) for number in range(size))


def _entry(number: int) -> Addressee:
    match number % SORTS:
        case 1:
            return Addressee(f"+{phone(number - 1)}")
        case 2:
            return Addressee("+1")
        case 3:
            return Addressee(f"+1212555{number:04d}")
    return Addressee(f"+{phone(number)}", values={"body.1": f"Ana {number}"})


def arranged(size: int) -> Stage:
    """The world before anybody asked for the broadcast."""
    stage = Stage(category=Category.MARKETING)
    for number in range(4, size, SORTS):
        stop = PreferenceNote(LINE, Person(phone=phone(number)), NOW, "stop")
        stage.people.note_preference(TENANT, stop)
    met: set[str] = set()

    def answer(alias: str) -> None:
        sort = int(alias[-4:]) % SORTS
        if sort in PASSES and alias not in met:
            met.add(alias)
            raise meta_error(PASSES[sort])
        if sort in STAYS:
            raise meta_error(STAYS[sort])
        if sort == CUT_OFF and alias not in met:
            met.add(alias)
            raise NotSent("no connection")

    def lose(alias: str) -> None:
        if int(alias[-4:]) % SORTS == LOST_ANSWER:
            raise Unanswered("cut")

    stage.meta.answer, stage.meta.lose = answer, lose
    return stage


def tell(stage: Stage, size: int) -> None:
    """From the request to the last status; statuses come while others are still being sent to."""
    ask(stage, size)
    told = 0
    while stage.send_queue.jobs:
        send_one(stage)
        accepted = stage.meta.accepted
        for call in accepted[told:]:
            hear_of(stage, call)
        told = len(accepted)


def ask(stage: Stage, size: int) -> Broadcast:
    """Ask for the broadcast, and have its plan made and queued."""
    broadcast = stage.create(audience(size), key=KEY)
    stage.plan()
    return broadcast


def send_one(stage: Stage) -> None:
    """A sender of two minutes takes the next slice."""
    until = stage.time.now + 120
    stage.sender.send(Slice(**stage.send_queue.jobs[0]), lambda: until - stage.time.now)
    del stage.send_queue.jobs[0]
    stage.plan()


def hear_of(stage: Stage, call: Call) -> None:
    """What Meta tells of one message, which follows from whose it is."""
    sort = int(call.alias[-4:]) % SORTS
    if sort in FAILS_LATER:
        stage.tell(call, "failed", errors=({"code": FAILS_LATER[sort], "title": "Failed"},))
    else:
        stage.tell(call, "sent")
        stage.tell(call, "read" if sort == 0 else "delivered")


def go_on(stage: Stage, size: int, *, rounds: int = 3) -> Broadcast:
    """After a death: the request is repeated, queues and statuses come again, the keeper looks."""
    stage.light(None)
    stage.revive()
    broadcast = ask(stage, size)
    stage.work()
    for _ in range(rounds):
        stage.time.now += 1200
        stage.keep_watch()
    for call in stage.meta.accepted:
        hear_of(stage, call)
    return broadcast
