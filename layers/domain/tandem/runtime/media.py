"""Wiring of media_fetch."""

from functools import cache

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from pydantic import TypeAdapter

from tandem.conversations.media import Fetching, WantedFile
from tandem.meta.graph import Graph
from tandem.runtime import clients
from tandem.runtime.observability import logger
from tandem.runtime.settings import setting
from tandem.store.files import Files
from tandem.store.messages import Messages
from tandem.store.table import Table
from tandem.store.tokens import Tokens

_JOB = TypeAdapter(WantedFile)


def fetch(record: SQSRecord) -> None:
    """Fetch the file that one record of the media queue names."""
    wanted = _JOB.validate_json(record.body)
    fetched = fetching().fetch(wanted)
    logger().info("fetched a file", media_id=wanted.media_id, new=fetched)


@cache
def fetching() -> Fetching:
    """The verb of this process, made on first use."""
    table = Table(clients.dynamodb(), setting("TABLE_NAME"))
    tokens = Tokens(table, clients.kms(), setting("TOKEN_KEY_ARN"))

    def graph_of(tenant: str, line: str) -> Graph:
        token = tokens.read(tenant, line)
        return Graph(setting("GRAPH_URL"), setting("GRAPH_VERSION"), token)

    files = Files(clients.s3(), setting("MEDIA_BUCKET"))
    return Fetching(messages=Messages(table), files=files, graph_of=graph_of)
