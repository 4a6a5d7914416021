"""The cost that a plan forecasts is what Meta bills in the end, to the last digit.

Meta is the simulator: it knows by itself what is free, and by other words for markets.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator import report
from simulator.envelope import envelope
from simulator.graph.call import Call
from simulator.graph.messages import send
from simulator.payloads import AD
from simulator.platform import Platform
from simulator.scenarios import Number
from simulator.scenarios.rehearsal import connected
from simulator.signing import encode
from simulator.traffic import Outgoing, Written
from tandem.meta.graph import Accepted
from tandem.meta.outgoing import SendBody
from tandem.model.broadcast import Addressee, Audience, Broadcast, Category, Quiet, Timing
from tandem.model.forecast import Forecast, Headroom
from tandem.model.line import Account
from tandem.model.rates import Charged, RateCard
from tandem.store.lines import Reading
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, TENANT, WABA
from tests.fakes.workbench import NUMBER, Workbench

HOUR = 3600
OCTOBER = int(datetime(2026, 10, 1, 7, tzinfo=UTC).timestamp())
"""When 1 October begins at the account, in Los Angeles."""

RATES: dict[str, dict[str, str | float]] = {
    "57": {"marketing": "0.0125", "utility": "0.0008"},
    "52": {"marketing": "0.0397", "utility": "0.0085"},
    "55": {"marketing": "0.0625", "utility": "0.0068"},
}
MARKETS = {"57": "Colombia", "52": "Mexico", "55": "Brazil"}
NATIONAL = {"57": "300555{:04d}", "52": "55555{:05d}", "55": "219955{:05d}", "49": "151555{:05d}"}
"""How numbers go on behind the code of a country; no card has a price for the last."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody of an audience, and what they did so many hours before the broadcast begins."""

    country: str
    wrote: int | None = None
    came: int | None = None
    """From an ad, and was answered an hour later."""


class Billed:
    """A stage whose Meta is the simulator, which is heard by all workers, and bills."""

    def __init__(self, category: Category, *, at: int) -> None:
        self.stage = Stage(category=category)
        self.stage.time.now = at
        clock = self.stage.time.clock
        self.bench = Workbench(self.stage.table, clock=clock)
        line = self.stage.lines.get(TENANT, LINE)
        assert line is not None
        self.stage.lines.note_account(line, Account("USD", "1"), at=at)
        self.stage.meta = self  # type: ignore[assignment]
        self.stage.revive()
        card = {
            MARKETS[code]: {Charged(name): Decimal(str(each)) for name, each in prices.items()}
            for code, prices in RATES.items()
        }
        self.stage.cards.keep(TENANT, RateCard("card", "USD", date(2026, 7, 1), "", card), at=at)
        self.platform = Platform(
            seed=1, clock=clock, senders=0, time_scale=0, receiver_timeout_s=0.0
        )
        number = Number(WABA, LINE, NUMBER)
        self.line = connected(self.platform, number, at=at)
        (offer,) = (
            each
            for each in self.platform.world.account_of(self.line).templates
            if each.name == "spring_offer"
        )
        offer.category = category.value.upper()

    def hears(self, happens: Any) -> Any:
        """Let something happen at Meta, and Tandem be told of it."""
        with self.platform.outbox.holding() as planned:
            result = happens()
        self.bench.deliver(*(encode(envelope([each.update])) for each in planned))
        return result

    def send(self, _line: str, body: SendBody) -> Accepted:
        """What the sender calls."""
        answer = self.hears(lambda: send(self.platform, self.line, Call("POST", body.as_json())))
        contact = answer["contacts"][0]
        return Accepted(
            answer["messages"][0]["id"],
            input=contact["input"],
            wa_id=contact.get("wa_id"),
            user_id=contact.get("user_id"),
        )

    def writes(self, phone: str, **beside: Any) -> None:
        said = Written(person=phone, type="text", body={"body": "Hello"}, beside=beside)
        self.hears(lambda: self.platform.traffic.customer_writes(self.line, said))

    def answers(self, phone: str) -> None:
        said = Outgoing(person=phone, type="text", body={"body": "Hello"})
        self.hears(lambda: self.platform.traffic.api_sends(self.line, said))

    def bill(self) -> Any:
        return report.bill(self.line, RATES)

    def broadcasts(self, people: list[str], timing: Timing) -> Forecast:
        """A broadcast, from its plan to its end; what was forecast of it."""
        audience = Audience(tuple(Addressee(f"+{phone}") for phone in people))
        broadcast = self.stage.create(audience=audience, timing=timing)
        self.stage.plan()
        late = self.stage.time.now + 7 * 24 * HOUR
        while not self._get(broadcast).over:
            assert self.stage.time.now < late, self._get(broadcast).pause
            self.stage.work()
            self.stage.time.now += 600
            self.stage.keep_watch()
        plan = self._get(broadcast).plan
        assert plan is not None
        return plan.forecast

    def _get(self, broadcast: Broadcast) -> Broadcast:
        return self.stage.broadcasts.get(TENANT, broadcast.id)


def customers() -> st.SearchStrategy[list[Customer]]:
    return st.lists(
        st.builds(
            Customer,
            st.sampled_from(sorted(NATIONAL)),
            wrote=st.none() | st.integers(1, 30),
            came=st.none() | st.integers(2, 80),
        ),
        min_size=1,
        max_size=12,
    )


@given(
    people=customers(),
    category=st.sampled_from([Category.MARKETING, Category.UTILITY]),
    begins=st.integers(-30, 6),
    quiet=st.booleans(),
)
def test_the_cost_of_a_plan_is_what_meta_bills_for_it(
    people: list[Customer], category: Category, begins: int, *, quiet: bool
) -> None:
    at = OCTOBER + begins * HOUR
    meta = Billed(category, at=at - 100 * HOUR)
    phones = [
        f"{one.country}{NATIONAL[one.country].format(number)}" for number, one in enumerate(people)
    ]
    past = [(one.wrote, "wrote", p) for one, p in zip(people, phones, strict=True) if one.wrote]
    past += [(one.came, "came", p) for one, p in zip(people, phones, strict=True) if one.came]
    past += [(one.came - 1, "was", p) for one, p in zip(people, phones, strict=True) if one.came]
    for hours, what, phone in sorted(past, reverse=True):
        meta.stage.time.now = at - hours * HOUR
        if what == "was":
            meta.answers(phone)
        else:
            meta.writes(phone, **({"referral": AD} if what == "came" else {}))
    before = meta.bill()
    meta.stage.time.now = at

    forecast = meta.broadcasts(phones, Timing(quiet=Quiet(time(22), time(8)) if quiet else None))

    bill = meta.bill()
    assert forecast.total == Decimal(bill["total"]) - Decimal(before["total"])
    assert sum(forecast.unpriced.values()) == bill["unpriced"] - before["unpriced"]
    free = Counter(bill["free"]) - Counter(before["free"])
    assert Counter(forecast.free) == Counter(
        {{"free_entry_point": "entry_point"}.get(why, "window"): n for why, n in free.items()}
    )


def test_an_account_near_its_limit_writes_to_everybody_in_the_days_that_were_forecast() -> None:
    at = OCTOBER
    meta = Billed(Category.UTILITY, at=at - 100 * HOUR)
    limit = Reading(messaging_limit=3, name_status="APPROVED", quality="GREEN")
    meta.stage.lines.note_reading(TENANT, LINE, limit, at=at)
    meta.platform.world.account_of(meta.line).marketing.limit = 3
    phones = [f"57300555{number:04d}" for number in range(9)]
    meta.stage.time.now = at - 30 * HOUR
    meta.writes(phones[0], referral=AD)
    meta.answers(phones[0])
    meta.stage.time.now = at - HOUR
    meta.writes(phones[1])
    meta.stage.time.now = at

    forecast = meta.broadcasts(phones, Timing())

    sent = [m.at for m in meta.line.messages.values() if m.type == "template"]
    assert Counter((moment - at) // (24 * HOUR) for moment in sent) == {0: 4, 1: 3, 2: 2}
    assert abs(forecast.ends_at - max(sent)) <= 1
    assert (forecast.outside, forecast.headroom) == (8, Headroom(limit=3, room=3))


def test_an_ad_that_nobody_has_answered_yet_is_forecast_as_charged_and_costs_no_more() -> None:
    at = OCTOBER
    meta = Billed(Category.MARKETING, at=at - 100 * HOUR)
    phone = "573005550001"
    meta.stage.time.now = at - HOUR
    meta.writes(phone, referral=AD)
    meta.stage.time.now = at

    forecast = meta.broadcasts([phone], Timing())

    bill = meta.bill()
    assert (forecast.total, forecast.free) == (Decimal("0.0125"), {})
    assert (bill["total"], bill["free"]) == ("0", {"free_entry_point": 1})
