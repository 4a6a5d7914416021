"""Wiring of the API: reading, sending, kept things; broadcasts have their own."""

import time
from functools import cache, lru_cache

from tandem.conversations.reading import Reading
from tandem.conversations.recording import Recording
from tandem.conversations.sending import Sender, Sending
from tandem.conversations.settling import Settling
from tandem.meta.graph import Graph
from tandem.runtime.broadcasts import pace
from tandem.runtime.lines import graph_of, lines, table, tokens
from tandem.runtime.onboarding import following
from tandem.store.kept import KeptThings
from tandem.store.messages import Messages
from tandem.store.onboardings import Onboardings
from tandem.store.people import People
from tandem.store.sends import Sends
from tandem.store.talks import Talks

GRAPHS_KEPT = 64
"""Lines whose connection to Meta and decrypted token a process holds on to."""


@cache
def reading() -> Reading:
    return Reading(
        lines=lines(),
        talks=Talks(table()),
        messages=Messages(table()),
        people=People(table()),
        onboardings=Onboardings(table()),
        following=following(),
        clock=time.time,
    )


@cache
def sending() -> Sending:
    recording = Recording(messages=Messages(table()), talks=Talks(table()), people=People(table()))
    sends = Sends(table())
    return Sending(
        reading=reading(),
        sends=sends,
        settling=Settling(sends=sends, recording=recording),
        lines=lines(),
        pace=pace(),
        sender_of=sender_of,
        clock=time.time,
        sleep=time.sleep,
    )


@cache
def kept_things() -> KeptThings:
    return KeptThings(table())


def sender_of(tenant: str, line: str) -> Sender:
    """The Graph API under a line's token: decrypted, and connected, once for each token granted."""
    row = tokens().row(tenant, line)
    return _granted(tenant, line, row.granted_at if row else 0)


@lru_cache(maxsize=GRAPHS_KEPT)
def _granted(tenant: str, line: str, _granted_at: int) -> Graph:
    return graph_of(tenant, line)


def now() -> int:
    return int(time.time())
