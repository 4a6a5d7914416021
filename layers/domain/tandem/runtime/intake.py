"""Wiring of both intake workers: ingest (live) and history_sync (by the thousand)."""

from functools import cache

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from tandem.broadcasts.sending.settling import Recipients
from tandem.conversations.filing import Filing
from tandem.conversations.intake import Intake
from tandem.conversations.media import MediaRequests
from tandem.history.importing import Importing
from tandem.lines.lifecycle import Lifecycle
from tandem.runtime import clients, stores
from tandem.runtime.metrics import count
from tandem.runtime.observability import logger
from tandem.runtime.settings import setting
from tandem.store.archive import Archive
from tandem.store.directory import Directory
from tandem.store.queues import Queue


def take_in(record: SQSRecord) -> None:
    """Take in one record of the live or the history queue."""
    events = intake().take_in(record.raw_event)
    count("DeliveriesTakenIn")
    logger().info("took in a delivery", message_id=record.message_id, events=events)


@cache
def intake() -> Intake:
    """The intake of this process, made on first use."""
    filing = Filing(
        directory=Directory(stores.lines()),
        recording=stores.recording(),
        importing=Importing(
            messages=stores.messages(),
            talks=stores.talks(),
            people=stores.people(),
            syncs=stores.syncs(),
            kept=stores.kept_things(),
        ),
        messages=stores.messages(),
        talks=stores.talks(),
        people=stores.people(),
        syncs=stores.syncs(),
        kept=stores.kept_things(),
        lifecycle=Lifecycle(stores.lines(), stores.happenings(), stores.templates()),
        media=MediaRequests(Queue(clients.sqs(), setting("MEDIA_QUEUE_URL"))),
        settlers={"b": recipients().settle, "s": stores.settling().settle},
        hear=stores.pace().hear,
    )
    archive = Archive(clients.s3(), setting("ARCHIVE_BUCKET"))
    return Intake(archive=archive, filing=filing, unclaimed=stores.unclaimed())


def recipients() -> Recipients:
    """The settler of the callbacks of broadcasts."""
    return Recipients(
        rows=stores.broadcast_rows(),
        recipients=stores.recipient_rows(),
        lines=stores.lines(),
        people=stores.people(),
        recording=stores.recording(),
    )
