"""Opening a file: a short-lived address of it for whoever may read the message it belongs to."""

from tandem.conversations.reading import Reading
from tandem.model.errors import Conflict, Expired, NotFound
from tandem.store.files import Files


class Opening:
    """The verb that opens the file of a message. Nobody gets further than their own tenant."""

    def __init__(self, *, reading: Reading, files: Files) -> None:
        self._reading = reading
        self._files = files

    def link(self, tenant: str, conversation: str, wamid: str) -> str:
        """An address of the message's file, for five minutes.

        Raises NotFound without such a file, Conflict until it is fetched, Expired when it is lost.
        """
        message = self._reading.message(tenant, conversation, wamid)
        file = message.file
        if message.file_state is None:
            raise NotFound("this message has no file")
        if file is None:
            raise Conflict(
                "the file has not been fetched from Meta yet: ask again a little later",
                code="file_waiting",
            )
        if file.key is None:
            raise Expired(file.lost or "this file is lost", code="file_lost")
        media = message.media
        return self._files.link(
            tenant,
            file.key,
            filename=media.filename if media else None,
            mime_type=file.mime_type or (media.mime_type if media else None),
        )
