"""Judging a person: what they cost and what they count for, at the moment they are due."""

from datetime import date, time
from decimal import Decimal

from tandem.broadcasts.plans.judging import Judge, Judged, Windows
from tandem.insights.prices import Free, PriceList
from tandem.model.broadcast import Addressee, Category, Quiet, Timing
from tandem.model.contact import Contact
from tandem.model.rates import Charged, RateCard
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, NOW, TENANT, people

DAY = 86_400

CARD = RateCard(
    "card",
    "USD",
    date(2026, 7, 1),
    "",
    {"Colombia": {Charged.UTILITY: Decimal("0.0008"), Charged.MARKETING: Decimal("0.0125")}},
)
AT_NIGHT = Timing(at=NOW, quiet=Quiet(time(0), time(12)))
"""It begins at 9:13 in Colombia, and everybody there is due at noon."""
NOON = 1_790_010_000


class Judging:
    """One judge, and Colombians who come before it one by one."""

    def __init__(
        self,
        *,
        category: Category = Category.UTILITY,
        timing: Timing = AT_NIGHT,
        limit: int | None = None,
    ) -> None:
        stage = Stage(category=category)
        line = stage.lines.get(TENANT, LINE)
        assert line is not None
        self.judge = Judge(
            stage.create(people(1), timing=timing), line, PriceList((CARD,)), set(), limit=limit
        )
        self.seen = 0

    def next(self, **windows: int) -> Judged:
        """Whoever comes next, with their windows open until then."""
        self.seen += 1
        phone = f"57300555{self.seen:04d}"
        person = Contact(frozenset({f"phone:{phone}"}))
        return self.judge.judge(self.seen, Addressee(f"+{phone}"), person, Windows(**windows))


def test_a_window_that_is_open_when_somebody_is_due_spares_them_and_the_limit() -> None:
    judged = Judging().next(service=NOON + 1)

    assert judged.recipient.due_at == NOON
    assert (judged.free, judged.price, judged.outside) == (Free.WINDOW, None, False)


def test_a_window_that_closes_before_somebody_is_due_spares_neither_them_nor_the_limit() -> None:
    judged = Judging().next(service=NOON)

    assert judged.free is None
    assert judged.price is not None
    assert (judged.price.market, judged.price.amount) == ("Colombia", Decimal("0.0008"))
    assert judged.outside


def test_an_entry_point_that_closes_before_somebody_is_due_spares_them_nothing() -> None:
    judging = Judging(category=Category.MARKETING)

    inside, outside = judging.next(entry_point=NOON + 1), judging.next(entry_point=NOON)

    assert (inside.free, inside.price) == (Free.ENTRY_POINT, None)
    assert outside.free is None
    assert outside.price is not None
    assert outside.price.amount == Decimal("0.0125")


def test_whoever_is_free_outside_a_service_window_counts_within_the_limit() -> None:
    judging = Judging(limit=1)

    days = [
        judging.next(entry_point=NOON + 9 * DAY),
        judging.next(service=NOON + 1),
        judging.next(entry_point=NOON + 9 * DAY),
        judging.next(service=NOON),
    ]

    assert [each.outside for each in days] == [True, False, True, True]
    assert [each.recipient.due_at for each in days] == [NOON, NOON, NOON + DAY, NOON + 2 * DAY]


def test_an_entry_point_that_closes_before_the_limit_has_room_spares_nothing() -> None:
    judging = Judging(limit=1)
    judging.next()

    pushed = judging.next(entry_point=NOON + DAY)

    assert pushed.recipient.due_at == NOON + DAY
    assert pushed.free is None
