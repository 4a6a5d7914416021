"""Messages on a line: customers write, the owner types, the API sends, and statuses follow."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from simulator import gallery
from simulator.errors import REFUSALS, MetaError
from simulator.limits import PairRate, Throughput
from simulator.outbox import Outbox, Planned
from simulator.payloads import Shapes
from simulator.pricing import settle
from simulator.world import Line, Message, StatusPlan, World

GHOST_LEAD_S = 0.2
STATES = ("sent", "delivered", "read", "played")
# An edit, a reaction or a change of number is no message that would open the 24-hour window.
QUIET_TYPES = frozenset({"reaction", "edit", "revoke", "system"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What somebody wrote, before it has an id."""

    person: str
    type: str
    body: Any
    context: dict[str, Any] | None = None
    beside: dict[str, Any] = field(default_factory=dict)  # what stands next to the body


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing(Written):
    """What the API was asked to send."""

    note: str | None = None  # biz_opaque_callback_data, comes back in every status
    category: str = "service"
    template: bool = False
    by_phone: bool = True
    dropped: bool = False  # accepted, never delivered


class Traffic:
    def __init__(self, world: World, outbox: Outbox) -> None:
        self._world = world
        self._outbox = outbox
        self._shapes = Shapes(world)
        self._throughput: defaultdict[str, Throughput] = defaultdict(Throughput)
        self._pairs: defaultdict[str, PairRate] = defaultdict(PairRate)

    def forget_rates(self) -> None:
        self._throughput.clear()
        self._pairs.clear()

    def customer_writes(
        self, line: Line, written: Written, *, ghost_first: bool = False
    ) -> Message:
        """A customer's message; counts towards the throughput of a coexistence line."""
        message = self._write(line, "customer", written)
        if not line.connected:
            return message  # it stays on the phone, and is history once there is an onboarding
        if line.on_business_app:
            self._throughput[line.phone_number_id].take(self._world.clock.now())
        if written.type not in QUIET_TYPES:
            line.windows.hear(written.person, message.at, referred="referral" in written.beside)
        planned = []
        if ghost_first:
            ghost = self._shapes.ghost(line, message)
            planned.append(Planned(self._outbox.line_update(line, "messages", ghost)))
        real = self._outbox.line_update(line, "messages", self._shapes.inbound(line, message))
        planned.append(Planned(real, GHOST_LEAD_S if ghost_first else 0.0))
        self._outbox.publish(*planned)
        return message

    def owner_writes(self, line: Line, written: Written) -> Message:
        """Typed in the app: free, outside every limit, told as an echo while connected."""
        if not line.on_business_app:
            raise ValueError("a cloud line has no app to type in")
        message = self._write(line, "app", written)
        if line.connected:
            value = self._shapes.echo(line, message)
            self._outbox.publish(
                Planned(self._outbox.line_update(line, "smb_message_echoes", value))
            )
        return message

    def api_sends(self, line: Line, outgoing: Outgoing) -> Message:
        """Accept a message, or refuse it for its rate. What becomes of it is told by statuses."""
        now = self._world.clock.now()
        throughput, pairs = (
            self._throughput[line.phone_number_id],
            self._pairs[line.phone_number_id],
        )
        if not throughput.allows(line.per_second, now):
            line.throttled += 1
            raise MetaError(130429)
        if not pairs.allows(outgoing.person, now):
            raise MetaError(131056)
        if outgoing.template and not line.windows.service(outgoing.person, now):
            portfolio = self._world.marketing_in(line.portfolio_id)
            marketing = self._world.account_of(line).marketing
            marketing.check_limit(outgoing.person, now, portfolio)
        throughput.take(now)
        pairs.take(outgoing.person, now)
        line.accepted += 1
        line.histogram[int(now)] = line.histogram.get(int(now), 0) + 1
        message = self._write(line, "api", outgoing)
        message.note, message.category = outgoing.note, outgoing.category
        message.dropped = outgoing.dropped
        if not message.dropped:
            if outgoing.by_phone:
                line.phones_used[outgoing.person] = int(now)
            self._plan_statuses(line, message, template=outgoing.template)
        return message

    def _write(self, line: Line, origin: str, written: Written) -> Message:
        message = Message(
            wamid=self._world.new_wamid(line),
            origin=origin,
            person=written.person,
            at=self._world.clock.seconds(),
            type=written.type,
            body=written.body,
            context=written.context,
            beside=written.beside,
        )
        if origin != "api" and written.type in gallery.KINDS and "id" not in written.body:
            media = gallery.take(self._world, line.waba_id, written.type)
            message.media_id = media.media_id
            message.body = gallery.body_of(media, written.type) | written.body
        line.messages[message.wamid] = message
        return message

    # Statuses

    def _plan_statuses(self, line: Line, message: Message, *, template: bool) -> None:
        plan = line.status_plans.get(message.person, self._world.records.status_plan)
        code = self._failure(line, message, plan, template=template)
        if code is not None:
            self.tell_statuses(line, message, ["failed"], plan, code=code)
        else:
            self.tell_statuses(line, message, plan.order, plan)

    def _failure(
        self, line: Line, message: Message, plan: StatusPlan, *, template: bool
    ) -> int | None:
        """Accepted is not delivered: the reasons why it fails afterwards."""
        if plan.fail_code is not None:
            return plan.fail_code
        if not self._world.person(message.person).on_whatsapp:
            return 131026
        if message.category == "marketing" and line.no_marketing.get(message.person):
            return 131050
        if message.category == "marketing":
            marketing, now = self._world.account_of(line).marketing, self._world.clock.now()
            if code := marketing.why_not(self._world.records.seed, message.person, now):
                return code
        if not template and not line.windows.service(message.person, self._world.clock.now()):
            return 131047
        return None

    def tell_statuses(
        self,
        line: Line,
        message: Message,
        order: list[str],
        plan: StatusPlan,
        *,
        code: int | None = None,
    ) -> None:
        """`order` is that of arrival; the timestamps keep the order in which things happened."""
        if message.origin == "api" and message.charge is None and code is None:
            now = self._world.clock.now()
            message.charge = settle(line.windows, message.person, message.category, now)
        happened = [state for state in STATES if state in order]
        charged = {"sent", next((state for state in happened if state != "sent"), "")}
        planned = []
        for position, state in enumerate(order):
            moment = happened.index(state) if state in happened else position
            at = int(self._world.clock.now() + plan.first_after_s + moment * plan.step_s)
            message.statuses[state] = at
            value = self._shapes.status(
                line, message, state=state, at=at, code=code, priced=state in charged
            )
            update = self._outbox.line_update(line, "messages", value)
            planned.append(Planned(update, plan.first_after_s + position * plan.step_s))
        self._outbox.publish(*planned)


def checked_plan(
    *,
    order: list[str] | None = None,
    first_after_s: float = 0.1,
    step_s: float = 0.2,
    fail_code: int | None = None,
) -> StatusPlan:
    """Raises ValueError for a state or a code that does not exist. An empty order: silence."""
    chosen = list(order) if order is not None else StatusPlan().order
    strange = [state for state in chosen if state not in STATES]
    if strange or len(set(chosen)) != len(chosen):
        raise ValueError(f"order holds each of {STATES} at most once, not {chosen}")
    if fail_code is not None and fail_code not in REFUSALS:
        raise ValueError(f"no such error code: {fail_code}")
    return StatusPlan(chosen, first_after_s, step_s, fail_code)
