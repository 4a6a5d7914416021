"""Counting over receipts: each message once, however many chunks brought it.

A receipt names neither people nor messages: eight bytes of a hash stand for each.
"""

import hashlib
import struct
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tandem.model.events import Completeness, Sighting
from tandem.model.sync import Receipt

FINGERPRINT_BYTES = 8
DAY = 24 * 3600
LAST_DAY = 0xFFFF
"""The last day that two bytes can name, in the year 2149: what claims to be later stands there."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The distinct messages of an import.

    `days` counts them by unix day, `threads` by the fingerprint of the alias they were filed under.
    `unplaced` are those of receipts that say neither. `digest` is the SHA-256, in hex, of all
    distinct fingerprints in order, one behind the other.
    """

    messages: int
    days: tuple[tuple[int, int], ...]
    threads: tuple[tuple[str, int], ...]
    unplaced: int
    digest: str


def fingerprint(name: str) -> bytes:
    """What a receipt holds of a wamid or an alias."""
    return hashlib.blake2b(name.encode(), digest_size=FINGERPRINT_BYTES).digest()


def in_pieces(packed: bytes) -> list[bytes]:
    """The fingerprints that stand one behind the other."""
    return [packed[at : at + FINGERPRINT_BYTES] for at in range(0, len(packed), FINGERPRINT_BYTES)]


def columns(sightings: Sequence[Sighting]) -> dict[str, bytes]:
    """The part of a receipt that has a few bytes for each message. Made once a chunk, so lean."""
    places: dict[str, int] = {}
    person_of: list[int] = []
    days: list[int] = []
    waiting: list[str] = []
    person, place = None, 0
    for sighting in sightings:
        # The messages of a thread stand together, and share one person.
        if sighting.person is not person:
            person = sighting.person
            place = places.setdefault(person.alias or "", len(places))
        person_of.append(place)
        days.append(min(sighting.at // DAY, LAST_DAY))
        if sighting.content.completeness is Completeness.PLACEHOLDER:
            waiting.append(f"{sighting.at} {sighting.wamid}")
    blake = hashlib.blake2b
    return {
        "fingerprints": b"".join(
            [
                blake(sighting.wamid.encode(), digest_size=FINGERPRINT_BYTES).digest()
                for sighting in sightings
            ]
        ),
        "people": b"".join(map(fingerprint, places)),
        "person_of": struct.pack(f">{len(person_of)}I", *person_of),
        "days": struct.pack(f">{len(days)}H", *days),
        "awaited": "\n".join(waiting).encode(),
    }


def tally(receipts: Iterable[Receipt]) -> Tally:
    """Count the messages of an import. The same receipts give the same tally, in any order."""
    seen: dict[bytes, tuple[int, bytes]] = {}
    unplaced: set[bytes] = set()
    for receipt in receipts:
        fingerprints = in_pieces(receipt.fingerprints)
        if len(receipt.days) != 2 * len(fingerprints):
            unplaced.update(fingerprints)
            continue
        people = in_pieces(receipt.people)
        days = struct.unpack(f">{len(fingerprints)}H", receipt.days)
        person_of = struct.unpack(f">{len(fingerprints)}I", receipt.person_of)
        for each, day, place in zip(fingerprints, days, person_of, strict=True):
            where = (day, people[place])
            # Of two places that one message was said to have, the same one is believed everywhere.
            if seen.setdefault(each, where) > where:
                seen[each] = where
    unplaced -= seen.keys()
    by_day = Counter(day for day, _ in seen.values())
    by_thread = Counter(person for _, person in seen.values())
    return Tally(
        messages=len(seen) + len(unplaced),
        days=tuple(sorted(by_day.items())),
        threads=tuple(sorted((person.hex(), count) for person, count in by_thread.items())),
        unplaced=len(unplaced),
        digest=hashlib.sha256(b"".join(sorted([*seen, *unplaced]))).hexdigest(),
    )


def awaited(receipts: Iterable[Receipt]) -> dict[str, int]:
    """Every placeholder by its wamid, with its (earliest) time in unix seconds."""
    found: dict[str, int] = {}
    for receipt in receipts:
        for line in receipt.awaited.decode().splitlines():
            at, _, wamid = line.partition(" ")
            found[wamid] = min(int(at), found.get(wamid, int(at)))
    return found
