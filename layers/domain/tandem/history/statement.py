"""What a signed certificate states: the proof of an import as one JSON object, and its exact bytes.

It names no people: a thread is a fingerprint, as in a receipt. Lists that could grow without end
are cut, and say so by a count and a digest of the whole.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from tandem.history.certificate import SPAN
from tandem.history.tally import DAY, Tally
from tandem.model.files import SHARED_DAYS
from tandem.model.line import Line
from tandem.model.sync import Certificate, ImportState, SyncFacts

FORM = "tandem.certificate/1"

DAYS_LISTED = 1_000
THREADS_LISTED = 20_000
"""With these a certificate stays below 2 MB; Lambda answers with at most 6."""


@dataclass(frozen=True, slots=True)
class MediaCount:
    """Placeholders by what became of them.

    `expected` are young enough, at the moment of connecting, to come; of them `arrived` have come,
    `waiting` have not, and `not_looked_at` were too many to look at. `too_old` never come.
    """

    expected: int
    arrived: int
    waiting: int
    not_looked_at: int
    too_old: int


def canonical(value: object) -> bytes:
    """The bytes that are signed: names in order, no spaces, UTF-8 (RFC 8785 for what is stated:
    objects, arrays, texts and whole numbers)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def statement(
    line: Line,
    *,
    facts: SyncFacts,
    certificate: Certificate,
    tally: Tally,
    media: MediaCount,
    state: ImportState,
    issued_at: int,
) -> dict[str, Any]:
    """The statement about one import at the moment `issued_at`. What is not known is left out."""
    said = {
        "form": FORM,
        "line": line.line,
        "display_number": line.display_number,
        "waba": line.waba,
        "sync": certificate.sync,
        "connected_at": facts.opened_at,
        "issued_at": issued_at,
        "state": state.value,
        "declined": facts.declined,
        "arrived": _known(
            {
                "progress": certificate.progress,
                "chunks": certificate.chunks,
                "rows": certificate.rows,
                "messages": certificate.messages,
                "placeholders": certificate.placeholders,
                "kept_aside": certificate.kept,
                "oldest_at": certificate.oldest_at,
                "newest_at": certificate.newest_at,
                "first_chunk_at": facts.first_chunk_at,
                "last_chunk_at": facts.last_chunk_at,
                "without_day_and_thread": tally.unplaced,
                "digest": tally.digest,
            }
        ),
        "phases": [
            asdict(phase) | {"span": SPAN.get(phase.phase, "an unnamed span")}
            for phase in certificate.phases
        ],
        "days": _cut([_day(*each) for each in tally.days], DAYS_LISTED),
        "threads": _cut(_largest_first(tally.threads), THREADS_LISTED),
        "media": asdict(media),
        "conflicts": [
            {"phase": phase, "chunk_order": order} for phase, order in certificate.conflicts
        ],
        "proven": [*certificate.proven, *_proven(tally, media)],
        "unprovable": [*certificate.unprovable, *_unprovable(media)],
    }
    # As JSON has it, so that what is signed is what is answered.
    whole: dict[str, Any] = json.loads(canonical(_known(said)))
    return whole


def listed_whole(part: Mapping[str, Any]) -> bool | None:
    """Whether a cut list and its digest agree; None when it was cut and cannot tell."""
    if part["count"] != len(part["listed"]):
        return None
    return bool(part["digest"] == _digest(part["listed"]))


def _proven(tally: Tally, media: MediaCount) -> Iterator[str]:
    if tally.threads:
        threads, days = len(tally.threads), len(tally.days)
        yield f"The messages are of {threads} threads and {days} different days."
    if media.expected:
        yield (
            f"Of {media.expected} photos and files that were at most {SHARED_DAYS} days old at "
            f"connecting, {media.arrived} have arrived since."
        )


def _unprovable(media: MediaCount) -> Iterator[str]:
    if media.too_old:
        yield (
            f"What {media.too_old} older photos and files show: Meta does not send files that were "
            f"more than {SHARED_DAYS} days old at connecting. They stay on the phone."
        )
    if media.not_looked_at:
        yield f"Whether {media.not_looked_at} further photos and files arrived: not looked at."


def _day(day: int, messages: int) -> dict[str, Any]:
    return {"day": datetime.fromtimestamp(day * DAY, UTC).date().isoformat(), "messages": messages}


def _largest_first(threads: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    ordered = sorted(threads, key=lambda each: (-each[1], each[0]))
    return [{"thread": thread, "messages": messages} for thread, messages in ordered]


def _cut(entries: list[dict[str, Any]], most: int) -> dict[str, Any]:
    return {"count": len(entries), "digest": _digest(entries), "listed": entries[:most]}


def _digest(entries: object) -> str:
    return hashlib.sha256(canonical(entries)).hexdigest()


def _known(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}
