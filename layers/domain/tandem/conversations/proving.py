"""Proving a file: that what was read is what Meta said, while it is being read."""

import base64
import hashlib
import re

from tandem.model.errors import TryAgain

LARGEST_FILE = 100 * 1024 * 1024
"""Meta's largest document, in bytes. wire: Meta, "Supported media types"."""

_HEX = re.compile(r"[0-9a-fA-F]{64}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{43}=?")


class Damaged(TryAgain):
    """What came is not the file that Meta spoke of."""


class Proof:
    """Counts and hashes a file piece by piece. `size` and `hashes` are what Meta said of it.

    What Meta did not say, or said in a form that is no SHA-256, is not asked for.
    """

    def __init__(self, *, size: int | None, hashes: tuple[str | None, ...]) -> None:
        self._told_size = size
        self._told = {told for text in hashes if text and (told := sha256_of(text))}
        self._sum = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """Of what has been taken so far, as hex."""
        return self._sum.hexdigest()

    def take(self, piece: bytes) -> None:
        """The next piece. Raises Damaged as soon as it is more than Meta spoke of."""
        self._sum.update(piece)
        self.size += len(piece)
        if self.size > LARGEST_FILE:
            raise Damaged("the file is larger than any that Meta allows")
        if self._told_size is not None and self.size > self._told_size:
            raise Damaged(f"the file came with more than its {self._told_size} bytes")

    def close(self) -> None:
        """The file has ended. Raises Damaged unless it is all of the file, and only that."""
        if self._told_size not in (None, self.size):
            raise Damaged(f"the file came with {self.size} of {self._told_size} bytes")
        if self._told - {self.sha256}:
            raise Damaged("the file came with another SHA-256 than Meta said")


def sha256_of(text: str) -> str | None:
    """A SHA-256 as hex, from hex or from base64: Meta writes both. None for any other text.

    wire: Meta, "Media".
    """
    if _HEX.fullmatch(text):
        return text.lower()
    if not _BASE64.fullmatch(text):
        return None
    plain = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    return base64.b64decode(f"{plain}=").hex()
