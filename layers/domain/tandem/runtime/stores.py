"""The stores of this process, one of each, made on first use."""

import time
from functools import cache

from tandem.conversations.recording import Recording
from tandem.conversations.settling import Settling
from tandem.runtime import clients
from tandem.runtime.counted import (
    CountedKeptThings,
    CountedStepRows,
    CountedSyncs,
    CountedUnclaimed,
)
from tandem.runtime.settings import setting
from tandem.store.broadcasts import BroadcastRows
from tandem.store.files import Files
from tandem.store.happenings import Happenings
from tandem.store.kept import KeptThings
from tandem.store.lines import Lines
from tandem.store.lists import Lists
from tandem.store.messages import Messages
from tandem.store.onboardings import Onboardings
from tandem.store.pace import Pace
from tandem.store.people import People
from tandem.store.plans import PlanRows
from tandem.store.queues import Queue
from tandem.store.rates import RateCards
from tandem.store.recipients import RecipientRows
from tandem.store.segments import Segments
from tandem.store.sends import Sends
from tandem.store.series import SeriesRows
from tandem.store.steps import StepRows
from tandem.store.syncs import Syncs
from tandem.store.table import Table
from tandem.store.talks import Talks
from tandem.store.templates import Templates
from tandem.store.tokens import Tokens
from tandem.store.unclaimed import Unclaimed


@cache
def table() -> Table:
    return Table(clients.dynamodb(), setting("TABLE_NAME"))


@cache
def lines() -> Lines:
    return Lines(table())


@cache
def happenings() -> Happenings:
    return Happenings(table())


@cache
def tokens() -> Tokens:
    return Tokens(table(), clients.kms(), setting("TOKEN_KEY_ARN"))


@cache
def onboardings() -> Onboardings:
    return Onboardings(table())


@cache
def step_rows() -> StepRows:
    return CountedStepRows(table())


@cache
def syncs() -> Syncs:
    return CountedSyncs(table())


@cache
def messages() -> Messages:
    return Messages(table())


@cache
def talks() -> Talks:
    return Talks(table())


@cache
def people() -> People:
    return People(table())


@cache
def recording() -> Recording:
    return Recording(messages=messages(), talks=talks(), people=people())


@cache
def sends() -> Sends:
    return Sends(table())


@cache
def settling() -> Settling:
    return Settling(sends=sends(), people=people(), recording=recording())


@cache
def broadcast_rows() -> BroadcastRows:
    return BroadcastRows(table())


@cache
def series_rows() -> SeriesRows:
    return SeriesRows(table())


@cache
def plan_rows() -> PlanRows:
    return PlanRows(table())


@cache
def plan_queue() -> Queue:
    return Queue(clients.sqs(), setting("PLAN_QUEUE_URL"))


@cache
def send_queue() -> Queue:
    return Queue(clients.sqs(), setting("SEND_QUEUE_URL"))


@cache
def templates() -> Templates:
    return Templates(table())


@cache
def lists() -> Lists:
    return Lists(table(), clients.s3(), setting("ARCHIVE_BUCKET"))


@cache
def segments() -> Segments:
    return Segments(table())


@cache
def rate_cards() -> RateCards:
    return RateCards(table())


@cache
def pace() -> Pace:
    """The budgets of all lines."""
    return Pace(table(), time.time, time.sleep)


@cache
def recipient_rows() -> RecipientRows:
    return RecipientRows(table())


@cache
def files() -> Files:
    return Files(clients.s3(), setting("MEDIA_BUCKET"))


@cache
def kept_things() -> KeptThings:
    return CountedKeptThings(table())


@cache
def unclaimed() -> Unclaimed:
    return CountedUnclaimed(table())
