"""What Meta knows: accounts, lines, people, what they wrote. Records only, no verbs."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from simulator import ids
from simulator.clock import Clock
from simulator.faults import Faults
from simulator.marketing import Marketing
from simulator.pricing import Charge
from simulator.windows import Windows

DAY_S = 86_400
COUNTRIES = {"1": "US", "34": "ES", "44": "GB", "49": "DE", "52": "MX", "55": "BR", "57": "CO"}
PHONE_KNOWN_S = 30 * DAY_S
COEXISTENCE_PER_SECOND = 20
CLOUD_PER_SECOND = 80


def country_of(phone: str) -> str:
    """The country a BSUID begins with."""
    return COUNTRIES.get(phone[:1]) or COUNTRIES.get(phone[:2], "US")


@dataclass(slots=True)
class Callback:
    """Where webhooks go."""

    url: str
    verify_token: str


@dataclass(slots=True)
class App:
    """The developer's Meta app: the one that is being tested."""

    app_id: str = "100000000000001"
    app_secret: str = "simulator-app-secret"  # noqa: S105 - a made-up default
    portfolio_id: str = "200000000000001"
    callback: Callback | None = None
    token_lives_s: int = 0  # 0: business tokens never expire


@dataclass(slots=True)
class Person:
    """Somebody with WhatsApp. `hides_phone`: has a username, and businesses see no number."""

    phone: str
    name: str
    username: str | None = None
    hides_phone: bool = False
    on_whatsapp: bool = True
    renewals: int = 0  # how often their BSUIDs were replaced


@dataclass(slots=True)
class Message:
    wamid: str
    origin: str  # customer | app | api
    person: str  # the customer's phone, also when businesses do not see it
    at: int
    type: str
    body: Any
    context: dict[str, Any] | None = None
    beside: dict[str, Any] = field(default_factory=dict)  # referral, group_id, errors on the wire
    mark: str | None = None  # an invented one: how history shows its status, READ, DELIVERED, …
    media_id: str | None = None
    note: str | None = None  # biz_opaque_callback_data
    category: str = "service"
    charge: Charge | None = None  # of what the API sent and is to arrive
    history: bool = False  # was set free by a history sync
    media_follows: bool = False  # its placeholder was, or will be, followed by the media
    dropped: bool = False  # accepted and silently lost (a BSUID in `to`)
    statuses: dict[str, int] = field(default_factory=dict)
    edited: bool = False
    revoked: bool = False
    reactions: dict[str, str] = field(default_factory=dict)  # customer or business → emoji


@dataclass(slots=True)
class Card:
    """An entry in the phone's address book."""

    phone: str
    full_name: str
    first_name: str
    saved_at: int


@dataclass(slots=True)
class StatusPlan:
    """How the statuses of an accepted message come, in order of arrival."""

    order: list[str] = field(default_factory=lambda: ["sent", "delivered", "read"])
    first_after_s: float = 0.1
    step_s: float = 0.2
    fail_code: int | None = None


@dataclass(slots=True)
class Past:
    """How the history of a line is handed over."""

    chunk_messages: int = 500
    pace_s: float = 0.0  # between two chunks
    media_after_s: float = 0.0  # media follow-ups, after the last chunk
    echoed_media_as: str = "message_echoes"  # or "messages", as older samples show


@dataclass(slots=True)
class Onboarding:
    at: int
    share_history: bool
    requests: dict[str, str] = field(default_factory=dict)  # sync type → request id


@dataclass(slots=True)
class Line:
    """A phone number. `state`: app_only, active, offboarded, disconnected."""

    phone_number_id: str
    waba_id: str
    portfolio_id: str
    phone: str
    verified_name: str
    mode: str = "coexistence"  # or "cloud"
    state: str = "app_only"
    app_version: str = "2.24.17"
    per_second: int = COEXISTENCE_PER_SECOND
    quality_rating: str = "GREEN"
    signup_error: int | None = None
    left_at: int | None = None
    onboarding: Onboarding | None = None
    override: Callback | None = None
    past: Past = field(default_factory=Past)
    book: dict[str, Card] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    windows: Windows = field(default_factory=Windows)
    phones_used: dict[str, int] = field(default_factory=dict)  # person → written to by phone
    status_plans: dict[str, StatusPlan] = field(default_factory=dict)
    no_marketing: dict[str, bool] = field(default_factory=dict)  # person → stopped it
    accepted: int = 0
    throttled: int = 0
    histogram: dict[int, int] = field(default_factory=dict)  # unix second → accepted API sends

    @property
    def on_business_app(self) -> bool:
        return self.mode == "coexistence"

    @property
    def connected(self) -> bool:
        return self.state == "active"

    @property
    def display_phone_number(self) -> str:
        phone = self.phone
        if len(phone) == 11 and phone[0] == "1":
            return f"+1 {phone[1:4]}-{phone[4:7]}-{phone[7:]}"
        return f"+{phone}"


@dataclass(slots=True)
class Template:
    template_id: str
    name: str
    language: str
    category: str
    status: str
    components: list[dict[str, Any]]


@dataclass(slots=True)
class Account:
    """A WhatsApp Business Account. Only a subscribed one sends webhooks."""

    waba_id: str
    portfolio_id: str
    name: str
    subscribed: bool = False
    override: Callback | None = None
    templates: list[Template] = field(default_factory=list)
    marketing: Marketing = field(default_factory=Marketing)


@dataclass(slots=True)
class Code:
    """What Embedded Signup hands to the page: 30 seconds, once."""

    waba_id: str
    at: float
    used: bool = False


@dataclass(slots=True)
class Token:
    """A business token reaches the accounts it was granted, and nothing else."""

    waba_ids: list[str]
    issued_at: int
    expires_at: int = 0  # 0: never
    user_id: str = ""


@dataclass(slots=True)
class Media:
    media_id: str
    waba_id: str
    mime_type: str
    sha256: str
    content: bytes
    expires_at: int


@dataclass(slots=True)
class Records:
    """Everything that survives a restart."""

    seed: int
    app: App = field(default_factory=App)
    accounts: dict[str, Account] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    bsuids: dict[str, str] = field(default_factory=dict)  # BSUID → phone
    status_plan: StatusPlan = field(default_factory=StatusPlan)
    faults: Faults = field(default_factory=Faults)
    minted: dict[str, int] = field(default_factory=dict)
    clock_offset_s: float = 0.0


class World:
    """The records, the clock they live by, and the lock that whoever changes them holds."""

    def __init__(self, *, seed: int, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.records = Records(seed=seed)
        self.base_url = "http://127.0.0.1"  # where this simulator is reached; set when it listens

    def mint(self, kind: str) -> int:
        """1, 2, 3, … for each kind of thing."""
        counts = self.records.minted
        counts[kind] = counts.get(kind, 0) + 1
        return counts[kind]

    def new_id(self, kind: str, count: int = 15) -> str:
        return ids.digits(count, self.records.seed, kind, self.mint(kind))

    def new_wamid(self, line: Line) -> str:
        return ids.wamid(self.records.seed, line.phone_number_id, self.mint("wamid"))

    def person(self, phone: str, name: str | None = None) -> Person:
        """The person with this number, met for the first time if need be."""
        people = self.records.people
        if phone not in people:
            people[phone] = Person(phone=phone, name=name or f"Customer {phone[-4:]}")
        return people[phone]

    def bsuid(self, line: Line, phone: str) -> str:
        """The person as this line's portfolio knows them; another portfolio knows another id."""
        renewals = self.person(phone).renewals
        which = (line.portfolio_id, phone, *([renewals] if renewals else []))
        value = ids.bsuid(country_of(phone), *which)
        self.records.bsuids[value] = phone
        return value

    def phone_behind(self, line: Line, bsuid: str) -> str | None:
        """The number behind an id, if this portfolio may use that id."""
        phone = self.records.bsuids.get(bsuid)
        return phone if phone and self.bsuid(line, phone) == bsuid else None

    def sees_phone(self, line: Line, phone: str) -> bool:
        """A number is hidden only with a username, and not within 30 days of writing to it."""
        person = self.person(phone)
        if not (person.hides_phone and person.username):
            return True
        used_at = line.phones_used.get(phone)
        return used_at is not None and self.clock.now() - used_at < PHONE_KNOWN_S

    def account_of(self, line: Line) -> Account:
        return self.records.accounts[line.waba_id]

    def marketing_in(self, portfolio_id: str) -> list[Marketing]:
        """How the accounts of a portfolio stand with their marketing."""
        accounts = self.records.accounts.values()
        return [each.marketing for each in accounts if each.portfolio_id == portfolio_id]

    def lines_of(self, waba_id: str) -> list[Line]:
        return [line for line in self.records.lines.values() if line.waba_id == waba_id]

    def origins(self, line: Line) -> Counter[str]:
        return Counter(message.origin for message in line.messages.values())
