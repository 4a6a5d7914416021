"""What a reader is shown beside the bare rows: whole conversations, messages with their meaning."""

import base64
import re
from dataclasses import dataclass
from enum import StrEnum

from tandem.model.contact import Contact
from tandem.model.files import FileNow
from tandem.model.message import Conversation, Message
from tandem.model.shelf import Awaited
from tandem.model.window import EntryPoint, Window

_CONVERSATION = re.compile(r"([A-Za-z0-9_-]{1,64})\|((?:phone|bsuid|parent|username):.{1,256})")
LONGEST_ID = 512
"""Characters of a conversation's id; a longer text is none."""


def conversation_id(line: str, alias: str) -> str:
    """The opaque id of a conversation. Any alias of the contact makes one that works."""
    return base64.urlsafe_b64encode(f"{line}|{alias}".encode()).decode().rstrip("=")


def line_and_alias(conversation: str) -> tuple[str, str] | None:
    """What a conversation's id names; None for a text that is no such id."""
    if len(conversation) > LONGEST_ID:
        return None
    try:
        padded = conversation + "=" * (-len(conversation) % 4)
        plain = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except ValueError:
        return None
    found = _CONVERSATION.fullmatch(plain)
    return (found[1], found[2]) if found else None


@dataclass(frozen=True, slots=True)
class WholeConversation:
    """A conversation over all aliases of its contact.

    `addressed` is the alias under which the customer was last heard of: where a message goes.
    """

    conversation: Conversation
    addressed: str
    window: Window | None
    closed_at: int | None
    """When the latest window closed; None when one is open, or none ever was."""
    contact: Contact
    named: tuple[str, ...]
    """The aliases that somebody named or asked for: not the other spelling of a number."""
    profile_name: str | None = None
    """What the person calls themselves."""
    entry_point: EntryPoint | None = None

    @property
    def id(self) -> str:
        return conversation_id(self.conversation.line, self.conversation.alias)


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A contact with their conversations, one for each line that has any."""

    contact: Contact
    conversations: tuple[WholeConversation, ...] = ()

    @property
    def last_activity_at(self) -> int | None:
        return max((one.conversation.last_activity_at for one in self.conversations), default=None)

    @property
    def profile_name(self) -> str | None:
        """What the person calls themselves, where they were active last with a name."""
        named = [whole.profile_name for whole in self._by_activity() if whole.profile_name]
        return named[0] if named else None

    @property
    def name(self) -> str | None:
        return self.contact.name or self.profile_name

    @property
    def names(self) -> tuple[str | None, ...]:
        """Whatever anybody calls the person."""
        return self.contact.written.name, self.contact.names.shown, self.profile_name

    @property
    def username(self) -> str | None:
        called = (whole.conversation.username for whole in self._by_activity())
        return next((one for one in called if one), self.contact.names.username)

    @property
    def aliases(self) -> tuple[str, ...]:
        """The aliases that somebody named."""
        filed = (whole.named for whole in self.conversations)
        return tuple(sorted(self.contact.seen.union(*filed)))

    def _by_activity(self) -> list[WholeConversation]:
        def activity(whole: WholeConversation) -> tuple[int, str]:
            return whole.conversation.last_activity_at, whole.conversation.line

        return sorted(self.conversations, key=activity, reverse=True)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why Meta did not deliver, and what to do about it."""

    code: int | None
    title: str
    detail: str | None
    advice: str


class Charging(StrEnum):
    """Whether Meta charges for a message, by its own word."""

    FREE = "free"
    CHARGED = "charged"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Charge:
    """How Meta said that it charges for a message (`type`, `category`), and what that means.

    Never a price.
    """

    type: str | None
    category: str | None
    state: Charging
    why: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A message as it is shown. `charge` is None when Meta has said nothing about one."""

    message: Message
    charge: Charge | None = None
    failures: tuple[Failure, ...] = ()
    file: FileNow | None = None


@dataclass(frozen=True, slots=True)
class Shelved:
    """What waits for a message. An `orphan` has waited for longer than a message ever comes late.

    `since` (unix seconds) is None for a file alone, of which nobody said when it was.
    """

    entry: Entry
    waits_for: tuple[Awaited, ...]
    since: int | None
    orphan: bool


@dataclass(frozen=True, slots=True)
class ShelfSummary:
    """How much waits on a line. When not `complete`, there is more than was counted."""

    waiting: int
    orphans: int
    oldest_since: int | None
    complete: bool
