"""Checking a certificate, offline: that nothing in it was changed since it was signed."""

import argparse
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

from tandem.history.statement import FORM, canonical, listed_whole
from tandem.runtime import clients
from tandem.runtime.commands.offering import Answer, Stack, Unusable, minute, offer
from tandem.store.certificate_key import ALGORITHM, CertificateKey


def offered(commands: Any) -> None:
    made = offer(commands, "verify", _verify, "Check a certificate; with --stack, whose it is.")
    made.add_argument("file", type=Path, help="the answer of GET /v1/lines/{line}/certificate")
    # Offline unless it is asked whose the key is.
    made.set_defaults(stack=None)


def _verify(stack: Stack, asked: argparse.Namespace) -> Answer:
    said, seal = _read(asked.file)
    _check_signature(canonical(said), seal)
    for part in ("days", "threads"):
        if listed_whole(said[part]) is False:
            raise Unusable(f"the digest of its {part} is not that of the list")
    ours = None
    if asked.stack:
        key = CertificateKey(clients.kms(), stack["CertificateKeyArn"])
        ours = key.public_key() == seal["public_key"]
        if not ours:
            raise Unusable(f"it was signed by another key than that of {asked.stack}")
    whose = (
        f"The key is that of {asked.stack}."
        if ours
        else "Whose key it is was not checked: give --stack."
    )
    return Answer(
        f"The signature holds. {whose}\n+{said['display_number']}, {said['state']}, "
        f"{said['arrived']['messages']} messages, issued {minute(said['issued_at'])} UTC",
        {"holds": True, "key_of_stack": ours, "certificate": said},
    )


def _read(file: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        whole = json.loads(file.read_text(encoding="utf-8"))
        said, seal = whole["certificate"], whole["signature"]
        form, algorithm = said["form"], seal["algorithm"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unusable(f"{file} holds no certificate: {error}") from None
    if (form, algorithm) != (FORM, ALGORITHM):
        raise Unusable(f"this is {form} signed with {algorithm}: another version can check it")
    return said, seal


def _check_signature(content: bytes, seal: dict[str, Any]) -> None:
    # Only who verifies needs it; the functions sign through KMS and carry no cryptography.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import (
        ECDSA,
        SECP256R1,
        EllipticCurvePublicKey,
    )
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(seal["public_key"].encode())
        if not (isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)):
            raise Unusable("its public key is not of the curve P-256")
        key.verify(b64decode(seal["value"], validate=True), content, ECDSA(SHA256()))
    except (InvalidSignature, ValueError, KeyError):
        raise Unusable(
            "the signature does not hold: something was changed, or another key signed"
        ) from None
