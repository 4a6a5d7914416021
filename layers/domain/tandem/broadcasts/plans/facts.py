"""What a plan asks about the world beside its people: prices, limits, windows, live traffic."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tandem.broadcasts.audience.fingerprints import unpacked
from tandem.broadcasts.audience.spoken import spoken
from tandem.broadcasts.plans.judging import Windows
from tandem.broadcasts.plans.traffic import live_rate
from tandem.conversations.wholes import put_together
from tandem.insights.choosing import prices_of
from tandem.insights.prices import PriceList
from tandem.model.broadcast import Broadcast
from tandem.model.contact import Contact
from tandem.model.forecast import Headroom
from tandem.model.line import Line
from tandem.model.notice import UNLIMITED
from tandem.store.broadcasts import BroadcastRows
from tandem.store.messages import Messages
from tandem.store.rates import RateCards
from tandem.store.talks import Talks

DAY = 86_400

BUSIEST = 0.5
"""At most this share of a line's rate is thought to be taken by live traffic."""


class Names(Protocol):
    """Who is on uploaded lists."""

    def names(self, tenant: str, names: Sequence[str]) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """The facts as the table has them. What is an estimate says so."""

    cards: RateCards
    talks: Talks
    messages: Messages
    rows: BroadcastRows
    lists: Names
    clock: Callable[[], float]

    def prices(self, line: Line) -> PriceList:
        """The prices in the currency of the line's account, by its clock."""
        return prices_of(self.cards.all(line.tenant), line.account)

    def headroom(self, broadcast: Broadcast, line: Line) -> Headroom:
        """How many the account may still write to. What is taken already is an estimate: everybody
        in plans that began within a day.
        """
        limit = line.standing.messaging_limit
        if limit is None or limit == UNLIMITED:
            return Headroom()
        now = int(self.clock())
        page, _ = self.rows.page(line.tenant, limit=100)
        taken = sum(
            other.plan.included
            for other in page
            if other.plan and other.begun_at and other.begun_at > now - DAY
            if other.id != broadcast.id
        )
        return Headroom(limit, max(limit - taken, 0))

    def live_rate(self, line: Line) -> float:
        """The messages a second of the line's rate that live traffic takes: an estimate, that it
        goes on as it was just now.
        """
        lately = live_rate(self.talks, self.messages, line, now=int(self.clock()))
        return min(lately, BUSIEST * line.rate)

    def left_out(self, broadcast: Broadcast) -> frozenset[int]:
        """The fingerprints of everybody on the lists that are left out."""
        names = self.lists.names(broadcast.tenant, broadcast.audience.leave_out)
        return frozenset[int]().union(*(unpacked(each) for each in names))

    def windows(
        self, broadcast: Broadcast, line: Line, contacts: Sequence[Contact]
    ) -> Mapping[str, Windows]:
        """Until when each contact has a window that is open as the broadcast begins."""
        found: dict[str, Windows] = {}
        conversations = spoken(self.talks, line.tenant, line.line, contacts)
        for contact in contacts:
            if talks := conversations[contact.id]:
                whole = put_together(line, contact, talks, now=broadcast.start_at)
                window, entry = whole.window, whole.entry_point
                found[contact.id] = Windows(
                    service=window.closes_at if window else 0,
                    entry_point=entry.closes_at or 0 if entry else 0,
                )
        return found
