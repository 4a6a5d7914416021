"""The key grammar of the one table: the only place where a key is spelled.

Every partition key starts with the tenant, so that no read path can reach another tenant's rows
without that tenant's name. What is not yet any tenant's (routes, hashed API keys, webhooks for
unknown lines) belongs to `SYSTEM`, a name no tenant can have.

    <tenant>#LINES                       <line>                    a line
    <tenant>#LINE#<line>                 TOKEN | PACE | HAPPENED#… its token, its budget, its past
    <tenant>#SYNC#<line>#<sync>          SYNC | CHUNK#…            an import and its receipts
    <tenant>#ONBOARDING#<onboarding>     ONBOARDING | STEP#<step>  an onboarding and its steps
    <tenant>#TALK#<line>#<alias>         TALK                      a conversation
    <tenant>#MSG#<line>#<wamid>          MSG                       a message
    <tenant>#PERSON#<alias>              PERSON                    an alias: its edges, what is said
    <tenant>#SEND#<send>                 SEND                      one send by an agent
    <tenant>#BROADCAST#<broadcast>       BROADCAST | WATCH         a broadcast; when to look again
    <tenant>#PLAN#<edition>              PLAN | PART#<number>      how far its plan is made
    <tenant>#AUDIENCE#<edition>#<shard>  RECIPIENT#<number>        its frozen recipients
    <tenant>#TEMPLATES#<waba>            <name>#<language>         a template as Meta has it
    <tenant>#RATES                       <card>                    an imported rate card
    <tenant>#LISTS                       <list>                    an uploaded list of people
    <tenant>#KEPT#<id>                   KEPT                      something kept and shown
    ~#UNCLAIMED#<line|waba|number>#<id>  <sha256>                  a webhook for nobody yet
    ~#PHONE#<phone_number_id>            ROUTE                     which tenant a number is
    ~#WABA#<waba>                        ROUTE                     which tenant a WABA is
    ~#NUMBER#<digits>                    ROUTE                     the lines of a phone number
    ~#PORTFOLIO#<id>                     ROUTE                     the WABAs that a portfolio owns
    ~#KEY#<sha256>                       ROUTE                     which tenant an API key is
    ~#INVITATION#<id>                    ROUTE                     an invitation that was used

The index `by_time` (`group`, `moment`) holds what is read in order of time: lines and onboardings
by when they are looked at again, conversations, the shelf and what happened of a line, messages and
acts of a conversation, broadcasts and kept things of a tenant. People stand in it by their alias.
"""

import re
from typing import NamedTuple

from tandem.model.line import Address

SYSTEM = "~"
"""The owner of rows that are not a tenant's."""

RECIPIENTS_PER_SHARD = 500

_TENANT = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Key(NamedTuple):
    """The primary key of one row."""

    pk: str
    sk: str


def tenant_name(text: str) -> str:
    """`text` if it may name a tenant (1–40 lower-case letters, digits, dashes), else ValueError."""
    if not _TENANT.fullmatch(text):
        raise ValueError(
            f"{text!r} cannot name a tenant: use 1 to 40 lower-case letters, digits and dashes"
        )
    return text


def lines(tenant: str) -> str:
    return f"{tenant}#LINES"


def line(tenant: str, line: str) -> Key:
    return Key(lines(tenant), line)


def watched_lines() -> str:
    """The group of every line, over all tenants, by when it is to be read again from Meta."""
    return f"{SYSTEM}#LINES"


def token(tenant: str, line: str) -> Key:
    return Key(f"{tenant}#LINE#{line}", "TOKEN")


def pace(tenant: str, line: str) -> Key:
    return Key(f"{tenant}#LINE#{line}", "PACE")


def happening(tenant: str, line: str, happening: str) -> Key:
    return Key(f"{tenant}#LINE#{line}", f"HAPPENED#{happening}")


def happenings(tenant: str, line: str) -> str:
    """The group of what happened to a line."""
    return f"{tenant}#LINE#{line}"


def sync(tenant: str, line: str, sync: str) -> Key:
    return Key(f"{tenant}#SYNC#{line}#{sync}", "SYNC")


CHUNK_PREFIX = "CHUNK#"


def chunk(tenant: str, line: str, sync: str, *, phase: int, order: int, digest: str) -> Key:
    """A receipt. The digest is part of it: one place with two contents is two rows, and shows."""
    return Key(f"{tenant}#SYNC#{line}#{sync}", f"{CHUNK_PREFIX}{phase:03d}#{order:06d}#{digest}")


def onboarding(tenant: str, onboarding: str) -> Key:
    return Key(f"{tenant}#ONBOARDING#{onboarding}", "ONBOARDING")


STEP_PREFIX = "STEP#"


def step(tenant: str, onboarding: str, step: str) -> Key:
    return Key(f"{tenant}#ONBOARDING#{onboarding}", f"{STEP_PREFIX}{step}")


def open_onboardings() -> str:
    """The group of every onboarding that is not finished, over all tenants: the keeper's list."""
    return f"{SYSTEM}#ONBOARDINGS"


def conversation(tenant: str, line: str, alias: str) -> Key:
    return Key(f"{tenant}#TALK#{line}#{alias}", "TALK")


def conversation_of(pk: str) -> tuple[str, str]:
    """The line and the alias that a conversation's partition key names."""
    _, _, line, alias = pk.split("#", 3)
    return line, alias


def timeline(tenant: str, line: str, alias: str) -> str:
    """The group of a conversation's messages."""
    return f"{tenant}#TALK#{line}#{alias}"


def acts(tenant: str, line: str, alias: str) -> str:
    """The group of a conversation's acts: what was done to its messages, and is none itself."""
    return f"{tenant}#ACTS#{line}#{alias}"


def inbox(tenant: str, line: str) -> str:
    """The group of a line's conversations."""
    return f"{tenant}#INBOX#{line}"


def message(tenant: str, line: str, wamid: str) -> Key:
    return Key(f"{tenant}#MSG#{line}#{wamid}", "MSG")


def message_of(pk: str) -> tuple[str, str]:
    """The line and the wamid that a message's partition key names."""
    _, _, line, wamid = pk.split("#", 3)
    return line, wamid


def shelf(tenant: str, line: str) -> str:
    """The group of messages that something refers to and that have not come."""
    return f"{tenant}#SHELF#{line}"


def person(tenant: str, alias: str) -> Key:
    return Key(f"{tenant}#PERSON#{alias}", "PERSON")


def person_of(pk: str) -> str:
    """The alias that a person's partition key names."""
    return pk.split("#", 2)[2]


def contacts(tenant: str) -> str:
    """The group of the people whom a tenant has met, by the least alias of each meeting."""
    return f"{tenant}#CONTACTS"


SEND = "SEND"


def send(tenant: str, send: str) -> Key:
    return Key(f"{tenant}#SEND#{send}", SEND)


def send_of(pk: str) -> str:
    """The send that a send's partition key names."""
    return pk.rsplit("#", 1)[1]


def broadcast(tenant: str, broadcast: str) -> Key:
    return Key(f"{tenant}#BROADCAST#{broadcast}", "BROADCAST")


def broadcast_watch(tenant: str, broadcast: str) -> Key:
    """When a broadcast that is not finished is to be looked at again."""
    return Key(f"{tenant}#BROADCAST#{broadcast}", "WATCH")


def broadcasts(tenant: str) -> str:
    """The group of a tenant's broadcasts."""
    return f"{tenant}#BROADCASTS"


def open_broadcasts() -> str:
    """The group of every broadcast that is not finished, over all tenants: the keeper's list."""
    return f"{SYSTEM}#BROADCASTS"


def plan(tenant: str, edition: str) -> Key:
    """How far the plan of an edition is made."""
    return Key(f"{tenant}#PLAN#{edition}", "PLAN")


PART_PREFIX = "PART#"


def plan_part(tenant: str, edition: str, part: int) -> Key:
    return Key(f"{tenant}#PLAN#{edition}", f"{PART_PREFIX}{part:05d}")


def audience(tenant: str, edition: str, shard: int) -> str:
    return f"{tenant}#AUDIENCE#{edition}#{shard:04d}"


def recipient(tenant: str, edition: str, number: int) -> Key:
    shard = number // RECIPIENTS_PER_SHARD
    return Key(audience(tenant, edition, shard), f"RECIPIENT#{number:07d}")


def template(tenant: str, waba: str, *, name: str = "", language: str = "") -> Key:
    return Key(f"{tenant}#TEMPLATES#{waba}", f"{name}#{language}")


def rate_card(tenant: str, card: str = "") -> Key:
    return Key(f"{tenant}#RATES", card)


def uploaded_list(tenant: str, name: str = "") -> Key:
    return Key(f"{tenant}#LISTS", name)


def kept(tenant: str, kept: str) -> Key:
    return Key(f"{tenant}#KEPT#{kept}", "KEPT")


def kept_things(tenant: str) -> str:
    """The group of what a tenant keeps without understanding it."""
    return f"{tenant}#KEPT"


def unclaimed(address: Address, fingerprint: str = "") -> Key:
    """A webhook for a number or an account that nobody has connected."""
    return Key(f"{SYSTEM}#UNCLAIMED#{address.kind}#{address.id}", fingerprint)


def phone_route(phone_number_id: str) -> Key:
    return Key(f"{SYSTEM}#PHONE#{phone_number_id}", "ROUTE")


def waba_route(waba: str) -> Key:
    return Key(f"{SYSTEM}#WABA#{waba}", "ROUTE")


def number_route(digits: str) -> Key:
    return Key(f"{SYSTEM}#NUMBER#{digits}", "ROUTE")


def portfolio_route(portfolio: str) -> Key:
    return Key(f"{SYSTEM}#PORTFOLIO#{portfolio}", "ROUTE")


def api_key(digest: str) -> Key:
    return Key(f"{SYSTEM}#KEY#{digest}", "ROUTE")


def api_keys(tenant: str) -> str:
    """The group of a tenant's API keys."""
    return f"{tenant}#KEYS"


def used_invitation(invitation: str) -> Key:
    return Key(f"{SYSTEM}#INVITATION#{invitation}", "ROUTE")


def moment(at: int, tiebreak: str = "") -> str:
    """A point in time that sorts as text (unix seconds, 12 digits), with a tiebreak behind it."""
    return f"{max(at, 0):012d}#{tiebreak}"


def message_moment(at: int, wamid: str, *, by_customer: bool) -> str:
    """Where a message stands in its timeline.

    Meta's times are whole seconds. Within one, the customer goes before the business: an answer
    stands after what it answers. Then wamids decide, which are the same whatever came first.
    """
    return moment(at, f"{0 if by_customer else 1}#{wamid}")


def moment_at(moment: str) -> int:
    """The unix seconds in a `moment`."""
    return int(moment.split("#", 1)[0])
