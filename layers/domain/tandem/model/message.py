"""Messages and conversations as they are read."""

from dataclasses import dataclass, field
from enum import StrEnum

from tandem.model.acts import Reaction, Revocation
from tandem.model.events import JsonObject, Media, Origin
from tandem.model.shelf import Wait
from tandem.model.window import WINDOW_SECONDS, EntryPoint, Mark, Window, entry_point


class MessageState(StrEnum):
    """What is shown of a message, derived from every status that is known of it."""

    WAITING = "waiting"
    """On the shelf: something refers to it, the message itself has not come."""
    RECEIVED = "received"
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    """A send whose outcome is not known; it is never repeated by itself."""
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Status:
    """One status of a message at its earliest known time (unix seconds)."""

    state: str
    at: int
    pricing: JsonObject | None = None
    errors: tuple[JsonObject, ...] = ()


class FileState(StrEnum):
    """How far the file of a message has come."""

    EXPECTED = "expected"
    """The import has told of it, and it is still to come."""
    MISSING = "missing"
    """It was expected and has not come, and may be on the phone only."""
    NOT_SHARED = "not_shared"
    """The message was too old for the import to bring its file."""
    WAITING = "waiting"
    """It has not been fetched from Meta yet."""
    FETCHED = "fetched"
    LOST = "lost"
    """Meta does not give it any more, or not as it said it would be."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The file of a message in our own bucket, or why it is `lost`. `size` is bytes."""

    media_id: str
    key: str | None = None
    size: int | None = None
    sha256: str | None = None
    mime_type: str | None = None
    lost: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation, with what was done to it.

    Once `revoked`, it has no text, media, file or extra. While it waits on the shelf, `origin` is
    None and `wait` says for how long.
    """

    line: str
    wamid: str
    at: int
    origin: Origin | None
    imported: bool
    kind: str
    state: MessageState
    text: str | None = None
    media: Media | None = None
    file: StoredFile | None = None
    reply_to: str | None = None
    target: str | None = None
    """The message that this one acts on: a reaction, an edit, a revoke."""
    extra: JsonObject = field(default_factory=dict)
    edited_at: int | None = None
    revoked: Revocation | None = None
    reactions: tuple[Reaction, ...] = ()
    ghost: bool = False
    """Meta has not given it, and may yet: it can only be seen on the phone."""
    statuses: tuple[Status, ...] = ()
    contact: str | None = None
    moment: str = ""
    """Where it stands in its timeline, as text that sorts; empty while it waits on the shelf."""
    wait: Wait | None = None

    @property
    def file_state(self) -> FileState | None:
        """None when there is no file to fetch: who sends one through the API has it already, and
        the file of an edit is its target's.
        """
        if self.file is not None:
            return FileState.LOST if self.file.key is None else FileState.FETCHED
        waits = self.media is not None and self.origin is not Origin.API and self.target is None
        return FileState.WAITING if waits else None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A line and a contact. `alias` files it; `aliases` are all it is known to be.

    `last_activity_at` is 0 while nobody has written a word.
    """

    line: str
    alias: str
    aliases: tuple[str, ...]
    last_activity_at: int
    last_inbound_at: int | None
    window_opened_at: int | None
    window_opened_by: str | None
    last_read_at: int | None
    name: str | None = None
    username: str | None = None
    referred: Mark | None = None
    """The latest of the customer's messages that an ad or a button on a Page led to."""
    free_until: Mark | None = None
    """The latest end of an entry-point window that a status has told, and its message."""

    @property
    def unread(self) -> bool:
        return (self.last_inbound_at or 0) > (self.last_read_at or 0)

    def window(self, *, now: int, onboarded_at: int) -> Window | None:
        """The open window, if there is one.

        A message that came before the number was onboarded opens none. wire: Meta, "Onboard
        WhatsApp Business app users".
        """
        opened_at, opened_by = self.window_opened_at, self.window_opened_by
        if opened_at is None or opened_by is None or opened_at < onboarded_at:
            return None
        closes_at = opened_at + WINDOW_SECONDS
        return Window(closes_at, opened_by) if now < closes_at else None

    def entry_point(self, *, now: int, onboarded_at: int) -> EntryPoint | None:
        """The window in which Meta charges nothing, expected or proven."""
        return entry_point(self.referred, self.free_until, now=now, onboarded_at=onboarded_at)
