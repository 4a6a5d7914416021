"""Judging: who of an audience is sent to, with which words, from when on, and what it costs.

Pure: the same facts give the same judgement. The plan judges everybody; a sender asks again for
what can have changed since (`still_wanted`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tandem.broadcasts.audience.fingerprints import fingerprint
from tandem.broadcasts.audience.known import known_of
from tandem.broadcasts.plans.timing import DAY, Calendar
from tandem.broadcasts.templates.filling import Missing, fill
from tandem.insights.countries import (
    home_of,
    is_of_the_united_states,
    is_possible,
)
from tandem.insights.prices import Free, PriceList
from tandem.model.broadcast import Addressee, Broadcast, Category
from tandem.model.contact import Consent, Contact
from tandem.model.identity import Person, why_unreachable
from tandem.model.line import Line
from tandem.model.rates import Charged, Price
from tandem.model.recipient import Excluded, Outcome, Recipient
from tandem.store import keys

UNDELIVERED_SECONDS = 90 * DAY
"""For so long a number is spared after Meta said that nobody can be reached there."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Until when (unix seconds) a person's windows are open; 0 for one that is not, or that nothing
    has proved.
    """

    service: int = 0
    entry_point: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """A recipient as the plan writes them; of one who is included also the cost."""

    recipient: Recipient
    country: str | None = None
    price: Price | None = None
    free: Free | None = None
    outside: bool = False
    """Whether they count against the account's messaging limit."""


@dataclass(slots=True)
class Judge:
    """Judges the people of one broadcast in the order of its audience.

    `seen` are fingerprints of everybody included so far, `left_out` of those on lists to leave out.
    `limit` people may be written to outside a window in 24 hours, `room` of them on the first day.
    """

    broadcast: Broadcast
    line: Line
    prices: PriceList
    seen: set[int]
    left_out: frozenset[int] = frozenset()
    limit: int | None = None
    room: int | None = None
    outside: int = 0
    _calendar: Calendar = field(init=False)

    def __post_init__(self) -> None:
        self._calendar = Calendar(self.broadcast.timing, self.broadcast.start_at)

    def judge(self, number: int, entry: Addressee, contact: Contact, windows: Windows) -> Judged:
        """One entry of the audience, whose person is `contact`."""
        person = Person.of(entry.phone, bsuid=entry.bsuid)
        if why := self._excluded(entry, person, contact):
            return _left_out(number, person, why)
        values = self._values(entry, person, contact)
        if isinstance(values, Missing):
            return _left_out(number, person, Excluded.MISSING_VALUE)
        self.seen |= {fingerprint(alias) for alias in (*contact.aliases, *person.aliases)}
        due = self._calendar.due_at(person)
        # Whom an entry point makes free counts within the limit: only a service window spares it.
        outside = due >= windows.service
        due += self._days_later(outside=outside) * DAY
        country = home_of(person)
        charged = Charged(self.broadcast.category.value)
        free = self.prices.free(
            charged, due, window=due < windows.service, entry_point=due < windows.entry_point
        )
        return Judged(
            Recipient(
                number,
                person,
                values,
                due_at=due if due > self.broadcast.start_at else None,
            ),
            country,
            None if free else self.prices.price(country, charged, due),
            free,
            outside,
        )

    def _excluded(self, entry: Addressee, person: Person, contact: Contact) -> Excluded | None:
        if entry.phone and not is_possible(person.phone or ""):
            return Excluded.INVALID_NUMBER
        if why_unreachable(entry.phone, entry.bsuid):
            return Excluded.INVALID_USER_ID if entry.bsuid else Excluded.UNREACHABLE
        known = {fingerprint(alias) for alias in (*contact.aliases, *person.aliases)}
        if known & self.seen:
            return Excluded.DUPLICATE
        if known & self.left_out:
            return Excluded.ON_A_LIST
        return why_not_now(self.broadcast, person, contact, now=self.broadcast.start_at)

    def _values(
        self, entry: Addressee, person: Person, contact: Contact
    ) -> Mapping[str, str] | Missing:
        known = known_of(contact, person, attributes=entry.attributes)
        return fill(self.broadcast.template, self.broadcast.filling, known, given=entry.values)

    def _days_later(self, *, outside: bool) -> int:
        """How many days after its first the account's messaging limit has room for one more."""
        if not outside:
            return 0
        self.outside += 1
        if self.limit is None:
            return 0
        first_day = self.limit if self.room is None else self.room
        beyond = self.outside - first_day
        return 0 if beyond <= 0 else 1 + (beyond - 1) // self.limit


def why_not_now(
    broadcast: Broadcast, person: Person, contact: Contact, *, now: int
) -> Excluded | None:
    """Why a person is spared marketing at a moment; None when nothing speaks against it.

    Nothing but marketing is ever kept from anybody: who ordered something wants to hear of it.
    """
    dealings = contact.dealings
    if (dealings.undelivered_at or 0) > now - UNDELIVERED_SECONDS:
        return Excluded.NOT_ON_WHATSAPP
    if broadcast.category is not Category.MARKETING:
        return None
    if not contact.may_market:
        return Excluded.OPTED_OUT
    rules = broadcast.rules
    withdrawn = dealings.consent is Consent.WITHDRAWN
    if withdrawn or (rules.require_consent and dealings.consent is not Consent.GRANTED):
        return Excluded.NO_CONSENT
    if person.phone and is_of_the_united_states(person.phone):
        return Excluded.US_MARKETING
    # A broadcast that goes on does not stand in its own way.
    sent = [
        keys.moment_at(stamp) for stamp in dealings.marketed if stamp != marketing_stamp(broadcast)
    ]
    if rules.spare_hours is not None and any(at > now - rules.spare_hours * 3600 for at in sent):
        return Excluded.SENT_RECENTLY
    if rules.at_most is not None:
        count, days = rules.at_most
        if sum(at > now - days * DAY for at in sent) >= count:
            return Excluded.OFTEN_ENOUGH
    return None


def marketing_stamp(broadcast: Broadcast) -> str:
    """How a contact remembers that this broadcast was sent to them; once, whoever writes it."""
    return keys.moment(broadcast.start_at, broadcast.id)


def _left_out(number: int, person: Person, why: Excluded) -> Judged:
    skipped = Recipient(number, person, excluded=why, outcome=Outcome.SKIPPED, reason=why.value)
    return Judged(skipped)
