"""The door of the webhook: who may come in, and how the callback is confirmed."""

import subprocess
import sys
from pathlib import Path

import pytest

from tandem.meta.handshake import challenge
from tandem.meta.signature import signed, verified

DOMAIN = Path(__file__).parents[3] / "layers" / "domain"
BODY = b'{"text":"caf\\u00e9 \\/ \\u0040"}'
ASKED = {"hub.mode": "subscribe", "hub.verify_token": "token", "hub.challenge": "1158201444"}


def test_a_signature_is_the_documented_hmac_of_the_raw_bytes() -> None:
    # RFC 4231, test case 2.
    header = signed(b"what do ya want for nothing?", "Jefe")

    assert header == ("sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")


def test_a_body_is_verified_by_any_of_the_secrets_valid_during_rotation() -> None:
    header = signed(BODY, "previous")

    assert verified(BODY, header, ["current", "previous"])
    assert verified(BODY, header, ["previous", "current"])


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        "sha256=00",
        signed(BODY, "retired"),
        signed(BODY + b" ", "current"),
        signed(BODY, "current").removeprefix("sha256="),
        signed(BODY, "current")[:-1],
        signed(BODY, "current").replace("sha256", "sha1"),
        "sha256=é\udcff",
    ],
)
def test_any_other_header_is_refused(header: str | None) -> None:
    assert not verified(BODY, header, ["current", "previous"])


@pytest.mark.parametrize("secrets", [[], [""], ["", ""]])
def test_without_a_secret_nothing_is_verified(secrets: list[str]) -> None:
    header = signed(BODY, "")

    assert not verified(BODY, header, secrets)


def test_one_changed_bit_is_enough_to_be_refused() -> None:
    header = signed(BODY, "current")

    for position in range(len(BODY)):
        changed = bytearray(BODY)
        changed[position] ^= 1
        assert not verified(bytes(changed), header, ["current"])


def test_the_callback_is_confirmed_with_the_challenge() -> None:
    assert challenge(ASKED, "token") == "1158201444"


@pytest.mark.parametrize(
    "change",
    [
        {"hub.verify_token": "another"},
        {"hub.verify_token": ""},
        {"hub.verify_token": "toke\udcff"},
        {"hub.mode": "unsubscribe"},
    ],
)
def test_another_token_or_mode_is_not_confirmed(change: dict[str, str]) -> None:
    assert challenge(ASKED | change, "token") is None


def test_an_empty_verify_token_confirms_nobody() -> None:
    assert challenge(ASKED | {"hub.verify_token": ""}, "") is None


def test_the_door_brings_no_heavy_module_with_it() -> None:
    heavy = "{'json', 'requests', 'pydantic', 'boto3', 'tandem.model.events', 're', 'typing'}"
    code = (
        "import sys; import tandem.meta.signature, tandem.meta.handshake;"
        f"print(sorted({heavy} & set(sys.modules)))"
    )

    told = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(DOMAIN)},
    )

    assert told.stdout.strip() == "[]"
