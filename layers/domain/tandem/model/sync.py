"""The one-shot import of an onboarding: what was asked for, what came, what that proves."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one applied history chunk contained: counts, and for each message a few bytes.

    `fingerprints` holds 8 bytes per message, `days` its day (unix days, 2 bytes) and `person_of`
    its place (4 bytes) in `people`, which holds 8 bytes per alias that the chunk's messages were
    filed under; so messages over overlapping chunks are counted once. `awaited` has a line per
    placeholder: its time and its wamid. A receipt of before 0.2.0 has `fingerprints` alone.
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
    people: bytes = b""
    person_of: bytes = b""
    days: bytes = b""
    awaited: bytes = b""


@dataclass(frozen=True, slots=True)
class SyncFacts:
    """What is known of one sync beside its receipts; times are unix seconds.

    `first_chunk_at` and `last_chunk_at` are when the first and the newest distinct chunk came,
    `declined_at` when Meta first said that the history is not shared, in the words `declined`.
    """

    sync: str
    opened_at: int | None = None
    contacts_from: int | None = None
    declined: str | None = None
    declined_at: int | None = None
    first_chunk_at: int | None = None
    last_chunk_at: int | None = None


class ImportState(StrEnum):
    """Where an import stands. It is derived from what was asked, what came and when; never stored.

    What arrives has the last word: a chunk settles whatever was feared of the request.
    """

    NOT_REQUESTED = "not_requested"
    """Nothing was asked yet, or nothing is to be asked: the number is not in the app."""
    REQUESTING = "requesting"
    """Meta is being asked; what it surely did not take is asked again until the deadline."""
    UNKNOWN = "unknown"
    """Meta was asked once and did not answer: never asked again, what arrives tells."""
    REQUESTED = "requested"
    """Meta took the request."""
    RECEIVING = "receiving"
    COMPLETE = "complete"
    """Meta said 100 %, and no chunk inside a phase is missing."""
    COMPLETE_WITH_GAPS = "complete_with_gaps"
    """Meta said 100 %, a chunk inside a phase is missing, and an hour brought nothing more."""
    STALLED = "stalled"
    """Chunks came, below 100 %, and an hour brought nothing more."""
    SILENT = "silent"
    """Meta took the request, and half an hour brought nothing."""
    DECLINED = "declined"
    """The owner did not share the chats, in Meta's words."""
    EXPIRED = "expired"
    """Meta takes no request any more: the 24 hours are over, or it refused for good."""


class Verdict(StrEnum):
    """How far an import has come, as far as the receipts alone can tell."""

    NOTHING_YET = "nothing_yet"
    RECEIVING = "receiving"
    COMPLETE_WITH_GAPS = "complete_with_gaps"
    """Meta said 100 %, but a chunk inside a phase is missing: `missing` names it."""
    COMPLETE = "complete"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of the import: 0 = the last day, 1 = days 1 to 90, 2 = days 90 to 180.

    `missing` names the first of the `missing_count` orders that are missing between the chunks;
    `progress` is the highest that a chunk of this phase reported, `messages` are distinct ones.
    """

    phase: int
    chunks: int
    first_order: int
    last_order: int
    missing: tuple[int, ...]
    missing_count: int
    progress: int
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
