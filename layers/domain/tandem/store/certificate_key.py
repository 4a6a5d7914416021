"""The key that signs certificates. Its private half never leaves KMS."""

import hashlib
from base64 import b64encode
from textwrap import wrap
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

ALGORITHM: Literal["ECDSA_SHA_256"] = "ECDSA_SHA_256"
"""ECDSA over the curve P-256, of the SHA-256 of what is signed; a signature is DER."""


class CertificateKey:
    def __init__(self, kms: "KMSClient", key: str) -> None:
        self._kms = kms
        self.id = key
        self._public = ""

    def sign(self, content: bytes) -> str:
        """The signature of `content`, in base64. KMS takes no more than 4 KB, so it gets a hash."""
        answer = self._kms.sign(
            KeyId=self.id,
            Message=hashlib.sha256(content).digest(),
            MessageType="DIGEST",
            SigningAlgorithm=ALGORITHM,
        )
        return b64encode(answer["Signature"]).decode()

    def public_key(self) -> str:
        """The public half as PEM, asked for once."""
        if not self._public:
            der = self._kms.get_public_key(KeyId=self.id)["PublicKey"]
            body = "\n".join(wrap(b64encode(der).decode(), 64))
            self._public = f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"
        return self._public
