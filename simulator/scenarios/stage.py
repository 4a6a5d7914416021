"""Where a scenario is played: what happens, what of it is posted, and what the server does.

Nothing leaves by itself: a script takes the updates of what happens and posts them as it likes.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from simulator.envelope import Update, envelope
from simulator.faults import Faults
from simulator.scenarios.delivery import Delivery, signed
from simulator.scenarios.happenings import Happenings, Json, Told
from simulator.signing import encode
from simulator.traffic import Outgoing
from simulator.world import Message


class Receiver(Protocol):
    """Whoever takes the deliveries: a recorder, or a server on the other side of HTTP."""

    def __call__(self, delivery: Delivery) -> None: ...

    def together(self, *lanes: Sequence[Delivery]) -> None:
        """Several rows of deliveries at the same time, each row in order."""


class NotHeard(Exception):
    """The server under test did not do in time what the scenario waits for."""


@dataclass(slots=True, kw_only=True)
class Stage(Happenings):
    receiver: Receiver
    speed: float = 0.0  # 1: pauses last as long as Meta's; 0: there are none
    wait_s: float = 60.0
    served: bool = False  # the server under test calls Graph; else the stage does it instead
    say: Callable[[str], None] = lambda _: None
    posted: list[Update] = field(default_factory=list)
    facts: Json = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    calls: int = 0  # of Graph, before
    answered: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)
    same_people: list[set[str]] = field(default_factory=list)

    # What is told

    def post(self, *updates: Update, times: int = 1) -> None:
        """One POST with these updates, delivered so often."""
        self.post_body(envelope([*updates]), updates, times=times)

    def post_each(self, updates: Iterable[Update]) -> None:
        for update in updates:
            self.post(update)

    def tell(self, *happened: Told) -> None:
        """All that Meta tells of these things, one after the other."""
        for told in happened:
            self.post_each(told.updates)

    def post_body(self, body: Json, about: Sequence[Update], *, times: int = 1) -> None:
        """A body of one's own making, which tells of these updates."""
        for _ in range(times):
            self.receiver(self.sealed(body, about))

    def sealed(self, body: Json, about: Sequence[Update]) -> Delivery:
        """The signed bytes, noted as told."""
        self.posted += about
        where = about[0].field if about else "messages"
        return signed(encode(body), self.secret, field=where)

    def post_together(self, *lanes: Sequence[Update]) -> None:
        """Rows of updates at the same time, each update in a POST of its own."""
        rows = [[self.sealed(envelope([each]), [each]) for each in lane] for lane in lanes]
        self.receiver.together(*rows)

    def post_raw(self, delivery: Delivery) -> None:
        """Bytes that tell nothing true: forged, or beyond reading."""
        self.receiver(delivery)

    @property
    def secret(self) -> str:
        return self.platform.world.records.app.app_secret

    def pause(self, seconds: float) -> None:
        """As long as it takes at Meta, times the speed."""
        self.passes(seconds)
        if self.speed:
            time.sleep(seconds * self.speed)

    # What is expected

    def expect(self, **facts: Any) -> None:
        """What a right system ends with, beside what follows from the messages told."""
        self.facts |= facts

    def are_one(self, *phones: str) -> None:
        """These numbers turned out to be one person."""
        self.same_people.append(set(phones))

    def forget(self, wamid: str) -> None:
        """A message that belongs to no conversation of this line."""
        self.elsewhere.add(wamid)

    # What the server under test does

    def server_sends(
        self, phone: str, text: str = "", *, template: str = "", note: str | None = None
    ) -> Message:
        """The next message that the server under test sends to somebody; its statuses are ours.

        With webhooks alone the stage sends it, as if the server had and had forgotten.
        """
        if not self.served:
            return self.sends_itself(phone, text, template=template, note=note)
        sent = self.until(f"a message to {phone}", lambda: self.sent_to(phone))
        self.answered.add(sent.wamid)
        return sent

    def server_broadcasts(self, audience: Sequence[str], *, at_least: int) -> None:
        """Marketing to so many of these people, or to more; with webhooks alone to just as many."""

        def reached() -> int:
            return len({message.person for message in self.all_sent_to(audience)})

        if self.served:
            what = f"a message to {at_least} of {len(audience)} people"
            self.until(what, lambda: reached() >= at_least)
            return
        for n in range(reached(), at_least):
            self.sends_itself(audience[n], template="spring_offer", note=f"person-{n}")

    def sends_itself(
        self, phone: str, text: str = "", *, template: str = "", note: str | None = None
    ) -> Message:
        """A message sent with this number by somebody else; its statuses are ours."""
        outgoing = Outgoing(
            person=phone,
            type="template" if template else "text",
            body={"name": template} if template else {"body": text},
            note=note,
            category="marketing" if template else "service",
            template=bool(template),
        )
        sent = self.happens(lambda: self.platform.traffic.api_sends(self.line, outgoing)).message
        sent.statuses.clear()  # what Meta would have told of it is told by the script
        return sent

    def sent_to(self, phone: str) -> Message | None:
        """A message that was sent to somebody in this scenario, and was not returned yet."""
        return next(iter(self.all_sent_to([phone])), None)

    def all_sent_to(self, people: Sequence[str]) -> list[Message]:
        return [
            message
            for message in self.line.messages.values()
            if message.origin == "api"
            and message.person in people
            and message.wamid not in self.answered
            and message.wamid not in self.before
        ]

    def until_refused(self, code: int) -> None:
        """Wait until a message of the server under test was refused with this code."""
        if not self.served:
            return
        self.until(
            "a message that is refused",
            lambda: any(call.code == code for call in list(self.platform.calls)[self.calls :]),
        )

    def outage(self, seconds: float) -> None:
        """What goes wrong lasts for so long: for real where the server under test feels it."""
        self.passes(seconds)
        time.sleep(seconds if self.served else seconds * self.speed)

    def quiet(self, what: str, seconds: float, seen: Callable[[], object]) -> None:
        """Watch that the server under test does not do something."""
        if not self.served:
            return
        self.say(f"watching {seconds:g} s for {what}, which must not come")
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self.platform.world.lock:
                if seen():
                    self.wrong.append(f"there was {what}")
                    return
            time.sleep(0.02)

    def until[T](self, what: str, seen: Callable[[], T | None]) -> T:
        """Wait until `seen` sees something. Raises NotHeard."""
        self.say(f"waiting up to {self.wait_s:g} s for {what}")
        deadline = time.monotonic() + self.wait_s
        while True:
            with self.platform.world.lock:
                found = seen()
            if found:
                return found
            if time.monotonic() > deadline:
                raise NotHeard(f"waited {self.wait_s:g} s for {what}")
            time.sleep(0.02)

    @contextmanager
    def bad_day(self, **faults: Any) -> Iterator[None]:
        """These faults within, and those from before again afterwards."""
        records = self.platform.world.records
        before, records.faults = records.faults, Faults.read(faults)
        try:
            yield
        finally:
            records.faults = before
