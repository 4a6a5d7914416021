"""Files: asked for when a message names one, fetched from Meta before its link dies.

Meta keeps a webhook's file for 7 days, and its address for 5 minutes. Fetching has a queue of its
own: trouble with a file never touches the message that names it. wire: Meta, "Media".
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from tandem.meta.errors import GraphError, Refused
from tandem.meta.graph import MediaLocation
from tandem.model.errors import TryAgain
from tandem.model.events import Sighting
from tandem.model.message import StoredFile
from tandem.store.files import Files
from tandem.store.messages import Messages
from tandem.store.queues import Queue

LARGEST_FILE = 100 * 1024 * 1024
"""Meta's largest document, in bytes. wire: Meta, "Supported media types"."""


class MediaRequests:
    """Puts a job on the media queue for every file that a sighting names."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    def request(self, tenant: str, sightings: Iterable[Sighting]) -> None:
        """Ask for the files of these messages. Asking twice fetches once."""
        self._queue.put_many(
            [
                {
                    "tenant": tenant,
                    "line": sighting.line,
                    "wamid": sighting.wamid,
                    "media_id": sighting.content.media.media_id,
                }
                for sighting in sightings
                if sighting.content.media is not None
            ]
        )


class MediaGraph(Protocol):
    """What fetching asks of Graph."""

    def media(self, media_id: str) -> MediaLocation: ...
    def download(self, url: str) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class WantedFile:
    """A job of the media queue."""

    tenant: str
    line: str
    wamid: str
    media_id: str


class Fetching:
    """The verb that fetches one file. It may be repeated and may die anywhere."""

    def __init__(
        self,
        *,
        messages: Messages,
        files: Files,
        graph_of: Callable[[str, str], MediaGraph],
    ) -> None:
        self._messages = messages
        self._files = files
        self._graph_of = graph_of

    def fetch(self, wanted: WantedFile) -> bool:
        """Fetch a file and note it on its message; False if that was done before.

        A file that Meta does not have any more is noted as lost, with Meta's reason. Everything
        else is raised, and the job comes again.
        """
        if self._messages.file(wanted.tenant, wanted.line, wanted.wamid, wanted.media_id):
            return False
        self._messages.note_file(wanted.tenant, wanted.line, wanted.wamid, self._fetched(wanted))
        return True

    def _fetched(self, wanted: WantedFile) -> StoredFile:
        graph = self._graph_of(wanted.tenant, wanted.line)
        try:
            location = graph.media(wanted.media_id)
            content = _whole(graph.download(location.url))
        except Refused as refused:
            return StoredFile(wanted.media_id, lost=_reason(refused))
        sha256 = hashlib.sha256(content).hexdigest()
        if location.size not in (None, len(content)):
            raise TryAgain(f"the file came with {len(content)} of {location.size} bytes")
        key = self._files.keep(
            wanted.tenant, wanted.line, sha256, content=content, mime_type=location.mime_type
        )
        return StoredFile(
            wanted.media_id,
            key=key,
            size=len(content),
            sha256=sha256,
            mime_type=location.mime_type,
        )


def _whole(pieces: Iterator[bytes]) -> bytes:
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > LARGEST_FILE:
            raise TryAgain("the file is larger than any that Meta allows")
    return bytes(content)


def _reason(refused: GraphError) -> str:
    return f"Meta does not give this file any more ({refused.code}: {refused.title})"
