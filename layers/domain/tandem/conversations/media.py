"""Files: asked for when a message names one, fetched from Meta before its link dies.

Meta keeps a webhook's file for 7 days, and its address for 5 minutes. Fetching has a queue of its
own: trouble with a file never touches the message that names it. wire: Meta, "Media".
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Protocol

from tandem.conversations.proving import Damaged, Proof
from tandem.meta.errors import GraphError, Refused
from tandem.meta.graph import MediaLocation
from tandem.model.acts import target_of
from tandem.model.events import Sighting
from tandem.model.message import StoredFile
from tandem.store.files import Files
from tandem.store.messages import Messages
from tandem.store.queues import Queue

ATTEMPTS = 3
"""So many times a file may come damaged before that is what is noted of it."""

IN_MEMORY = 1024 * 1024
"""A larger file lies on the disk while it is proven, in bytes."""


class MediaRequests:
    """Puts a job on the media queue for every file that a sighting names."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    def request(self, tenant: str, sightings: Iterable[Sighting]) -> None:
        """Ask for the files of these messages, for that of an edit under the message it edits.
        Asking twice fetches once.
        """
        self._queue.put_many(
            [
                {
                    "tenant": tenant,
                    "line": sighting.line,
                    "wamid": target_of(sighting) or sighting.wamid,
                    "media_id": sighting.content.media.media_id,
                    "sha256": sighting.content.media.sha256,
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
    """A job of the media queue. `sha256` is what the webhook said of the file, as it wrote it."""

    tenant: str
    line: str
    wamid: str
    media_id: str
    sha256: str | None = None


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

    def fetch(self, wanted: WantedFile, *, attempt: int = 1) -> bool:
        """Fetch a file and note it on its message; False if that was done before.

        A file that Meta does not have any more is noted as lost, with Meta's reason, and so is one
        that comes damaged at the last `attempt`. Everything else is raised, and the job comes
        again. What is noted as lost is asked for once more when its webhook comes again.
        """
        known = self._messages.file(wanted.tenant, wanted.line, wanted.wamid, wanted.media_id)
        if known is not None and known.key is not None:
            return False
        try:
            file = self._fetched(wanted)
        except Damaged as damage:
            if attempt < ATTEMPTS:
                raise
            file = StoredFile(wanted.media_id, lost=f"{damage} ({attempt} times)")
        self._messages.note_file(wanted.tenant, wanted.line, wanted.wamid, file)
        return True

    def _fetched(self, wanted: WantedFile) -> StoredFile:
        graph = self._graph_of(wanted.tenant, wanted.line)
        # Not more of a file is in memory than a piece of it, and none is kept before it is proven.
        with SpooledTemporaryFile(IN_MEMORY) as content:
            try:
                location, proof = _download(graph, wanted, content)
            except GraphError as error:
                if not _final(error):
                    raise
                return StoredFile(wanted.media_id, lost=_reason(error))
            content.seek(0)
            key = self._files.keep(wanted.tenant, proof.sha256, content)
        return StoredFile(
            wanted.media_id,
            key=key,
            size=proof.size,
            sha256=proof.sha256,
            mime_type=location.mime_type,
        )


def _download(
    graph: MediaGraph, wanted: WantedFile, content: IO[bytes]
) -> tuple[MediaLocation, Proof]:
    """Write a file into `content`; what Meta said of it, and the proof that it is that file.

    An address that leads nowhere may have ended on the way: Meta is asked for another one, once.
    """
    try:
        return _once(graph, wanted, content)
    except GraphError as error:
        if not _final(error):
            raise
    content.seek(0)
    content.truncate()
    return _once(graph, wanted, content)


def _once(graph: MediaGraph, wanted: WantedFile, content: IO[bytes]) -> tuple[MediaLocation, Proof]:
    location = graph.media(wanted.media_id)
    proof = Proof(size=location.size, hashes=(wanted.sha256, location.sha256))
    for piece in graph.download(location.url):
        proof.take(piece)
        content.write(piece)
    proof.close()
    return location, proof


def _final(error: GraphError) -> bool:
    """Whether this is Meta's last word on a file.

    Of a file that is over, Graph says that there is no such object. wire: Meta, "Error codes".
    """
    return isinstance(error, Refused) or (error.code, error.subcode) == (100, 33)


def _reason(error: GraphError) -> str:
    return f"Meta does not give this file any more ({error.code or error.http}: {error.title})"
