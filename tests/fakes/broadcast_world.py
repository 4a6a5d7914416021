"""What a broadcast has around it: queues, files, schedules, Meta; time that only sleeps move."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any

from tandem.meta.errors import Reason, graph_error
from tandem.meta.graph import Accepted
from tandem.meta.outgoing import SendBody
from tandem.model.broadcast import (
    Addressee,
    Category,
)
from tandem.model.template import KnownTemplate
from tandem.store.audiences import Audiences
from tandem.store.plans import Part, PlanParts
from tandem.store.queues import Job, Queue
from tandem.store.schedules import Schedules
from tests.fakes.crashing import Fuse

TENANT, LINE, WABA = "acme", "106540352242922", "102290129340398"
NOW = 1_790_000_000


class SleepingTime:
    """A clock that stands still unless somebody sleeps."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds


class InlineExecutor(Executor):
    """Makes each call at once, in the caller's own thread; a death is the caller's death."""

    def submit[**P, T](self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - an executor hands errors on
            future.set_exception(error)
        return future


class FakeQueue(Queue):
    """A queue in memory; a FIFO one forgets what it has seen for five minutes under one id."""

    def __init__(self, time: SleepingTime) -> None:
        self._time = time
        self._seen: dict[tuple[str | None, str], float] = {}
        self.jobs: list[dict[str, Any]] = []
        self.groups: list[str | None] = []
        self.held: list[tuple[float, dict[str, Any]]] = []
        self.fuse: Fuse | None = None

    def let_go(self) -> None:
        """Show the jobs whose delay is over."""
        self.jobs += [job for at, job in self.held if at <= self._time.now]
        self.held = [(at, job) for at, job in self.held if at > self._time.now]

    def put(
        self, job: Job, *, group: str | None = None, dedup: str | None = None, delay: int = 0
    ) -> None:
        def effect() -> None:
            if dedup is not None:
                if self._time.now - self._seen.get((group, dedup), -300) < 300:
                    return
                self._seen[group, dedup] = self._time.now
            if delay:
                self.held.append((self._time.now + delay, dict(job)))
                return
            self.jobs.append(dict(job))
            self.groups.append(group)

        self.fuse.burn(effect) if self.fuse else effect()


class FakeAudiences(Audiences):
    def __init__(self) -> None:
        self.objects: dict[str, tuple[Addressee, ...]] = {}
        self.fuse: Fuse | None = None

    def keep(self, name: str, people: Iterable[Addressee]) -> None:
        def effect() -> None:
            self.objects[name] = tuple(people)

        self.fuse.burn(effect) if self.fuse else effect()

    def fetch(self, name: str) -> tuple[Addressee, ...]:
        return self.objects[name]


class FakeParts(PlanParts):
    """The parts of plans in memory."""

    def __init__(self) -> None:
        self.parts: dict[tuple[str, str, int], Part] = {}
        self.first: dict[tuple[str, str, int], Part] = {}
        self.marks: dict[tuple[str, str, int], bytes] = {}
        self.fuse: Fuse | None = None

    def get(self, tenant: str, edition: str, number: int) -> Part | None:
        return self.parts.get((tenant, edition, number))

    def keep(self, tenant: str, edition: str, number: int, part: Part) -> Part:
        def effect() -> Part:
            return self.parts.setdefault((tenant, edition, number), part)

        return self.fuse.burn(effect) if self.fuse else effect()

    def begun(self, tenant: str, edition: str, number: int) -> Part | None:
        return self.first.get((tenant, edition, number))

    def keep_begun(self, tenant: str, edition: str, number: int, part: Part) -> None:
        def effect() -> None:
            self.first[tenant, edition, number] = part

        self.fuse.burn(effect) if self.fuse else effect()

    def keep_seen(self, tenant: str, edition: str, number: int, seen: bytes) -> None:
        def effect() -> None:
            self.marks[tenant, edition, number] = seen

        self.fuse.burn(effect) if self.fuse else effect()

    def seen(self, tenant: str, edition: str, parts: Iterable[int]) -> bytes:
        return b"".join(self.marks[tenant, edition, part] for part in parts)


class FakeSchedules(Schedules):
    def __init__(self) -> None:
        self.times: dict[str, int] = {}
        self.fuse: Fuse | None = None

    def put(self, tenant: str, edition: str, at: int) -> None:
        def effect() -> None:
            self.times.setdefault(edition, at)

        self.fuse.burn(effect) if self.fuse else effect()

    def take_back(self, edition: str) -> None:
        def effect() -> None:
            self.times.pop(edition, None)

        self.fuse.burn(effect) if self.fuse else effect()


@dataclass
class Call:
    """One call that reached Meta: to whom, when, and how it ended there."""

    alias: str
    at: float
    callback: str
    wamid: str | None
    edge: str = "messages"


@dataclass
class FakeMeta:
    """Takes every message unless `answer` raises; with a `rate` it throttles any sliding second."""

    time: SleepingTime
    rate: int | None = None
    answer: Callable[[str], None] = lambda _alias: None
    lose: Callable[[str], None] = lambda _alias: None
    """Raises when the answer to a message that was taken is lost."""
    refuse_edge: dict[str, Exception] = field(default_factory=dict)
    gone: bool = False
    """Whether the token is worth nothing, as after the owner has disconnected."""
    known_as: dict[str, str] = field(default_factory=dict)
    """The number under which Meta knows somebody, by the alias that was written to."""
    calls: list[Call] = field(default_factory=list)
    fuse: Fuse | None = None

    def send(self, line: str, body: SendBody) -> Accepted:
        assert line == LINE
        take = lambda: self._take(body)  # noqa: E731
        return self.fuse.burn(take) if self.fuse else take()

    def _take(self, body: SendBody) -> Accepted:
        now = self.time.now
        call = Call(body.alias, now, body.callback or "", None, body.edge)
        self.calls.append(call)
        if self.rate is not None:
            recent = sum(1 for c in self.calls[-2000:] if c.wamid and c.at > now - 1)
            if recent >= self.rate:
                raise meta_error(130429)
        if self.gone:
            raise meta_error(190)
        if (refusal := self.refuse_edge.get(body.edge)) is not None:
            raise refusal
        self.answer(body.alias)
        call.wamid = f"wamid.{len(self.calls)}"
        self.lose(body.alias)
        phone = body.alias.removeprefix("phone:") if body.alias.startswith("phone:") else None
        user = body.alias.removeprefix("bsuid:") if body.alias.startswith("bsuid:") else None
        wa_id = self.known_as.get(body.alias, phone)
        return Accepted(call.wamid, input=phone, wa_id=wa_id, user_id=user)

    @property
    def accepted(self) -> list[Call]:
        return [call for call in self.calls if call.wamid]

    def to(self, alias: str) -> int:
        """How many messages Meta took for this person."""
        return sum(call.alias == alias for call in self.accepted)


def meta_error(code: int) -> Exception:
    """Meta's error of this code, of its family."""
    return graph_error(Reason(code=code, title=f"error {code}", http=400))


def phone(number: int) -> str:
    return f"1555010{number:04d}"


def people(count: int) -> tuple[Addressee, ...]:
    return tuple(Addressee(f"+{phone(n)}", values={"body.1": f"Ana {n}"}) for n in range(count))


def template_of(category: Category = Category.UTILITY, status: str = "APPROVED") -> KnownTemplate:
    """The one template of the stage's account."""
    return KnownTemplate(
        waba=WABA,
        name="spring_offer",
        language="en_US",
        status=status,
        category=category.value.upper(),
        components=({"type": "BODY", "text": "{{1}}, everything blue is 20 % off."},),
        read_at=NOW,
    )
