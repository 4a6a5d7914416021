"""The law of a broadcast: nobody twice, nobody forgotten, the plan as it was, totals exact."""

from collections import Counter
from dataclasses import dataclass

from tandem.model.broadcast import Broadcast, BroadcastState
from tandem.model.recipient import RecipientState
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import TENANT
from tests.fakes.crashing import Fuse
from tests.laws.broadcasting.story import arranged, go_on, tell

Ends = dict[int, tuple[RecipientState, str | None]]


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """How a broadcast to so many ends when nothing is done to it, and in how many calls."""

    size: int
    plan: str
    excluded: dict[str, int]
    ends: Ends
    calls: int


def undisturbed(size: int) -> Undisturbed:
    """The story told once, with its calls counted."""
    stage = arranged(size)
    calls = Fuse(0, after_effect=False)
    stage.light(calls)
    tell(stage, size)
    broadcast = go_on(stage, size)
    assert broadcast.plan is not None
    return Undisturbed(
        size,
        broadcast.plan.hash,
        dict(broadcast.plan.excluded),
        _ends(stage, broadcast),
        calls.steps,
    )


def hold(stage: Stage, broadcast: Broadcast, wanted: Undisturbed, *, unknown: int = 0) -> None:
    """The law, once all is over. So many may be `unknown`: those whose attempt was open when a
    worker died and that Meta never told of.
    """
    known = stage.broadcasts.get(TENANT, broadcast.id)
    assert known.plan is not None, "there is no plan"
    assert known.plan.hash == wanted.plan, "the plan is another one"
    assert dict(known.plan.excluded) == wanted.excluded, "others are excluded"
    assert known.state is BroadcastState.FINISHED, f"it is {known.state}"
    taken = Counter(call.alias for call in stage.meta.accepted)
    ends = _ends(stage, broadcast)
    differing = {
        number: (end, ends.get(number))
        for number, end in wanted.ends.items()
        if ends.get(number) != end
    }
    lost = [
        number for number, (_, end) in differing.items() if end and end[0] is RecipientState.UNKNOWN
    ]
    assert set(differing) == set(lost), f"wanted and found: {differing}"
    assert len(lost) <= unknown, f"unknown: {lost}"
    assert max(taken.values()) == 1, f"twice: {[who for who, n in taken.items() if n > 1]}"
    progress = stage.progress(broadcast)
    counted = Counter(state for state, _ in ends.values())
    assert progress.states == {state: counted[state] for state in RecipientState}
    assert progress.total == wanted.size


def hold_cancelled(stage: Stage, broadcast: Broadcast, wanted: Undisturbed) -> None:
    """The law of one that was cancelled: whoever was sent to ends as they would have, once;
    everybody else waits for nothing.
    """
    taken = Counter(call.alias for call in stage.meta.accepted)
    assert max(taken.values(), default=0) <= 1, "twice"
    ends = _ends(stage, broadcast)
    waiting = {number for number, end in ends.items() if end[0] is RecipientState.PLANNED}
    reached = {int(call.callback.rsplit(":", 1)[1]) for call in stage.meta.accepted}
    assert not waiting & reached, f"sent to, and planned: {waiting & reached}"
    for number in ends.keys() - waiting:
        assert ends[number] == wanted.ends[number], f"{number} is {ends[number]}"


def _ends(stage: Stage, broadcast: Broadcast) -> Ends:
    now = int(stage.time.now)
    known = stage.broadcasts.get(TENANT, broadcast.id)
    everybody = stage.recipients.all(TENANT, known.edition, known.size)
    return {each.number: (each.state(now), each.reason) for each in everybody}
