import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.meta.signature import signed
from tandem.runtime.aws_over_http import AwsError
from tandem.runtime.webhook import Reception
from tandem.store.envelope import QUEUE_LIMIT, opened


class FakeAws:
    """Remembers what was kept. Its secrets can be rotated while the reception runs."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {
            "app": '{"current": "now", "previous": ""}',
            "verify": "let-me-in\n",
        }
        self.sent: list[dict[str, Any]] = []
        self.objects: dict[str, bytes] = {}
        self.calls = 0
        self.broken = False

    def secret(self, arn: str) -> str:
        self.calls += 1
        return self.secrets[arn]

    def put_object(self, bucket: str, key: str, body: bytes) -> None:
        self.calls += 1
        self.objects[key] = body

    def send_message(self, queue_url: str, text: str, *, attributes: Any, group: str) -> None:
        self.calls += 1
        if self.broken:
            raise AwsError("sqs did not take the POST: HTTP 503")
        self.sent.append(
            {
                "queue": queue_url,
                "group": group,
                "body": text,
                "messageAttributes": {
                    name: {"stringValue": value["StringValue"]}
                    for name, value in attributes.items()
                },
            }
        )


class Unreachable(dict[str, str]):
    """Secrets that cannot be read now."""

    tries = 0

    def __getitem__(self, arn: str) -> str:
        self.tries += 1
        raise AwsError("secretsmanager did not take the POST: HTTP 503")


class Clock:
    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


def reception(aws: FakeAws, clock: Clock | None = None) -> Reception:
    return Reception(
        aws,
        live_queue="live",
        history_queue="history",
        bucket="bucket",
        app_secret_arn="app",
        verify_token_arn="verify",
        clock=clock or Clock(),
    )


def body_of(field: str, text: str = "hello") -> bytes:
    value = {"metadata": {"phone_number_id": "106540352242922"}, "text": text}
    change = {"field": field, "value": value}
    return json.dumps({"entry": [{"id": "1", "changes": [change]}]}).encode()


@given(st.binary(max_size=300))
def test_whatever_was_signed_comes_out_of_the_queue_byte_for_byte(body: bytes) -> None:
    aws = FakeAws()

    kept = reception(aws).take(body, signed(body, "now"))

    delivery = opened(aws.sent[0], aws.objects.__getitem__)
    assert kept
    assert (delivery.body, delivery.received_at) == (body, 1_790_000_000)


@pytest.mark.parametrize("size", [QUEUE_LIMIT, 3 * 1024 * 1024])
@pytest.mark.parametrize("filling", [b"x", b"\xff", "é".encode()])
def test_what_the_queue_cannot_take_waits_in_the_bucket(size: int, filling: bytes) -> None:
    aws = FakeAws()
    body = filling * (size // len(filling))

    reception(aws).take(body, signed(body, "now"))

    assert aws.objects
    assert len(aws.sent[0]["body"]) < 200
    assert opened(aws.sent[0], aws.objects.__getitem__).body == body


def test_what_comes_by_the_thousand_and_live_traffic_take_different_queues() -> None:
    aws = FakeAws()
    desk = reception(aws)
    sly = body_of("messages", text='"field":"history"')

    for body in (body_of("messages"), body_of("history"), body_of("smb_app_state_sync"), sly):
        desk.take(body, signed(body, "now"))

    assert [letter["queue"] for letter in aws.sent] == ["live", "history", "history", "live"]
    assert {letter["group"] for letter in aws.sent} == {"106540352242922"}


@pytest.mark.parametrize("signature", [None, "", "sha256=", "sha256=" + "0" * 64, "garbage", "é"])
def test_without_a_signature_nothing_is_kept(signature: str | None) -> None:
    aws = FakeAws()

    kept = reception(aws).take(body_of("messages"), signature)

    assert not kept
    assert (aws.sent, aws.objects) == ([], {})


def test_one_call_a_post_once_the_secret_is_known() -> None:
    aws = FakeAws()
    desk = reception(aws)
    small, large = body_of("messages"), b"x" * QUEUE_LIMIT
    desk.take(small, signed(small, "now"))

    counted = []
    for body in (small, large):
        before = aws.calls
        desk.take(body, signed(body, "now"))
        counted.append(aws.calls - before)

    assert counted == [1, 2]


def test_during_a_rotation_both_secrets_are_good_and_the_retired_one_is_not() -> None:
    aws, clock = FakeAws(), Clock()
    desk = reception(aws, clock)
    body = body_of("messages")
    assert desk.take(body, signed(body, "now"))

    aws.secrets["app"] = '{"current": "next", "previous": "now"}'
    clock.now += 11
    assert desk.take(body, signed(body, "next"))
    assert desk.take(body, signed(body, "now"))

    aws.secrets["app"] = '{"current": "next"}'
    clock.now += 301
    assert not desk.take(body, signed(body, "now"))


def test_a_secret_that_cannot_be_read_again_is_good_meanwhile() -> None:
    aws, clock = FakeAws(), Clock()
    desk = reception(aws, clock)
    body = body_of("messages")
    assert desk.take(body, signed(body, "now"))
    secrets, aws.secrets = aws.secrets, Unreachable()
    clock.now += 301

    kept = [desk.take(body, signed(body, "now")) for _ in range(5)]
    tries = aws.secrets.tries
    aws.secrets = {**secrets, "app": '{"current": "next"}'}
    clock.now += 11

    assert kept == [True] * 5
    assert tries == 1
    assert not desk.take(body, signed(body, "now"))


def test_before_any_secret_is_known_nothing_is_believed() -> None:
    aws = FakeAws()
    aws.secrets = Unreachable()
    body = body_of("messages")

    with pytest.raises(AwsError):
        reception(aws).take(body, signed(body, ""))

    assert aws.sent == []


def test_a_flood_of_bad_signatures_does_not_become_a_flood_of_calls() -> None:
    aws, clock = FakeAws(), Clock()
    desk = reception(aws, clock)

    for _ in range(100):
        clock.now += 0.1
        desk.take(b"{}", "sha256=" + "0" * 64)

    assert aws.calls <= 3


def test_what_cannot_be_kept_is_not_acknowledged() -> None:
    aws = FakeAws()
    aws.broken = True
    body = body_of("messages")

    with pytest.raises(AwsError):
        reception(aws).take(body, signed(body, "now"))


def test_only_our_verify_token_gets_the_challenge() -> None:
    desk = reception(FakeAws())
    asked = {"hub.mode": "subscribe", "hub.challenge": "42"}

    assert desk.greet({**asked, "hub.verify_token": "let-me-in"}) == "42"
    assert desk.greet({**asked, "hub.verify_token": "other"}) is None
    assert desk.greet(asked) is None
