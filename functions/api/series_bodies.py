"""The bodies that the API takes for series."""

import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from functions.api.bodies import Body
from functions.api.broadcast_bodies import QuietBody, SentBody
from tandem.broadcasts.series.occurrences import WEEKDAYS
from tandem.model.broadcast import Bounds, Timing
from tandem.model.errors import Invalid
from tandem.model.series import LAST_DAY, Every, Rule, SeriesRequest

On = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "last"]
DayOfMonth = Annotated[int, Field(strict=True, ge=1, le=31)]


class RuleBody(Body):
    """When: every `day`, `week` or `month`, `on` its days, `at` a time of the clocks of `zone` (of
    the line's without one), or of each person's own.
    """

    every: Every
    on: list[DayOfMonth | On] = Field(default_factory=list, max_length=7)
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    zone: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    by_their_clock: bool = False
    since: datetime.date
    until: datetime.date | None = None
    count: Annotated[int, Field(strict=True, ge=1, le=10_000)] | None = None

    def rule(self, line_zone: str) -> Rule:
        return Rule(
            every=self.every,
            at=datetime.time.fromisoformat(self.at),
            zone=self.zone or line_zone,
            by_their_clock=self.by_their_clock,
            since=self.since,
            days=tuple(sorted({self._day(day) for day in self.on})),
            until=self.until,
            count=self.count,
        )

    def _day(self, day: int | str) -> int:
        of_a_month = isinstance(day, int) or day == "last"
        if self.every is not Every.DAY and of_a_month != (self.every is Every.MONTH):
            raise Invalid(f"{day!r} is no day of a {self.every}: look at `on` in docs/api.md")
        if isinstance(day, int):
            return day
        return LAST_DAY if day == "last" else WEEKDAYS.index(day) + 1


class BoundsBody(Body):
    """Within these an occurrence approves itself."""

    at_most_people: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
    at_most_cost: Annotated[Decimal, Field(ge=0, max_digits=20, decimal_places=6)] | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None

    def bounds(self) -> Bounds:
        return Bounds(self.at_most_people, self.at_most_cost, self.currency)


class SeriesBody(SentBody):
    """POST and PATCH /v1/series. Without `approve_within` each occurrence waits for somebody."""

    rule: RuleBody
    quiet: QuietBody | None = None
    approve_within: BoundsBody | None = None

    def request(self, *, by: str, line_zone: str, key: str | None = None) -> SeriesRequest:
        rule, quiet = self.rule.rule(line_zone), self.quiet.quiet() if self.quiet else None
        broadcast = self.asked(Timing(zone=rule.zone, quiet=quiet), by=by, key=key)
        bounds = self.approve_within.bounds() if self.approve_within else None
        return SeriesRequest(broadcast, rule, bounds)
