"""Opening a file: a short-lived address of it for whoever may read the message it belongs to."""

from tandem.conversations.reading import Reading
from tandem.model.errors import Conflict, Expired, NotFound
from tandem.model.message import FileState
from tandem.store.files import Files

_COMING = {
    FileState.EXPECTED: "the file comes with the import, after its message: ask again later",
    FileState.WAITING: "the file has not been fetched from Meta yet: ask again a little later",
}


class Opening:
    """The verb that opens the file of a message. Nobody gets further than their own tenant."""

    def __init__(self, *, reading: Reading, files: Files) -> None:
        self._reading = reading
        self._files = files

    def link(self, tenant: str, conversation: str, wamid: str) -> str:
        """An address of the message's file, for five minutes.

        Raises NotFound without such a file, Conflict while it is to come, Expired when it is not.
        """
        entry = self._reading.message(tenant, conversation, wamid)
        if entry.file is None:
            raise NotFound("this message has no file")
        state, why, file = entry.file.state, entry.file.why, entry.message.file
        if state in _COMING:
            raise Conflict(_COMING[state], code=f"file_{state}")
        if file is None or file.key is None:
            raise Expired(why or "this file is lost", code=f"file_{state}")
        media = entry.message.media
        return self._files.link(
            tenant,
            file.key,
            filename=media.filename if media else None,
            mime_type=file.mime_type or (media.mime_type if media else None),
        )
