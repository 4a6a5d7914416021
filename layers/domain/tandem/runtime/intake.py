"""Wiring of both intake workers: ingest (live) and history_sync (the import)."""

from functools import cache

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from tandem.conversations.filing import Filing
from tandem.conversations.intake import Intake
from tandem.conversations.media import MediaRequests
from tandem.conversations.recording import Recording
from tandem.conversations.settling import Settling
from tandem.history.importing import Importing
from tandem.lines.lifecycle import Lifecycle
from tandem.runtime import clients
from tandem.runtime.broadcasts import recipients
from tandem.runtime.lines import lines, table
from tandem.runtime.observability import logger
from tandem.runtime.settings import setting
from tandem.store.archive import Archive
from tandem.store.directory import Directory
from tandem.store.kept import KeptThings
from tandem.store.messages import Messages
from tandem.store.people import People
from tandem.store.queues import Queue
from tandem.store.sends import Sends
from tandem.store.syncs import Syncs
from tandem.store.talks import Talks


def take_in(record: SQSRecord) -> None:
    """Take in one record of the live or the history queue."""
    events = intake().take_in(record.raw_event)
    logger().info("took in a delivery", message_id=record.message_id, events=events)


@cache
def intake() -> Intake:
    """The intake of this process, made on first use."""
    messages, talks, people = Messages(table()), Talks(table()), People(table())
    syncs, kept = Syncs(table()), KeptThings(table())
    recording = Recording(messages=messages, talks=talks, people=people)
    settling = Settling(sends=Sends(table()), recording=recording)
    filing = Filing(
        directory=Directory(lines()),
        recording=recording,
        importing=Importing(messages=messages, talks=talks, people=people, syncs=syncs, kept=kept),
        messages=messages,
        people=people,
        syncs=syncs,
        kept=kept,
        lifecycle=Lifecycle(lines()),
        media=MediaRequests(Queue(clients.sqs(), setting("MEDIA_QUEUE_URL"))),
        settlers={"b": recipients().settle, "s": settling.settle},
    )
    archive = Archive(clients.s3(), setting("ARCHIVE_BUCKET"))
    return Intake(archive=archive, filing=filing)
