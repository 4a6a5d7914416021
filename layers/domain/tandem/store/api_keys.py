"""API keys: only the SHA-256 of a key is stored, and it leads to the tenant whose key it is.

A key is 256 random bits, so its plain digest cannot be reversed by guessing; no salt is needed,
and the digest can be the row's own key: finding it is the whole check.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tandem.store import keys
from tandem.store.registers import Row

if TYPE_CHECKING:
    from tandem.store.table import Table

PREFIX = "tdm_"
"""Begins every key, so that a leaked one can be recognised."""

LISTED = 100


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as its tenant knows it. `id` is its digest; the key itself is not kept."""

    id: str
    tenant: str
    name: str
    created_at: int
    revoked_at: int | None = None


class Rows(Protocol):
    """All that checking a key needs of the table."""

    def get(self, key: keys.Key) -> Row | None: ...


class ApiKeys:
    """The keys of every tenant."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def create(self, tenant: str, name: str, *, at: int) -> str:
        """A new key of a tenant. This is the only time that it can be read.

        Raises ValueError for a name that no tenant can have.
        """
        keys.tenant_name(tenant)
        key = PREFIX + secrets.token_urlsafe(32)
        digest = digest_of(key)
        row = {
            "tenant": tenant,
            "name": name,
            "created_at": at,
            "group": keys.api_keys(tenant),
            "moment": keys.moment(at, digest),
        }
        # Nobody else makes this key: an insert that is refused is our own, repeated by the client.
        self._table.insert(keys.api_key(digest), row)
        return key

    def holder(self, key: str) -> ApiKey | None:
        """Whose key this is; None when nobody's or revoked."""
        return holder_of(key, self._table)

    def of(self, tenant: str) -> tuple[ApiKey, ...]:
        """The newest keys of a tenant, the revoked ones too."""
        page = self._table.page(keys.api_keys(tenant), limit=LISTED)
        return tuple(_read(row) for row in page.rows)

    def revoke(self, tenant: str, name: str, *, at: int) -> int:
        """Revoke every key of a tenant that has this name or id; how many opened until now."""
        wanted = [key for key in self.of(tenant) if name in (key.name, key.id)]
        return sum(self._revoke(key, at) for key in wanted)

    def _revoke(self, key: ApiKey, at: int) -> bool:
        return self._table.update(
            keys.api_key(key.id),
            put={"revoked_at": at},
            if_equal={"tenant": key.tenant, "revoked_at": None},
        )


def holder_of(key: str, rows: Rows) -> ApiKey | None:
    """Whose key this is; None when nobody's or revoked. One read, whatever it is."""
    row = rows.get(keys.api_key(digest_of(key)))
    if row is None or "revoked_at" in row:
        return None
    return _read(row)


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()


def _read(row: Row) -> ApiKey:
    return ApiKey(
        id=str(row["pk"]).rpartition("#")[2],
        tenant=row["tenant"],
        name=row["name"],
        created_at=row["created_at"],
        revoked_at=row.get("revoked_at"),
    )
