"""Marketing through Meta's API for it, where an account is set up for that or a line's owner wants
it, and back where it fails.
"""

import pytest

from tandem.model.broadcast import BroadcastState, Category, PausedFor
from tandem.model.line import Account, MarketingWay
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, NOW, TENANT, meta_error, people


def switched_on(category: Category = Category.MARKETING) -> Stage:
    stage = Stage(category=category)
    assert stage.lines.choose_marketing_messages(TENANT, LINE, MarketingWay.ON)
    return stage


def test_marketing_goes_its_own_way_when_that_is_switched_on() -> None:
    stage = switched_on()
    stage.started(people(5))

    stage.work()

    assert [call.edge for call in stage.meta.calls] == ["marketing_messages"] * 5


def test_nothing_else_goes_that_way() -> None:
    useful, off = switched_on(Category.UTILITY), Stage(category=Category.MARKETING)
    for stage in (useful, off):
        stage.started(people(2))

        stage.work()

        assert [call.edge for call in stage.meta.calls] == ["messages"] * 2


@pytest.mark.parametrize(
    ("way", "status", "edge"),
    [
        (MarketingWay.AUTO, "ONBOARDED", "marketing_messages"),
        (MarketingWay.AUTO, "ELIGIBLE", "messages"),
        (MarketingWay.AUTO, "INELIGIBLE_USING_WHATSAPP_BUSINESS_APP", "messages"),
        (MarketingWay.AUTO, None, "messages"),
        (MarketingWay.ON, "ELIGIBLE", "marketing_messages"),
        (MarketingWay.OFF, "ONBOARDED", "messages"),
    ],
)
def test_unless_the_owner_decides_marketing_goes_as_the_account_is_set_up(
    way: MarketingWay, status: str | None, edge: str
) -> None:
    stage = Stage(category=Category.MARKETING)
    line = stage.lines.get(TENANT, LINE)
    assert line is not None
    assert line.marketing_messages is MarketingWay.AUTO
    stage.lines.note_account(line, Account("USD", "1", marketing=status), at=NOW)
    stage.lines.choose_marketing_messages(TENANT, LINE, way)
    stage.started(people(3))

    stage.work()

    assert [call.edge for call in stage.meta.calls] == [edge] * 3


@pytest.mark.parametrize("code", [134100, 134101, 134102, 131055])
def test_what_meta_does_not_take_that_way_goes_the_usual_one(code: int) -> None:
    stage = switched_on()
    broadcast = stage.started(people(30))
    stage.meta.refuse_edge = {"marketing_messages": meta_error(code)}

    stage.work()

    line = stage.lines.get(TENANT, LINE)
    assert stage.states(broadcast) == {"sent": 30}
    assert line is not None
    assert line.trouble is None
    assert len({call.alias for call in stage.meta.accepted}) == len(stage.meta.accepted) == 30


@pytest.mark.parametrize("code", [131061, 131063])
def test_what_goes_only_that_way_says_to_switch_it_on(code: int) -> None:
    stage = Stage(category=Category.MARKETING)
    broadcast = stage.started(people(30))
    stage.meta.refuse_edge = {"messages": meta_error(code)}

    stage.work()

    held = stage.broadcasts.get(TENANT, broadcast.id)
    assert held.state is BroadcastState.PAUSED
    assert held.pause is not None
    assert held.pause.cause is PausedFor.TEMPLATE
    assert "marketing_messages on" in held.pause.reason
    assert len(stage.meta.calls) == 1
