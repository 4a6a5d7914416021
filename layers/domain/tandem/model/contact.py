"""A contact: one person as one tenant knows them, over all their aliases."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

NAME_LIMIT = 256
NOTE_LIMIT = 4096
TAGS, TAG_LIMIT = 100, 64
ATTRIBUTES, KEY_LIMIT, VALUE_LIMIT = 50, 64, 1024
"""What a team may write about one person: characters of each, and how many of them."""

SOURCE_LIMIT = 256
"""Characters of where a consent comes from."""

STOP = "stop"

LONGEST_ID = 400
"""Characters of a contact's id; a longer text is none."""

_ALIAS = re.compile(r"(?:phone|bsuid|parent|username):.{1,256}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Names:
    """What the owner's address book calls a contact, and whether it was removed from it."""

    full_name: str | None = None
    first_name: str | None = None
    removed: bool = False
    username: str | None = None

    @property
    def shown(self) -> str | None:
        """The owner's name for the person; none once the person was removed."""
        return None if self.removed else self.full_name or self.first_name


@dataclass(frozen=True, slots=True)
class Written:
    """What the team wrote about a contact; nothing that comes from WhatsApp changes it."""

    name: str | None = None
    note: str | None = None
    tags: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of what the team wrote. Only what is named changes; None takes a text away.

    `texts` are `name` and `note`; `tags` says of each tag whether it is to be there.
    """

    texts: Mapping[str, str | None] = field(default_factory=dict)
    tags: Mapping[str, bool] = field(default_factory=dict)
    attributes: Mapping[str, str | None] = field(default_factory=dict)


class WishedBy(StrEnum):
    """How a wish about marketing messages became known."""

    WORD = "word"
    """The person wrote it: STOP, or what means the same."""
    PREFERENCE = "preference"
    """The person said so to WhatsApp, and Meta told it."""
    REFUSAL = "refusal"
    """Meta refused a message because of it (131050)."""
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class MarketingWish:
    """The latest wish about marketing messages: `stop`, `resume` or Meta's word for another.

    `by` is None for one that was noted before its source was.
    """

    value: str
    at: int
    by: WishedBy | None


class Consent(StrEnum):
    """What a person has said to marketing messages where the team recorded it."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Dealings:
    """What marketing a person agreed to, and what came of it.

    `marketed` holds a stamp (`keys.moment`) for each marketing broadcast that reached Meta for
    them; `undelivered_at` is when Meta last said that they cannot be reached (131026).
    """

    consent: Consent | None = None
    consent_source: str | None = None
    consent_at: int | None = None
    marketed: frozenset[str] = frozenset()
    undelivered_at: int | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """One person: every alias, what they are called, their wish, what the team wrote.

    `aliases` holds both spellings of a number that has two; `seen` are the aliases that somebody
    named. `stands_at` is the one of them that the list of contacts shows the person under.
    """

    aliases: frozenset[str]
    seen: frozenset[str] = frozenset()
    names: Names = Names()
    wish: MarketingWish | None = None
    written: Written = Written()
    dealings: Dealings = Dealings()
    ambiguous: bool = False
    """Two user ids of one portfolio and no word from Meta that one became the other: perhaps a
    number that changed hands, and two people."""
    stands_at: str | None = None

    @property
    def id(self) -> str:
        """The least alias: the same whichever of them was asked for."""
        return min(self.aliases)

    @property
    def may_market(self) -> bool:
        """Whether the latest wish is anything but `stop`."""
        return self.wish is None or self.wish.value != STOP

    @property
    def name(self) -> str | None:
        """What the team calls the person, else the owner; what they call themselves is not here."""
        return self.written.name or self.names.shown


def contact_id(alias: str) -> str:
    """The opaque id of a contact. Any alias of theirs makes one that works."""
    return base64.urlsafe_b64encode(alias.encode()).decode().rstrip("=")


def alias_of(contact: str) -> str | None:
    """The alias that a contact's id names; None for a text that is no such id."""
    if len(contact) > LONGEST_ID:
        return None
    try:
        padded = contact + "=" * (-len(contact) % 4)
        alias = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except ValueError:
        return None
    return alias if _ALIAS.fullmatch(alias) else None
