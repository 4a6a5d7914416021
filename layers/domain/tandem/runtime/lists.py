"""Wiring of uploaded lists and of segments: what the api offers, and list_reader."""

import time
from functools import cache
from typing import Annotated

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from pydantic import BaseModel, Field

from tandem.broadcasts.audience.list_reading import ListReading
from tandem.broadcasts.audience.lists import UploadedLists
from tandem.broadcasts.audience.named_segments import NamedSegments
from tandem.runtime import clients
from tandem.runtime.observability import logger
from tandem.runtime.settings import setting
from tandem.runtime.stores import (
    broadcast_rows,
    lines,
    lists,
    people,
    segments,
    series_rows,
    talks,
)
from tandem.store.queues import Queue

Name = Annotated[str, Field(min_length=1)]


class ListJob(BaseModel):
    """The body of a message on the lists queue."""

    tenant: Name
    list: Name


def read(record: SQSRecord) -> None:
    """Read the list that one record of the lists queue names."""
    job = ListJob.model_validate_json(record.body)
    told = reading().read(job.tenant, job.list)
    people, bad = (told.people, told.bad_rows) if told else (None, None)
    logger().info("read a list", list=job.list, people=people, bad_rows=bad)


@cache
def reading() -> ListReading:
    """The verb of the lists queue."""
    return ListReading(lists=lists())


@cache
def uploaded_lists() -> UploadedLists:
    """What the api offers of lists."""
    queue = Queue(clients.sqs(), setting("LISTS_QUEUE_URL"))
    return UploadedLists(
        lists=lists(), rows=broadcast_rows(), series=series_rows(), queue=queue, clock=time.time
    )


@cache
def named_segments() -> NamedSegments:
    """What the api offers of segments."""
    return NamedSegments(
        segments=segments(), people=people(), talks=talks(), lines=lines(), clock=time.time
    )
