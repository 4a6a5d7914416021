"""Wiring of the API: reading, contacts, opening files, sending; broadcasts have their own."""

import time
from functools import cache, lru_cache

from tandem.conversations.contacts import Contacts
from tandem.conversations.opening import Opening
from tandem.conversations.reading import Reading
from tandem.conversations.sending import Sender, Sending
from tandem.lines.support import Support
from tandem.meta.graph import Graph
from tandem.runtime.clock import now
from tandem.runtime.graph import CountedSends, graph_of
from tandem.runtime.onboarding import following
from tandem.runtime.settings import setting
from tandem.runtime.stores import (
    files,
    happenings,
    lines,
    messages,
    pace,
    people,
    sends,
    settling,
    talks,
    tokens,
)

GRAPHS_KEPT = 64
"""Lines whose connection to Meta and decrypted token a process holds on to."""


@cache
def reading() -> Reading:
    return Reading(
        lines=lines(),
        talks=talks(),
        messages=messages(),
        people=people(),
        following=following(),
        clock=time.time,
    )


@cache
def contacts() -> Contacts:
    return Contacts(people=people(), talks=talks(), lines=lines(), clock=time.time)


@cache
def support() -> Support:
    return Support(
        following=following(),
        talks=talks(),
        happenings=happenings(),
        app_id=setting("APP_ID"),
        clock=now,
    )


@cache
def opening() -> Opening:
    return Opening(reading=reading(), files=files())


@cache
def sending() -> Sending:
    return Sending(
        reading=reading(),
        sends=sends(),
        settling=settling(),
        lines=lines(),
        pace=pace(),
        sender_of=sender_of,
        clock=time.time,
        sleep=time.sleep,
    )


def sender_of(tenant: str, line: str) -> Sender:
    """The Graph API under a line's token: decrypted, and connected, once for each token granted."""
    row = tokens().row(tenant, line)
    return CountedSends(_granted(tenant, line, row.granted_at if row else 0))


@lru_cache(maxsize=GRAPHS_KEPT)
def _granted(tenant: str, line: str, _granted_at: int) -> Graph:
    return graph_of(tenant, line)
