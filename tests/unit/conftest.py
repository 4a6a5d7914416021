"""What unit tests share: the one table, on the local engine or in memory."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tandem.store.table import Table
from tests.fakes.engine import client, running_engine
from tests.fakes.memory_table import MemoryTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(autouse=True)
def aws_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials that reach nothing, so that a missing fake can never touch an account."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


def create_table(client: "DynamoDBClient", name: str) -> Table:
    """The table as template.yaml makes it."""
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": attribute, "AttributeType": "S"}
            for attribute in ("pk", "sk", "group", "moment")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_time",
                "KeySchema": [
                    {"AttributeName": "group", "KeyType": "HASH"},
                    {"AttributeName": "moment", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return Table(client, name)


@pytest.fixture(scope="session")
def engine_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A local AWS engine, one a test process, made when a test first asks for it."""
    with running_engine(tmp_path_factory.mktemp("engine")) as url:
        yield url


@pytest.fixture
def engine_table(engine_url: str) -> Table:
    """The one table, empty, on the local engine."""
    return create_table(client("dynamodb", engine_url), f"tandem-{uuid4().hex[:12]}")


@pytest.fixture
def table(engine_table: Table) -> Table:
    """The one table, empty, on the local engine."""
    return engine_table


@pytest.fixture
def memory_table() -> MemoryTable:
    """The one table in memory, for tests that need thousands of writes."""
    return MemoryTable()
