"""Wiring of media_fetch."""

from functools import cache

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from pydantic import TypeAdapter

from tandem.conversations.media import Fetching, WantedFile
from tandem.runtime.graph import graph_of
from tandem.runtime.observability import logger
from tandem.runtime.stores import files, messages

_JOB = TypeAdapter(WantedFile)


def fetch(record: SQSRecord) -> None:
    """Fetch the file that one record of the media queue names."""
    wanted = _JOB.validate_json(record.body)
    attempt = int(record.attributes.approximate_receive_count or 1)
    fetched = fetching().fetch(wanted, attempt=attempt)
    logger().info("fetched a file", media_id=wanted.media_id, new=fetched)


@cache
def fetching() -> Fetching:
    """The verb of this process, made on first use."""
    return Fetching(messages=messages(), files=files(), graph_of=graph_of)
