"""Business tokens: encrypted by KMS before they are stored, bound to what they are for.

The encryption context is {"waba": …} for a line's token and {"onboarding": …} while the number is
not proven yet: a ciphertext moved to another row does not decrypt there.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tandem.model.errors import NotFound
from tandem.store import keys
from tandem.store.registers import Merge, Register
from tandem.store.table import Table

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A line's token as it is stored. `expires_at` (unix seconds) is None when it never does."""

    waba: str
    sealed: bytes
    granted_at: int
    granted_by: str
    expires_at: int | None


class Tokens:
    def __init__(self, table: Table, kms: "KMSClient", key: str) -> None:
        self._table = table
        self._kms = kms
        self._key = key

    def sealed(self, token: str, *, context: dict[str, str]) -> bytes:
        """The ciphertext of a token, which opens only under the same context."""
        answer = self._kms.encrypt(
            KeyId=self._key, Plaintext=token.encode(), EncryptionContext=context
        )
        return answer["CiphertextBlob"]

    def opened(self, sealed: bytes, *, context: dict[str, str]) -> str:
        """The token of a ciphertext; KMS refuses another context."""
        answer = self._kms.decrypt(
            KeyId=self._key, CiphertextBlob=sealed, EncryptionContext=context
        )
        return answer["Plaintext"].decode()

    def keep(
        self,
        tenant: str,
        line: str,
        token: str,
        *,
        waba: str,
        granted_at: int,
        granted_by: str,
        expires_at: int | None,
    ) -> None:
        """Keep a line's token; one granted earlier never replaces one granted later.

        `granted_by` names the onboarding that brought it.
        """
        row = {
            "waba": waba,
            "sealed": self.sealed(token, context={"waba": waba}),
            "granted_by": granted_by,
            "token_expires_at": expires_at,
        }
        granted = Register("granted_at", granted_at, "latest", row)
        self._table.merge(keys.token(tenant, line), Merge((granted,)))

    def row(self, tenant: str, line: str) -> TokenRow | None:
        row = self._table.get(keys.token(tenant, line))
        if row is None:
            return None
        return TokenRow(
            waba=row["waba"],
            sealed=row["sealed"],
            granted_at=row["granted_at"],
            granted_by=row["granted_by"],
            expires_at=row.get("token_expires_at"),
        )

    def read(self, tenant: str, line: str) -> str:
        """The line's token in the clear; NotFound when it has none."""
        row = self.row(tenant, line)
        if row is None:
            raise NotFound("this line has no token: its owner must connect it first")
        return self.opened(row.sealed, context={"waba": row.waba})
