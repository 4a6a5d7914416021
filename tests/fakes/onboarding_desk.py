"""A whole onboarding in memory: the browser's POST, the steps worker, the keeper, and time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from tandem.lines.beginning import Beginning
from tandem.lines.connecting import App, Connecting
from tandem.lines.graph_calls import LineGraph
from tandem.lines.invitation import Invitation, sealed
from tandem.lines.keeper import Keeper, Round
from tandem.lines.progress import Following, Progress
from tandem.lines.reading import LineReading
from tandem.lines.returning import Returning
from tandem.lines.signup import SignUp
from tandem.lines.steps import Steps
from tandem.lines.worker import StepsWorker
from tandem.meta.callback import Override
from tandem.model.line import Line
from tandem.model.onboarding import Onboarding, StepName, StepState
from tandem.store.lines import Lines
from tandem.store.onboardings import Onboardings
from tandem.store.steps import StepRows
from tandem.store.syncs import Syncs
from tandem.store.tokens import Tokens
from tandem.store.unclaimed import Unclaimed
from tests.fakes.crashing import CrashingTable, Died, Fuse
from tests.fakes.signup_meta import (
    APP_ID,
    APP_SECRET,
    SHOP_LINE,
    SHOP_WABA,
    FakeKms,
    FakeMeta,
)

NOON = 1_790_000_000
KEY = "invitation key"
TENANT = "acme"


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> int:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += max(1, round(seconds))


class Fused:
    """Any object on the fuse of a table: each of its calls is one that the worker may die in."""

    def __init__(self, inner: Any, table: CrashingTable) -> None:
        self._inner = inner
        self._table = table

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        fuse = self._table.fuse
        if fuse is None or not callable(found):
            return found
        return lambda *args, **kwargs: fuse.burn(lambda: found(*args, **kwargs))


@dataclass
class FakeBroadcasts:
    watched: list[Any] = field(default_factory=list)

    def due(self, by: int) -> list[Any]:
        return [watch for watch in self.watched if watch.at <= by]


@dataclass
class FakeRecurring:
    late: list[Any] = field(default_factory=list)

    def overdue(self, now: int) -> list[Any]:
        return self.late


@dataclass
class FakeLetters:
    """The live queue: the archived bodies that were put on it, oldest first."""

    sent: list[str] = field(default_factory=list)

    def send_again(self, archived: Iterable[str]) -> int:
        keys = list(archived)
        self.sent += keys
        return len(keys)


class Desk:
    """Everything between an owner's code and a line at rest, over one table in memory."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.table = CrashingTable()
        self.meta = FakeMeta(self.clock)
        self.jobs: list[tuple[str, str, int]] = []
        self.planned: list[tuple[str, ...] | tuple[str, str, int]] = []
        self.kept_templates: list[Line] = []
        self.failures: list[tuple[str, str, Exception]] = []
        self.broadcasts, self.recurring = FakeBroadcasts(), FakeRecurring()
        kms = cast("Any", Fused(FakeKms(), self.table))
        self.onboardings, self.lines = Onboardings(self.table), Lines(self.table)
        self.tokens, self.syncs = Tokens(self.table, kms, "key"), Syncs(self.table)
        self.connecting = Connecting(
            onboardings=self.onboardings,
            lines=self.lines,
            tokens=self.tokens,
            syncs=self.syncs,
            graph_of=lambda token: cast("Any", Fused(self.meta.under(token), self.table)),
            app=lambda: App(APP_ID, APP_SECRET),
            enqueue=self.enqueue,
            clock=self.clock,
        )
        self.beginning = Beginning(
            onboardings=self.onboardings,
            lines=self.lines,
            connecting=self.connecting,
            graph_of=lambda token: cast("Any", Fused(self.meta.under(token), self.table)),
            app=lambda: App(APP_ID, APP_SECRET),
            enqueue=self.enqueue,
            clock=self.clock,
            sleep=self.clock.pass_,
        )
        self.following = Following(
            onboardings=self.onboardings, lines=self.lines, syncs=self.syncs, clock=self.clock
        )
        self.step_rows = StepRows(self.table)
        steps = Steps(
            onboardings=self.onboardings,
            rows=self.step_rows,
            lines=self.lines,
            graph_of=self.graph_of,
            clock=self.clock,
            override=lambda: self.override,
        )
        self.override: Override | None = None
        self.unclaimed, self.letters = Unclaimed(self.table), FakeLetters()
        returning = Returning(
            unclaimed=self.unclaimed,
            letters=cast("Any", Fused(self.letters, self.table)),
            clock=self.clock,
        )
        self.worker = StepsWorker(
            onboardings=self.onboardings,
            connecting=self.connecting,
            steps=steps,
            returning=returning,
            enqueue=self.enqueue,
            clock=self.clock,
        )
        self.keeper = Keeper(
            onboardings=self.onboardings,
            steps=self.step_rows,
            lines=self.lines,
            connecting=self.connecting,
            following=self.following,
            reading=LineReading(
                lines=self.lines, tokens=self.tokens, graph_of=self.graph_of, clock=self.clock
            ),
            returning=returning,
            keep_templates=self.kept_templates.append,
            broadcasts=self.broadcasts,
            plan=lambda tenant, broadcast, at: self.planned.append((tenant, broadcast, at)),
            recurring=self.recurring,
            plan_series=lambda tenant, series: self.planned.append((tenant, series)),
            enqueue=self.enqueue,
            failed=lambda *failure: self.failures.append(failure),
            clock=self.clock,
        )

    def graph_of(self, tenant: str, line: str) -> LineGraph:
        token = self.tokens.read(tenant, line)
        return cast("LineGraph", Fused(self.meta.under(token), self.table))

    def enqueue(self, tenant: str, onboarding: str, *, delay: int = 0) -> None:
        def put() -> None:
            self.jobs.append((tenant, onboarding, self.clock.now + delay))

        fuse = self.table.fuse
        fuse.burn(put) if fuse else put()

    # ---- what people and machines do

    def invitation(self, id_: str = "invitation-1", *, days: int = 7, tenant: str = TENANT) -> str:
        return sealed(Invitation(id_, tenant, NOON + days * 86400), KEY)

    def sign_up(
        self,
        code: str = "code-1",
        *,
        invitation: str | None = None,
        waba: str | None = SHOP_WABA,
        line: str | None = None,
    ) -> SignUp:
        invitation = invitation or self.invitation()
        return SignUp(invitation, code, waba, line, {"texts": "1", "agreed_at": {"costs": NOON}})

    def post(self, sign_up: SignUp | None = None) -> Onboarding:
        return self.beginning.begin(sign_up or self.sign_up(), key=KEY)

    def connect(self) -> Onboarding:
        """A finished sign-up, posted once."""
        self.meta.code()
        return self.post()

    def work(self) -> None:
        """The steps worker takes every job whose time has come; a killed one's job comes again."""
        waiting = self.jobs
        self.jobs = []
        for tenant, onboarding, due_at in waiting:
            if due_at > self.clock.now:
                self.jobs.append((tenant, onboarding, due_at))
                continue
            try:
                self.worker.work(tenant, onboarding)
            except Died:
                self.jobs.append((tenant, onboarding, self.clock.now + 360))

    def wait(self, seconds: int) -> Round | None:
        """Time goes by in rounds of the keeper; the round that was the last, if it lived."""
        kept = None
        for _ in range(max(seconds // 300, 1)):
            self.clock.pass_(min(seconds, 300))
            self.work()
            try:
                kept = self.keeper.keep()
            except Died:
                kept = None
            self.work()
        return kept

    # ---- what is to be seen

    def line(self, line: str = SHOP_LINE, *, tenant: str = TENANT) -> Line:
        found = self.lines.get(tenant, line)
        assert found is not None
        return found

    def again(self, onboarding: Onboarding) -> Onboarding:
        found = self.onboardings.get(onboarding.tenant, onboarding.onboarding)
        assert found is not None
        return found

    def states(self, onboarding: Onboarding) -> dict[StepName, StepState]:
        return {step.name: step.state for step in self.again(onboarding).steps}

    def progress(self, onboarding: Onboarding) -> Progress:
        return self.following.invited(self.invitation(), onboarding.onboarding, key=KEY)

    def until_rest(self, act: Callable[[], object], *, fuse: Fuse | None = None) -> None:
        """Do something, dying where the fuse says, and let what remains come to rest."""
        self.table.fuse = fuse
        act()
        self.wait(3600)
