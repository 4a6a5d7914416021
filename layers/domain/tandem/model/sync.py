"""The one-shot import of an onboarding: what was asked for, what came, what that proves."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one applied history chunk contained.

    `fingerprints` holds 8 bytes per message, so that distinct messages can be counted over chunks.
    """

    phase: int
    chunk_order: int
    progress: int
    digest: str
    messages: int
    threads: int
    placeholders: int
    kept: int
    oldest_at: int
    newest_at: int
    fingerprints: bytes


@dataclass(frozen=True, slots=True)
class SyncFacts:
    """What is known of one sync beside its receipts; times are unix seconds.

    `first_chunk_at` and `last_chunk_at` are when the first and the newest distinct chunk came.
    """

    sync: str
    opened_at: int | None = None
    contacts_from: int | None = None
    declined: str | None = None
    first_chunk_at: int | None = None
    last_chunk_at: int | None = None


class Verdict(StrEnum):
    """How far an import has come, as far as the receipts can tell."""

    NOTHING_YET = "nothing_yet"
    RECEIVING = "receiving"
    INCOMPLETE = "incomplete"
    """Meta said 100 %, but a chunk inside a phase is missing: `missing` names it."""
    COMPLETE = "complete"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of the import: 0 = the last day, 1 = days 1 to 90, 2 = days 90 to 180."""

    phase: int
    chunks: int
    first_order: int
    last_order: int
    missing: tuple[int, ...]
    messages: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the receipts of one sync prove, and what nothing can prove.

    `rows` counts messages as Meta sent them, `messages` distinct ones. `proven` and `unprovable`
    are sentences for the owner. `conflicts` names places that came with two different contents.
    """

    sync: str
    verdict: Verdict
    progress: int
    chunks: int
    rows: int
    messages: int
    placeholders: int
    kept: int
    oldest_at: int | None
    newest_at: int | None
    phases: tuple[Phase, ...]
    conflicts: tuple[tuple[int, int], ...]
    proven: tuple[str, ...]
    unprovable: tuple[str, ...]
