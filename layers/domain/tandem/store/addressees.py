"""People of an audience as they stand in S3: gzipped JSON, the same bytes for the same people."""

import gzip
import json
from collections.abc import Iterable, Sequence
from typing import Any

from tandem.model.broadcast import Addressee


def plain(people: Iterable[Addressee]) -> list[list[Any]]:
    """People as JSON has them."""
    return [[each.phone, each.bsuid, each.values, each.attributes] for each in people]


def named(said: Iterable[Sequence[Any]]) -> tuple[Addressee, ...]:
    """The people of `plain`."""
    return tuple(Addressee(*each) for each in said)


def packed(said: Any) -> bytes:
    """Anything that JSON can say, as the bytes of an object."""
    return gzip.compress(json.dumps(said, separators=(",", ":")).encode(), mtime=0)


def unpacked(body: bytes) -> Any:
    return json.loads(gzip.decompress(body))
