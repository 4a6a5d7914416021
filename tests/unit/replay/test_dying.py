"""A replay that is killed at any call, and run again, ends where an undisturbed one ends."""

import pytest

from tandem.conversations import intake
from tandem.meta.translation import translate
from tandem.model.events import Event, Sighting
from tandem.model.identity import Person
from tests.fakes.bodies import body
from tests.fakes.crashing import CrashingTable, Died, Fuse
from tests.fakes.replays import NOW, lived, replay, said
from tests.fakes.workbench import TENANT, Workbench

NOBODY = Person(phone="15550100099")
BODIES = (
    body("messages", messages=[said("wamid.1", "one"), said("wamid.2", "two")]),
    body("a_new_field", anything=1),
)


def wrongly_understood(monkeypatch: pytest.MonkeyPatch) -> tuple[CrashingTable, Workbench]:
    """A line whose messages were read backwards, and came a second time from somebody else."""

    def wrong(raw: bytes) -> list[Event]:
        found: list[Event] = []
        for event in translate(raw):
            found.append(event)
            if isinstance(event, Sighting):
                content = event.content._replace(text=(event.content.text or "")[::-1])
                found[-1] = event._replace(content=content)
                found.append(event._replace(wamid=f"{event.wamid}.again", person=NOBODY))
        return found

    table = CrashingTable()
    with monkeypatch.context() as patched:
        patched.setattr(intake, "translate", wrong)
        bench = lived(*BODIES, table=table)
    return table, bench


@pytest.mark.parametrize("after_effect", [False, True], ids=["before the call", "after the call"])
def test_whichever_call_is_its_last_the_next_replay_ends_in_the_same_state(
    monkeypatch: pytest.MonkeyPatch, *, after_effect: bool
) -> None:
    undisturbed, bench = wrongly_understood(monkeypatch)
    replay(bench).apply(take_away=True, at=NOW)
    deaths = 0

    while True:
        table, bench = wrongly_understood(monkeypatch)
        table.fuse = Fuse(deaths + 1, after_effect=after_effect)
        try:
            replay(bench).apply(take_away=True, at=NOW)
        except Died:
            deaths += 1
        else:
            break
        table.fuse = None
        replay(bench).apply(take_away=True, at=NOW)
        assert table.contents() == undisturbed.contents(), f"died at call {deaths}"

    assert deaths > 15
    apart = [one for one in bench.kept.page(TENANT, limit=50)[0] if one.reason == "replay"]
    assert sorted(one.what for one in apart) == ["conversation", "message", "message", "person"]
