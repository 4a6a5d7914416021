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
    <tenant>#SERIES                      <series>                  a broadcast that comes again
    <tenant>#PLAN#<edition>              PLAN | PART#<number>      how far its plan is made
    <tenant>#AUDIENCE#<edition>#<shard>  RECIPIENT#<number>        its frozen recipients
    <tenant>#TEMPLATES#<waba>            # | <name>#<language>     its list; a template
    <tenant>#RATES                       <card>                    an imported rate card
    <tenant>#LISTS                       <list>                    an uploaded list of people
    <tenant>#SEGMENTS                    <segment>                 a condition that has a name
    <tenant>#KEPT#<id>                   KEPT                      something kept and shown
    ~#UNCLAIMED#<line|waba|number>#<id>  <sha256>                  a webhook for nobody yet
    ~#PHONE#<phone_number_id>            ROUTE                     which tenant a number is
    ~#WABA#<waba>                        ROUTE                     which tenant a WABA is
    ~#NUMBER#<digits>                    ROUTE                     the lines of a phone number
    ~#PORTFOLIO#<id>                     ROUTE                     the WABAs that a portfolio owns
    ~#KEY#<sha256>                       ROUTE                     which tenant an API key is
    ~#INVITATION#<id>                    ROUTE                     an invitation that was used

The index `by_time` (`group`, `moment`) holds what is read in order of time: lines, onboardings and
series by when they are looked at again, conversations, the shelf and what happened of a line,
messages and acts of a conversation, broadcasts and kept things of a tenant. People stand in it by
their alias.
"""

from tandem.store.keys.broadcast_keys import (
    PART_PREFIX,
    RECIPIENTS_PER_SHARD,
    audience,
    broadcast,
    broadcast_watch,
    broadcasts,
    named_segment,
    open_broadcasts,
    plan,
    plan_part,
    rate_card,
    recipient,
    running_series,
    series,
    template,
    uploaded_list,
)
from tandem.store.keys.grammar import (
    SYSTEM,
    Key,
    message_moment,
    moment,
    moment_at,
    tenant_name,
)
from tandem.store.keys.line_keys import (
    CHUNK_PREFIX,
    STEP_PREFIX,
    chunk,
    happening,
    happenings,
    line,
    lines,
    onboarding,
    open_onboardings,
    pace,
    step,
    sync,
    token,
    watched_lines,
)
from tandem.store.keys.route_keys import (
    api_key,
    api_keys,
    kept,
    kept_things,
    number_route,
    phone_route,
    portfolio_route,
    unclaimed,
    used_invitation,
    waba_route,
)
from tandem.store.keys.talk_keys import (
    SEND,
    acts,
    contacts,
    conversation,
    conversation_of,
    inbox,
    message,
    message_of,
    person,
    person_of,
    send,
    send_of,
    shelf,
    timeline,
)

__all__ = [
    "CHUNK_PREFIX",
    "PART_PREFIX",
    "RECIPIENTS_PER_SHARD",
    "SEND",
    "STEP_PREFIX",
    "SYSTEM",
    "Key",
    "acts",
    "api_key",
    "api_keys",
    "audience",
    "broadcast",
    "broadcast_watch",
    "broadcasts",
    "chunk",
    "contacts",
    "conversation",
    "conversation_of",
    "happening",
    "happenings",
    "inbox",
    "kept",
    "kept_things",
    "line",
    "lines",
    "message",
    "message_moment",
    "message_of",
    "moment",
    "moment_at",
    "named_segment",
    "number_route",
    "onboarding",
    "open_broadcasts",
    "open_onboardings",
    "pace",
    "person",
    "person_of",
    "phone_route",
    "plan",
    "plan_part",
    "portfolio_route",
    "rate_card",
    "recipient",
    "running_series",
    "send",
    "send_of",
    "series",
    "shelf",
    "step",
    "sync",
    "template",
    "tenant_name",
    "timeline",
    "token",
    "unclaimed",
    "uploaded_list",
    "used_invitation",
    "waba_route",
    "watched_lines",
]
