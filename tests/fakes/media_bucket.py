"""The media bucket in memory, as S3 answers: held to checksums, and nothing is written twice."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import IO, Any

from botocore.exceptions import ClientError

from tests.fakes.crashing import Fuse

_PIECE = 64 * 1024


@dataclass
class FakeMediaBucket:
    """`objects` by key; `refused` counts the writes of what was there. `trouble` is raised once."""

    objects: dict[str, bytes] = field(default_factory=dict)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: int = 0
    trouble: str | None = None
    fuse: Fuse | None = None

    def put_object(self, **said: Any) -> None:
        if self.fuse:
            return self.fuse.burn(lambda: self._put(**said))
        return self._put(**said)

    def _put(self, *, Key: str, Body: IO[bytes], **said: Any) -> None:  # noqa: N803
        if self.trouble:
            code, self.trouble = self.trouble, None
            raise ClientError({"Error": {"Code": code}}, "PutObject")
        if Key in self.objects and said.get("IfNoneMatch") == "*":
            self.refused += 1
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "PutObject")
        digest, size = hashlib.sha256(), 0
        while piece := Body.read(_PIECE):
            digest.update(piece)
            size += len(piece)
        if base64.b64encode(digest.digest()).decode() != said["ChecksumSHA256"]:
            raise ClientError({"Error": {"Code": "BadDigest"}}, "PutObject")
        Body.seek(0)
        # A large one is only counted: whoever sends it is held to what they have in memory.
        self.objects[Key] = Body.read() if size <= _PIECE else f"{size} bytes".encode()
        self.told[Key] = said
