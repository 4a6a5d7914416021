"""The hand-made signature is held to botocore's own; the calls to the real local engine."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from hypothesis import given
from hypothesis import strategies as st

from tandem.runtime.api_keys import KeyRows
from tandem.runtime.aws_over_http import AwsError, AwsOverHttp, Credentials, signed_headers
from tandem.store.api_keys import ApiKeys, holder_of
from tandem.store.table import Table
from tests.fakes.engine import client

MOMENT = datetime(2026, 11, 22, 12, 30, 0, tzinfo=UTC)
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)


def botos_authorization(
    service: str, method: str, url: str, headers: dict[str, str], body: bytes, credentials: Any
) -> str:
    request = AWSRequest(method=method, url=url, data=body, headers=headers)
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    with patch("botocore.auth.get_current_datetime", return_value=MOMENT.replace(tzinfo=None)):
        signer(BotoCredentials(*credentials), service, "eu-west-1").add_auth(request)
    return str(request.headers["Authorization"])


@given(
    body=st.binary(max_size=200),
    secret=WORDS,
    token=st.none() | WORDS,
    call=st.sampled_from(
        [
            ("sqs", "POST", "https://sqs.eu-west-1.amazonaws.com/"),
            ("secretsmanager", "POST", "http://127.0.0.1:4566/"),
            ("s3", "PUT", "https://bucket.s3.eu-west-1.amazonaws.com/incoming/2026/11/22/ab%2B1"),
        ]
    ),
)
def test_the_signature_is_the_one_botocore_makes(
    body: bytes, secret: str, token: str | None, call: tuple[str, str, str]
) -> None:
    service, method, url = call
    headers = {"content-type": "application/x-amz-json-1.0"}
    credentials = Credentials("AKIDEXAMPLE", secret, token)

    ours = signed_headers(
        method,
        url,
        headers,
        body,
        service=service,
        region="eu-west-1",
        credentials=credentials,
        at=MOMENT.timestamp(),
    )

    theirs = botos_authorization(service, method, url, headers, body, credentials)
    assert ours["authorization"] == theirs


def over_http(url: str) -> AwsOverHttp:
    return AwsOverHttp(
        region="us-east-1",
        credentials=Credentials("test", "test"),
        endpoint_url=url,
        sleep=lambda _: None,
    )


def test_the_three_calls_do_what_boto3_then_sees(engine_url: str) -> None:
    name = f"lean-{uuid4().hex[:8]}"
    sqs, s3 = client("sqs", engine_url), client("s3", engine_url)
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    s3.create_bucket(Bucket=name)
    arn = client("secretsmanager", engine_url).create_secret(Name=name, SecretString="s3cret")[
        "ARN"
    ]
    aws = over_http(engine_url)

    aws.send_message(
        queue,
        "héllo \U0001f600",
        attributes={"encoding": {"DataType": "String", "StringValue": "text"}},
        group="15550100001",
    )
    aws.put_object(name, "incoming/a b+c", b"\x00\xff")

    (message,) = sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"])["Messages"]
    assert message["Body"] == "héllo \U0001f600"
    assert message["MessageAttributes"]["encoding"]["StringValue"] == "text"
    assert s3.get_object(Bucket=name, Key="incoming/a b+c")["Body"].read() == b"\x00\xff"
    assert aws.secret(arn) == "s3cret"


def test_a_refusal_is_named_without_payload_or_secret(engine_url: str) -> None:
    with pytest.raises(AwsError) as refused:
        over_http(engine_url).secret("arn:aws:secretsmanager:us-east-1:000000000000:secret:none")

    assert "secretsmanager" in str(refused.value)
    assert "none" not in str(refused.value)


def test_a_key_made_with_boto3_is_found_without_it(engine_url: str, engine_table: Table) -> None:
    key = ApiKeys(engine_table).create("acme", "console", at=100)
    rows = KeyRows(over_http(engine_url), engine_table._name)

    holder = holder_of(key, rows)

    assert holder is not None
    assert (holder.tenant, holder.name, holder.created_at) == ("acme", "console", 100)
    assert holder_of(f"{key}x", rows) is None
    ApiKeys(engine_table).revoke("acme", "console", at=200)
    assert holder_of(key, rows) is None


class Flaky(AwsOverHttp):
    """Answers from a list: an exception is a broken connection, a tuple an HTTP answer."""

    def __init__(self, answers: list[Any]) -> None:
        super().__init__(
            region="r",
            credentials=Credentials("a", "b"),
            sleep=lambda _: None,
            endpoint_url="http://x",
        )
        self.answers = answers
        self.calls = 0

    def _request(self, *_: Any) -> tuple[int, bytes]:
        self.calls += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        return status, body


@pytest.mark.parametrize(
    ("answers", "calls", "succeeds"),
    [
        pytest.param([ConnectionResetError(), (200, b"{}")], 2, True, id="a stale connection"),
        pytest.param([(503, b""), (500, b""), (200, b"{}")], 3, True, id="passing trouble"),
        pytest.param([(400, b"ThrottlingException"), (200, b"{}")], 2, True, id="throttled"),
        pytest.param(
            [(400, b"ProvisionedThroughputExceededException"), (200, b"{}")],
            2,
            True,
            id="a busy table",
        ),
        pytest.param([(403, b"AccessDenied")], 1, False, id="a refusal is final"),
        pytest.param([(503, b"")] * 3, 3, False, id="three tries and no more"),
    ],
)
def test_only_trouble_that_may_pass_is_tried_again(
    answers: list[Any], calls: int, succeeds: bool
) -> None:
    aws = Flaky(answers)

    try:
        aws.put_object("bucket", "key", b"")
        reached = True
    except AwsError:
        reached = False

    assert (aws.calls, reached) == (calls, succeeds)


def test_the_webhook_function_never_imports_boto3() -> None:
    import subprocess
    import sys

    code = (
        "import sys, functions.webhook.handler;"
        "print(json.dumps(sorted(m for m in ('boto3','botocore','pydantic','requests',"
        "'aws_lambda_powertools','dataclasses') if m in sys.modules)))"
    )
    root = Path(__file__).parents[3]
    run = subprocess.run(
        [sys.executable, "-c", "import json;" + code],
        cwd=root,
        env={"PYTHONPATH": f"{root}/layers/domain:{root}"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(run.stdout) == []
