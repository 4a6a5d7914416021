"""What happens in a scenario: one line, its people, and what they do. Nothing is sent by it.

It is Meta's own doing, with the same verbs and shapes as everywhere else in the simulator.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from simulator.envelope import Update
from simulator.ids import chance
from simulator.outbox import Planned
from simulator.past.history import Recipe, invent
from simulator.past.people import AREA_CODES, GIVEN, LINES_PER_AREA, fictional_phone
from simulator.payloads import Shapes, value_for
from simulator.platform import Platform
from simulator.traffic import Written
from simulator.world import Card, Line, Message, Past, StatusPlan

type Json = dict[str, Any]


class Told(NamedTuple):
    """Something that happened, and the updates that tell of it in Meta's order."""

    message: Message
    updates: list[Update]

    @property
    def wamid(self) -> str:
        return self.message.wamid


@dataclass(slots=True, kw_only=True)
class Happenings:
    platform: Platform
    line: Line
    name: str
    seed: int
    moment: float  # when the next thing happens
    take: int  # the how-manyth scenario of this simulator: each has people of its own
    before: frozenset[str] = frozenset()  # wamids that are no matter of this scenario
    other_names: dict[str, list[str]] = field(default_factory=dict)  # person → older BSUIDs
    _met: int = 0

    @property
    def rng(self) -> random.Random:
        """The same dice for the same seed, each time it is asked for."""
        return random.Random(f"{self.seed} {self.name}")

    # Who is there

    def somebody(
        self, name: str | None = None, *, username: str | None = None, hides: bool = False
    ) -> str:
        """The number of somebody new, who `hides` it behind a username."""
        available = len(AREA_CODES) * LINES_PER_AREA
        start = int(chance(self.seed, self.name, self.take) * available)
        phone = fictional_phone((start + self._met * 7_919) % available)
        self._met += 1
        with self.platform.world.lock:
            person = self.platform.world.person(phone, name or GIVEN[self._met % len(GIVEN)])
            person.username = username or (f"{person.name.lower()}.{phone[-3:]}" if hides else None)
            person.hides_phone = hides
            self.line.status_plans[phone] = StatusPlan(order=[])  # told by the script
        return phone

    def user_id(self, phone: str) -> str:
        return self.platform.world.bsuid(self.line, phone)

    # What happens

    def passes(self, seconds: float) -> None:
        self.moment += seconds

    def customer(self, phone: str, text: str = "", **more: Any) -> Told:
        """A customer writes: a text, or `type` and `body`; `reply_to`, `beside`, `ghost_first`."""
        ghost_first = more.pop("ghost_first", False)
        written = said(phone, text, **more)
        return self.happens(
            lambda: self.platform.traffic.customer_writes(
                self.line, written, ghost_first=ghost_first
            )
        )

    def owner(self, phone: str, text: str = "", **more: Any) -> Told:
        """The owner types on the phone."""
        written = said(phone, text, **more)
        return self.happens(lambda: self.platform.traffic.owner_writes(self.line, written))

    def renews(self, phone: str, *, name_previous: bool = True) -> Told:
        """Somebody gets another BSUID."""
        self.other_names.setdefault(phone, []).append(self.user_id(phone))
        return self.act("renew_user_id", phone, name_previous=name_previous)

    def announced(self, kind: str) -> Update:
        """A notice of some kind about the line or its account."""
        return self.meta_says(lambda: self.platform.announcements.notice(self.line, kind))

    def wishes(self, phone: str, value: str) -> Update:
        """Somebody stops marketing, or lets it come again."""
        return self.meta_says(lambda: self.platform.announcements.wish(self.line, phone, value))

    def meta_says(self, doing: Callable[[], object]) -> Update:
        """The one update that tells of something, a second after the last thing."""
        self.passes(1)
        _, (update,) = self.held(doing)
        return update

    def act(self, verb: str, *arguments: Any, **named: Any) -> Told:
        """An act by its name: edit, revoke, react, change_number, renew_user_id."""
        verb_of_meta = getattr(self.platform.acts, verb)
        return self.happens(lambda: verb_of_meta(self.line, *arguments, **named))

    def happens(self, doing: Callable[[], Message]) -> Told:
        """Let it happen a second later than the last thing; nothing is sent."""
        self.passes(1)
        message, updates = self.held(doing)
        return Told(message, updates)

    def held[T](self, doing: Callable[[], T]) -> tuple[T, list[Update]]:
        """What came of it, and what would have been told, by the time it would have left."""
        world = self.platform.world
        with self.platform.outbox.holding() as planned, world.clock.pinned(self.moment):
            result = doing()
            return result, in_order(planned)

    def statuses(self, message: Message, *order: str, code: int | None = None) -> list[Update]:
        """The statuses of a sent message in the order in which they will arrive."""
        self.moment = max(self.moment, message.at)
        plan = StatusPlan(list(order), first_after_s=1, step_s=1)
        chosen = ["failed"] if code is not None else list(order)
        _, updates = self.held(
            lambda: self.platform.traffic.tell_statuses(self.line, message, chosen, plan, code=code)
        )
        return updates

    def arrived(self, message: Message) -> list[Update]:
        """The statuses of a message that was sent, delivered and read."""
        return self.statuses(message, "sent", "delivered", "read")

    def card(self, phone: str, full_name: str, action: str = "add") -> Update:
        """The owner adds, edits or removes a contact."""
        if self.line.onboarding is not None:
            self.line.onboarding.requests.setdefault("smb_app_state_sync", "asked")
        card = Card(phone, full_name, full_name.split()[0], int(self.moment) + 1)
        return self.meta_says(lambda: self.platform.syncs.change_contact(self.line, card, action))

    def past(
        self, *, messages: int, threads: int, chunk_messages: int, media_share: float = 0.0
    ) -> list[Update]:
        """Invent a past and hand it over: the chunks in order, the media behind them."""
        self.line.past = Past(chunk_messages)
        recipe = Recipe(
            messages=messages, threads=threads, seed=self._past_seed, media_share=media_share
        )
        with self.platform.world.lock, self.platform.world.clock.pinned(self.moment):
            invent(self.platform.world, self.line, recipe)
        return self.handed_over()

    @property
    def _past_seed(self) -> int:
        return int(chance("past", self.seed, self.name, self.take) * 2**31)

    def handed_over(self) -> list[Update]:
        """What the phone has to tell of the past of this scenario."""
        _, updates = self.held(self._hand_over)
        return updates

    def _hand_over(self) -> None:
        line, everything = self.line, self.line.messages
        line.messages = {w: m for w, m in everything.items() if w not in self.before}
        try:
            self.platform.outbox.publish(*self.platform.syncs.history(line))
        finally:
            line.messages = everything

    def update(self, field_name: str, **parts: Any) -> Update:
        """A change about this line, of any field and shape."""
        value = value_for(self.line, **parts)
        return self.platform.outbox.line_update(self.line, field_name, value)

    def chunk(self, order: int, progress: int, thread: Json, *, phase: int = 1) -> Update:
        """A chunk of history with one thread, of one's own making."""
        place = {"phase": phase, "chunk_order": order, "progress": progress}
        return self.update("history", history=[{"metadata": place, "threads": [thread]}])

    def row(self, message: Message) -> Json:
        """A message as it stands in a thread of the history."""
        message.history = True
        shapes = Shapes(self.platform.world)
        row: Json = shapes.thread(self.line, message.person, [message])["messages"][0]
        return row


def said(phone: str, text: str, **more: Any) -> Written:
    kind, body = more.get("type", "text"), more.get("body", {})
    if kind == "text":
        body = {"body": text}
    context = {"id": more["reply_to"]} if "reply_to" in more else more.get("context")
    return Written(
        person=phone, type=kind, body=body, context=context, beside=more.get("beside", {})
    )


def in_order(planned: Iterable[Planned]) -> list[Update]:
    return [plan.update for plan in sorted(planned, key=lambda plan: plan.after_s)]
