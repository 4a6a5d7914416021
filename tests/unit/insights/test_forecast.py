"""What a plan comes to: its money and its time."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tandem.insights.forecast import Bill, ends_at
from tandem.model.forecast import Wave
from tandem.model.rates import Price

BRAZIL = Price(Decimal("0.0625"), "USD", "Brazil", "card")
PERU = Price(Decimal("0.0703"), "USD", "Peru", "card")


def test_the_total_is_the_sum_to_the_last_digit_and_every_line_names_its_card() -> None:
    bill = Bill()
    for _ in range(3):
        bill.charge(BRAZIL, "marketing")
    bill.charge(PERU, "marketing", people=2)
    bill.spare("entry_point")
    bill.wonder("DE", people=4)
    bill.wonder(None)

    forecast = bill.forecast([Wave(100, 11)], rate=20, begins_at=100)

    assert forecast.total == Decimal("0.3281")
    assert [(c.market, c.people, c.amount, c.card) for c in forecast.costs] == [
        ("Brazil", 3, Decimal("0.1875"), "card"),
        ("Peru", 2, Decimal("0.1406"), "card"),
    ]
    assert forecast.free == {"entry_point": 1}
    assert forecast.unpriced == {"DE": 4, "no country": 1}
    assert (forecast.people, forecast.currency) == (11, "USD")


def test_one_wave_takes_as_long_as_its_people_at_the_rate() -> None:
    assert ends_at([Wave(1000, 2000)], rate=20, begins_at=1000) == 1101


def test_a_later_wave_waits_for_its_time_and_for_the_one_before_it() -> None:
    assert ends_at([Wave(0, 200), Wave(5000, 200)], rate=20, begins_at=0) == 5011
    assert ends_at([Wave(0, 2000), Wave(50, 200)], rate=20, begins_at=0) == 111


def test_whoever_falls_asleep_while_it_is_sent_is_waited_for_and_nobody_else() -> None:
    def waking(country: str | None, at: int) -> int:
        return 40_000 if country == "DE" and 1800 <= at < 40_000 else at

    def taken(*waves: Wave) -> int:
        return ends_at(waves, rate=20, begins_at=0, waking=waking)

    germans, others = Wave(0, 40_000, "DE"), Wave(0, 40_000, "CO")
    mixed = [Wave(0, 500, country) for _ in range(80) for country in ("DE", "CO")]

    # 1,799 s before the night, for 35,980 people: as many of them are Germans as come first.
    assert taken(germans) == taken(germans, others) == 40_001 + (40_000 - 35_980) // 20
    assert taken(others, germans) == 40_001 + 40_000 // 20
    assert taken(*mixed) == 40_001 + (40_000 - 18_000) // 20
    assert taken(others) == 2001


def test_nobody_takes_no_time() -> None:
    assert ends_at([Wave(500, 0)], rate=20, begins_at=100) == 100


@given(
    waves=st.lists(st.builds(Wave, st.integers(0, 10_000), st.integers(0, 5000)), max_size=8),
    rate=st.sampled_from([20.0, 80.0, 1000.0]),
)
def test_where_nobody_sleeps_order_does_not_matter_and_nothing_is_faster_than_the_rate(
    waves: list[Wave], rate: float
) -> None:
    end = ends_at(waves, rate=rate, begins_at=0)

    assert end == ends_at(
        sorted(waves, key=lambda w: w.people, reverse=True), rate=rate, begins_at=0
    )
    assert end >= int(sum(wave.people for wave in waves) / rate)
    assert end >= max((wave.due_at for wave in waves if wave.people), default=0)
