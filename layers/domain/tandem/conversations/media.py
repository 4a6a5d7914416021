"""Files: asked for when a message names one, fetched from Meta before its link dies."""

from collections.abc import Iterable

from tandem.model.events import Sighting
from tandem.store.queues import Queue


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
