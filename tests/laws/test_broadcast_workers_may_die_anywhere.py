"""Kill a broadcast's worker at every single call: nobody is written to twice or forgotten."""

from collections.abc import Callable

import pytest

from tandem.broadcasts import planning
from tandem.model.broadcast import Broadcast, Category
from tandem.model.recipient import RecipientState
from tests.fakes.broadcast_stage import TENANT, Stage, meta_error, people, phone
from tests.fakes.crashing import Died, Fuse

SIZE = 12
KEY = "spring"

WHEN = pytest.mark.parametrize(
    "after_effect", [False, True], ids=["before the call", "after the call"]
)


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "slice_size", lambda _rate: 5)


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


@WHEN
def test_nobody_is_written_to_twice_and_nobody_is_forgotten(*, after_effect: bool) -> None:
    worlds = each_death(story, Stage, after_effect=after_effect)

    for death, stage in enumerate(worlds, 1):
        broadcast = aftermath(stage)
        states = [stage.state_of(broadcast, number) for number in range(SIZE)]
        taken = [stage.meta.to(f"phone:{phone(number)}") for number in range(SIZE)]
        unknown = [n for n, state in enumerate(states) if state is RecipientState.UNKNOWN]

        assert max(taken) == 1, f"doubled after death {death}"
        assert set(states) <= {RecipientState.SENT, RecipientState.UNKNOWN}, f"death {death}"
        assert len(unknown) <= 1, "only the one whose attempt was open"
        assert all(taken[n] for n in range(SIZE) if n not in unknown), f"forgotten, death {death}"
    assert len(worlds) > 60


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


@WHEN
def test_a_broadcast_that_dies_among_refusals_ends_as_if_it_had_not(*, after_effect: bool) -> None:
    codes = {phone(1): 131056, phone(2): 131000, phone(3): 131026, phone(4): 131049}

    def arrange() -> Stage:
        stage = Stage()
        left = {f"phone:{number}": code for number, code in codes.items()}

        def answer(alias: str) -> None:
            if len(stage.meta.calls) == 6:
                raise meta_error(130429)
            if (code := left.get(alias)) is not None:
                if code in (131056, 131000):
                    del left[alias]
                raise meta_error(code)

        stage.meta.answer = answer
        return stage

    for death, stage in enumerate(each_death(story, arrange, after_effect=after_effect), 1):
        states = stage.states(aftermath(stage))
        unknown = states.pop("unknown", 0)

        assert unknown <= 1
        assert states.keys() <= {"sent", "failed", "refused"}, f"death {death}: {states}"
        assert sum(states.values()) == SIZE - unknown
        assert all(stage.meta.to(f"phone:{phone(n)}") <= 1 for n in range(SIZE))


def _facts(stage: Stage) -> dict[object, object]:
    """The table without what is named by chance: the ids of broadcasts and of attempts."""
    rows = stage.table.contents()
    chance = {"pk", "attempt", "moment", "given", "extra", "content", "broadcast", "marketed"}
    return {
        (key.pk.split("#")[1], key.sk, number): {k: v for k, v in row.items() if k not in chance}
        for number, (key, row) in enumerate(sorted(rows.items(), key=lambda i: (i[0].sk, i[0].pk)))
    }
