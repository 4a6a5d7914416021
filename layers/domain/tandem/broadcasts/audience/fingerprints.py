"""Eight bytes for an alias: a million people are known again in the memory of a small function."""

import hashlib
from collections.abc import Iterable

BYTES = 8


def fingerprint(alias: str) -> int:
    return int.from_bytes(hashlib.blake2b(alias.encode(), digest_size=BYTES).digest())


def packed(fingerprints: Iterable[int]) -> bytes:
    """Fingerprints as bytes, in order, so that the same ones are the same bytes."""
    return b"".join(each.to_bytes(BYTES) for each in sorted(fingerprints))


def unpacked(content: bytes) -> set[int]:
    return {int.from_bytes(content[at : at + BYTES]) for at in range(0, len(content), BYTES)}
