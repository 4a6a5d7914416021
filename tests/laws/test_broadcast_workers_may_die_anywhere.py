"""Kill a broadcast's worker at any call, or meddle: nobody is written to twice, or forgotten."""

from collections.abc import Callable

import pytest

from tandem.broadcasts.sending import slices
from tandem.model.broadcast import Broadcast, Category
from tandem.model.recipient import RecipientState
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import TENANT, people
from tests.fakes.crashing import Died, Fuse
from tests.laws.broadcasting.disturbing import DISTURBANCES, Disturbance, disturb
from tests.laws.broadcasting.keeping import Undisturbed, undisturbed
from tests.laws.broadcasting.story import small_pieces

EVERY_SORT = 17
"""One person of every sort, of whom something else becomes."""

STRIDE = 3
"""Every third call here; `make prove SUITE=broadcasts` disturbs all of them, among 500 people."""

SIZE = 12
KEY = "spring"

WHEN = pytest.mark.parametrize(
    "after_effect", [False, True], ids=["before the call", "after the call"]
)


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "slice_size", lambda _rate: 5)


def story(stage: Stage) -> None:
    """Everything from the request to the last message."""
    stage.create(people(SIZE), key=KEY)
    stage.plan()
    stage.work()


def aftermath(stage: Stage) -> Broadcast:
    """After the death: the request is repeated, queues deliver again, the keeper makes rounds."""
    stage.light(None)
    stage.revive()
    broadcast = stage.create(people(SIZE), key=KEY)
    stage.plan()
    stage.work()
    for _ in range(3):
        stage.time.now += 1200
        stage.keep_watch()
    return broadcast


def each_death(
    act: Callable[[Stage], None], arrange: Callable[[], Stage], *, after_effect: bool
) -> list[Stage]:
    """The world after dying at the first call, at the second, and so on, until nobody died."""
    worlds: list[Stage] = []
    while True:
        stage = arrange()
        stage.light(Fuse(len(worlds) + 1, after_effect=after_effect))
        try:
            act(stage)
        except Died:
            worlds.append(stage)
        else:
            return worlds


@pytest.fixture(scope="module")
def wanted() -> Undisturbed:
    with small_pieces(EVERY_SORT):
        return undisturbed(EVERY_SORT)


@pytest.mark.parametrize("disturbance", DISTURBANCES, ids=lambda each: each.name)
def test_nobody_is_written_to_twice_and_nobody_is_forgotten(
    disturbance: Disturbance, wanted: Undisturbed
) -> None:
    first = 1 + DISTURBANCES.index(disturbance) % STRIDE
    calls = range(first, wanted.calls + 1, STRIDE)

    with small_pieces(EVERY_SORT):
        for call in calls:
            try:
                disturb(call, disturbance, wanted)
            except AssertionError as broken:
                pytest.fail(f"{disturbance.name}, call {call}: {broken}")

    assert len(calls) > 60


@WHEN
def test_the_status_of_a_message_settles_what_its_sender_could_not(*, after_effect: bool) -> None:
    worlds = each_death(story, Stage, after_effect=after_effect)
    settled = 0

    for stage in worlds:
        broadcast = aftermath(stage)
        before = stage.states(broadcast).get("unknown", 0)
        for call in stage.meta.accepted:
            stage.tell(call, "sent")
        for call in stage.meta.accepted:
            number = int(call.callback.rsplit(":", 1)[1])
            message = stage.messages.get(TENANT, broadcast.line, call.wamid or "")
            assert stage.state_of(broadcast, number) is RecipientState.SENT
            assert message is not None
            assert message.contact == call.alias
        settled += before - stage.states(broadcast).get("unknown", 0)

    assert settled > SIZE / 2


@WHEN
def test_a_status_that_kills_its_worker_is_told_again_to_the_same_effect(
    *, after_effect: bool
) -> None:
    def arrange() -> Stage:
        stage = Stage(category=Category.MARKETING)
        stage.started(people(1))
        stage.meta.fuse = Fuse(1, after_effect=True)
        with pytest.raises(Died):
            stage.work()
        stage.light(None)
        return stage

    def act(stage: Stage) -> None:
        stage.tell(stage.meta.calls[0], "delivered", at=1_790_000_100)
        stage.tell(stage.meta.calls[0], "failed", at=1_790_000_200, errors=({"code": 131050},))

    undisturbed = arrange()
    act(undisturbed)
    worlds = each_death(act, arrange, after_effect=after_effect)

    for stage in worlds:
        stage.light(None)
        stage.revive()
        act(stage)
        assert _facts(stage) == _facts(undisturbed)
    assert len(worlds) > 5


def _facts(stage: Stage) -> dict[object, object]:
    """The table without what is named by chance: the ids of broadcasts and of attempts."""
    rows = stage.table.contents()
    chance = {"pk", "attempt", "moment", "given", "extra", "content", "broadcast", "marketed"}
    return {
        (key.pk.split("#")[1], key.sk, number): {k: v for k, v in row.items() if k not in chance}
        for number, (key, row) in enumerate(sorted(rows.items(), key=lambda i: (i[0].sk, i[0].pk)))
    }
