"""Making a plan: part by part, as far as there is time, until the whole list is frozen.

Each part is gathered, judged and written down; then the plan moves on to the next. Dying anywhere
repeats a part: its people are those that were gathered first, and whoever has a row keeps it. Never
more than a part is held in memory, and eight bytes for each name of everybody before it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any, Protocol

from tandem.broadcasts.audience.fingerprints import fingerprint, packed, unpacked
from tandem.broadcasts.audience.sources import PART_SIZE, Sources, gather, is_whole
from tandem.broadcasts.plans.judging import Judge, Judged, Windows
from tandem.broadcasts.plans.timing import waking_at
from tandem.insights.forecast import Bill
from tandem.insights.prices import PriceList
from tandem.model.broadcast import PLAN_LIMIT, Addressee, Broadcast, Plan
from tandem.model.contact import Contact
from tandem.model.errors import Conflict
from tandem.model.forecast import Headroom, Wave
from tandem.model.identity import Person
from tandem.model.line import Line
from tandem.model.rates import Price
from tandem.model.recipient import Recipient
from tandem.store.pace import HEADROOM
from tandem.store.people import People
from tandem.store.plans import Making, Part, Place, PlanParts, PlanRows
from tandem.store.recipients import RecipientRows

RESERVE_SECONDS = 30.0
"""No part is begun with less time left."""

STRETCH = 500
"""So many people of a list in a row are forecast as if sorted by when they may be sent to."""


class Facts(Protocol):
    """What a plan asks about the world beside its people."""

    def prices(self, line: Line) -> PriceList: ...
    def headroom(self, broadcast: Broadcast, line: Line) -> Headroom: ...
    def live_rate(self, line: Line) -> float: ...
    def left_out(self, broadcast: Broadcast) -> frozenset[int]: ...
    def windows(
        self, broadcast: Broadcast, line: Line, contacts: Sequence[Contact]
    ) -> Mapping[str, Windows]: ...


class PlanMaking:
    """The verb that makes a plan. It may die anywhere and be repeated by anybody."""

    def __init__(
        self,
        *,
        rows: PlanRows,
        parts: PlanParts,
        recipients: RecipientRows,
        people: People,
        sources: Sources,
        facts: Facts,
        clock: Callable[[], float],
    ) -> None:
        self._rows = rows
        self._parts = parts
        self._recipients = recipients
        self._people = people
        self._sources = sources
        self._facts = facts
        self._clock = clock

    def advance(
        self, broadcast: Broadcast, line: Line, time_left: Callable[[], float]
    ) -> Plan | None:
        """Make the plan as far as there is time; the plan when it is whole.

        Raises Conflict for an audience of which no plan can be made.
        """
        tenant, edition = broadcast.tenant, broadcast.edition
        making = self._rows.making(tenant, edition)
        if making.place is not None:
            seen = unpacked(self._parts.seen(tenant, edition, range(making.part)))
            judge = self._judge(broadcast, line, seen, making)
            while making.place is not None:
                part = self._gathered(broadcast, line, making, making.place, time_left)
                if part is None:
                    return None
                making = self._make_part(broadcast, line, judge, making, part)
        return self._whole(broadcast, line)

    def _judge(self, broadcast: Broadcast, line: Line, seen: set[int], making: Making) -> Judge:
        headroom = self._facts.headroom(broadcast, line)
        return Judge(
            broadcast,
            line,
            self._facts.prices(line),
            seen,
            left_out=self._facts.left_out(broadcast),
            limit=headroom.limit,
            room=headroom.room,
            outside=making.outside,
        )

    # ---- one part

    def _gathered(
        self,
        broadcast: Broadcast,
        line: Line,
        making: Making,
        place: Place,
        time_left: Callable[[], float],
    ) -> Part | None:
        """The people of the next part; None when there is no time for them. A segment of few among
        a million is looked for over several turns.
        """
        if time_left() < RESERVE_SECONDS:
            return None
        at = (broadcast.tenant, broadcast.edition, making.part)
        if (part := self._parts.get(*at)) is not None:
            return part
        begun = self._parts.begun(*at) or Part((), place)
        gathered = gather(
            self._sources.of(broadcast, line),
            begun.following or place,
            begun.people,
            out_of_time=lambda: time_left() < RESERVE_SECONDS,
        )
        if is_whole(gathered):
            return self._parts.keep(*at, gathered)
        self._parts.keep_begun(*at, gathered)
        return None

    def _make_part(
        self, broadcast: Broadcast, line: Line, judge: Judge, making: Making, part: Part
    ) -> Making:
        tenant, edition = broadcast.tenant, broadcast.edition
        first = making.part * PART_SIZE
        if first + len(part.people) > PLAN_LIMIT:
            raise Conflict(f"this audience has more than {PLAN_LIMIT:,} people: narrow it")
        before = set(judge.seen)
        judged = self._judged(broadcast, line, judge, part, first)
        stored = self._written(tenant, edition, judged)
        self._parts.keep_seen(tenant, edition, making.part, packed(judge.seen - before))
        to = Making(making.part + 1, part.following, judge.outside)
        summary = _summary(broadcast, stored)
        if self._rows.move_on(tenant, edition, since=making, to=to, summary=summary):
            return to
        return self._rows.making(tenant, edition)

    def _judged(
        self, broadcast: Broadcast, line: Line, judge: Judge, part: Part, first: int
    ) -> list[Judged]:
        contacts = self._contacts(broadcast.tenant, part.people)
        windows = self._facts.windows(broadcast, line, [c for c in contacts if c is not None])
        return [
            judge.judge(first + place, entry, known, windows.get(known.id, Windows()))
            for place, (entry, contact) in enumerate(zip(part.people, contacts, strict=True))
            for known in (contact or _stranger(entry),)
        ]

    def _contacts(self, tenant: str, people: Sequence[Addressee]) -> list[Contact | None]:
        """The contact of each entry; None for one that names nobody."""
        persons = [Person.of(entry.phone, bsuid=entry.bsuid) for entry in people]
        wanted = [alias for person in persons if (alias := person.alias)]
        known = self._people.contacts(tenant, wanted)
        return [known[person.alias] if person.alias else None for person in persons]

    def _written(self, tenant: str, edition: str, judged: list[Judged]) -> list[Judged]:
        """Write the rows; where there was one, what it says counts, and not what was judged now."""
        inserted = self._recipients.insert_absent(
            tenant, edition, [each.recipient for each in judged]
        )
        if all(inserted):
            return judged
        first = judged[0].recipient.number
        there = self._recipients.between(tenant, edition, first, first + len(judged) - 1)
        return [replace(each, recipient=row) for each, row in zip(judged, there, strict=True)]

    # ---- the whole

    def _whole(self, broadcast: Broadcast, line: Line) -> Plan:
        parts = self._rows.parts(broadcast.tenant, broadcast.edition)
        summaries = [part.summary for part in parts]
        excluded: Counter[str] = Counter()
        waves: list[Wave] = []
        bill = Bill()
        for summary in summaries:
            excluded.update(summary["excluded"])
            waves += (Wave(due, people, home or None) for due, home, people in summary["waves"])
            for market, category, each, currency, card, people in summary["costs"]:
                bill.charge(Price(Decimal(each), currency, market, card), category, people=people)
            for why, people in summary["free"].items():
                bill.spare(why, people=people)
            for country, people in summary["unpriced"].items():
                bill.wonder(country, people=people)
        rate = line.rate * HEADROOM - self._facts.live_rate(line)
        return Plan(
            hash=_hash(broadcast, [summary["hash"] for summary in summaries]),
            size=sum(summary["size"] for summary in summaries),
            excluded=dict(excluded.most_common()),
            planned_at=int(self._clock()),
            forecast=bill.forecast(
                waves,
                rate=rate,
                begins_at=broadcast.start_at,
                outside=self._rows.making(broadcast.tenant, broadcast.edition).outside,
                headroom=self._facts.headroom(broadcast, line),
                waking=partial(waking_at, broadcast.timing),
            ),
        )


def _stranger(entry: Addressee) -> Contact:
    person = Person.of(entry.phone, bsuid=entry.bsuid)
    return Contact(frozenset(person.aliases or (f"nobody:{fingerprint(repr(entry))}",)))


def _summary(broadcast: Broadcast, judged: Sequence[Judged]) -> dict[str, Any]:
    """What a part comes to, small enough for a row however many are in it."""
    excluded: Counter[str] = Counter()
    waves: Counter[tuple[int, int, str]] = Counter()
    free: Counter[str] = Counter()
    unpriced: Counter[str] = Counter()
    costs: Counter[tuple[str, ...]] = Counter()
    for each in judged:
        recipient = each.recipient
        if recipient.excluded is not None:
            excluded[recipient.excluded] += 1
            continue
        due = recipient.due_at or broadcast.start_at
        waves[recipient.number // STRETCH, due, each.country or ""] += 1
        if each.free:
            free[each.free] += 1
        elif each.price:
            price = each.price
            category = broadcast.category.value
            costs[price.market, category, str(price.amount), price.currency, price.card] += 1
        else:
            unpriced[each.country or ""] += 1
    return {
        "size": len(judged),
        "hash": hash_of(each.recipient for each in judged),
        "excluded": excluded,
        "waves": [[due, home, people] for (_, due, home), people in sorted(waves.items())],
        "free": free,
        "unpriced": unpriced,
        "costs": [[*named, people] for named, people in sorted(costs.items())],
    }


def hash_of(recipients: Iterable[Recipient]) -> str:
    """The sha256 of what a plan says of some people, whatever became of them since."""
    canonical = hashlib.sha256()
    for recipient in recipients:
        person = recipient.person
        said = [person.phone, person.bsuid, recipient.values, recipient.due_at, recipient.excluded]
        canonical.update(json.dumps(said, sort_keys=True, separators=(",", ":")).encode() + b"\n")
    return canonical.hexdigest()


def _hash(broadcast: Broadcast, parts: Sequence[str]) -> str:
    """The sha256 of the whole: the template, what begins when, and every part in order."""
    fixed = [broadcast.template.fingerprint, broadcast.line, broadcast.start_at, list(parts)]
    return hashlib.sha256(json.dumps(fixed, separators=(",", ":")).encode()).hexdigest()
