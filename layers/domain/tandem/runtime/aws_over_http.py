"""The few AWS calls of the webhook function and the authorizer, signed by hand over `http.client`.

Importing boto3 and making a client takes longer than everything else these functions do when they
start cold, and Meta or a person is waiting. `tests/unit/runtime/test_aws_over_http.py` holds the
signature to botocore's own, header for header. See docs/decisions/0003-webhook-without-boto3.md.
"""

import hashlib
import hmac
import http.client
import json
import os
import re
import ssl
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from tandem.runtime.settings import setting

TRIES = 3
TIMEOUT_SECONDS = 3.0
_PAUSES = (0.05, 0.2)
_PASSING = re.compile(rb"Throttl|ThroughputExceeded|RequestLimitExceeded")
"""What AWS calls a refusal that passes; it comes with status 400."""
_UNSIGNED = frozenset({"connection", "content-length"})


class Credentials(NamedTuple):
    access_key: str
    secret_key: str
    session_token: str | None = None


class AwsError(RuntimeError):
    """AWS refused, or could not be reached after all tries. Holds no secret and no payload."""


class AwsOverHttp:
    """One connection a host, kept between calls; a broken one is opened anew."""

    def __init__(
        self,
        *,
        region: str,
        credentials: Credentials,
        endpoint_url: str | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._region = region
        self._credentials = credentials
        self._endpoint_url = endpoint_url
        self._clock = clock
        self._sleep = sleep
        self._connections: dict[str, http.client.HTTPConnection] = {}

    def send_message(
        self, queue_url: str, text: str, *, attributes: Mapping[str, Any], group: str
    ) -> None:
        """SQS SendMessage. `group` spreads a standard queue fairly over its lines."""
        message = {
            "QueueUrl": queue_url,
            "MessageBody": text,
            "MessageAttributes": attributes,
            "MessageGroupId": group,
        }
        self._json_call("sqs", "AmazonSQS.SendMessage", message, version="1.0")

    def secret(self, arn: str) -> str:
        """SecretsManager GetSecretValue: the current secret's text."""
        target = "secretsmanager.GetSecretValue"
        answer = self._json_call("secretsmanager", target, {"SecretId": arn}, version="1.1")
        return str(json.loads(answer)["SecretString"])

    def get_item(self, table: str, pk: str, sk: str) -> Mapping[str, Mapping[str, Any]] | None:
        """DynamoDB GetItem, read consistently: the row as attribute values; None without one."""
        wanted = {
            "TableName": table,
            "Key": {"pk": {"S": pk}, "sk": {"S": sk}},
            "ConsistentRead": True,
        }
        answer = self._json_call("dynamodb", "DynamoDB_20120810.GetItem", wanted, version="1.0")
        item: Mapping[str, Mapping[str, Any]] | None = json.loads(answer).get("Item")
        return item

    def put_object(self, bucket: str, key: str, body: bytes) -> None:
        """S3 PutObject."""
        own_host = f"https://{bucket}.s3.{self._region}.amazonaws.com"
        base = f"{self._endpoint_url}/{bucket}" if self._endpoint_url else own_host
        url = f"{base}/{quote(key)}"
        self._call("s3", "PUT", url, {"content-type": "application/json"}, body)

    def _json_call(self, service: str, target: str, body: Any, *, version: str) -> bytes:
        url = self._endpoint_url or f"https://{service}.{self._region}.amazonaws.com"
        headers = {
            "content-type": f"application/x-amz-json-{version}",
            "x-amz-target": target,
        }
        return self._call(service, "POST", f"{url}/", headers, json.dumps(body).encode())

    def _call(
        self, service: str, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> bytes:
        """One call, tried again while the trouble may pass: every call here can be repeated."""
        trouble = ""
        for attempt in range(TRIES):
            if attempt:
                self._sleep(_PAUSES[attempt - 1])
            signed = signed_headers(
                method,
                url,
                headers,
                body,
                service=service,
                region=self._region,
                credentials=self._credentials,
                at=self._clock(),
            )
            try:
                status, answer = self._request(method, url, signed, body)
            except (OSError, http.client.HTTPException) as error:
                trouble = type(error).__name__
                continue
            if status < 300:
                return answer
            trouble = f"HTTP {status}"
            if status < 500 and status != 429 and not _PASSING.search(answer):
                break
        raise AwsError(f"{service} did not take the {method}: {trouble}")

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, bytes]:
        parts = urlsplit(url)
        connection = self._connections.pop(parts.netloc, None) or _connection(parts)
        try:
            connection.request(method, parts.path, body=body, headers=dict(headers))
            response = connection.getresponse()
            answer = response.read()
        except BaseException:
            connection.close()
            raise
        self._connections[parts.netloc] = connection
        return response.status, answer


@cache
def aws_over_http() -> AwsOverHttp:
    """AWS as this function's own role, by the environment that Lambda gives."""
    return AwsOverHttp(
        region=setting("AWS_REGION"),
        credentials=Credentials(
            setting("AWS_ACCESS_KEY_ID"),
            setting("AWS_SECRET_ACCESS_KEY"),
            os.environ.get("AWS_SESSION_TOKEN"),
        ),
        endpoint_url=os.environ.get("AWS_ENDPOINT_URL"),
    )


def _connection(parts: Any) -> http.client.HTTPConnection:
    if parts.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(parts.netloc, timeout=TIMEOUT_SECONDS, context=context)
    return http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_SECONDS)


def signed_headers(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    service: str,
    region: str,
    credentials: Credentials,
    at: float,
) -> dict[str, str]:
    """The headers with which AWS believes a request (Signature Version 4). No query strings.

    The path must be percent-encoded already; S3 signs it as it is, and so do the others here,
    whose path is always `/`.
    """
    parts = urlsplit(url)
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
    payload = hashlib.sha256(body).hexdigest()
    signing = {**headers, "host": parts.netloc, "x-amz-date": moment}
    if service == "s3":
        signing["x-amz-content-sha256"] = payload
    if credentials.session_token:
        signing["x-amz-security-token"] = credentials.session_token
    names = sorted(name for name in signing if name not in _UNSIGNED)
    listed = ";".join(names)
    canonical = "\n".join(
        [
            method,
            parts.path,
            "",
            *(f"{name}:{signing[name]}" for name in names),
            "",
            listed,
            payload,
        ]
    )
    scope = f"{moment[:8]}/{region}/{service}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}"
    key = f"AWS4{credentials.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    credential = f"{credentials.access_key}/{scope}"
    signing["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={listed}, Signature={signature}"
    )
    return signing
