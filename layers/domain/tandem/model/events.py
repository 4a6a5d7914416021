"""What Meta said, in Tandem's words. One webhook body becomes a list of these; nothing is dropped.

An event is a fact with its own time, never a command: applying it twice, late or out of order
gives the same state.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from tandem.model.contact import WishedBy
from tandem.model.identity import Person
from tandem.model.notice import ACCOUNT, Notice

JsonObject = Mapping[str, Any]

NOTHING_ELSE: JsonObject = MappingProxyType({})


def digest(value: object) -> str:
    """A short fingerprint of any JSON value that does not depend on key order (20 hex digits)."""
    # A chunk of the import goes through here whole; looking for circles in it would take a fifth
    # of the time, and what was JSON has none.
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), check_circular=False, default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()[:20]


class Origin(StrEnum):
    """Who wrote a message: the customer, the owner on the phone, or somebody through the API."""

    CUSTOMER = "customer"
    APP = "app"
    API = "api"


class Source(StrEnum):
    """Where a message was seen; all its sources together decide its origin and `imported`."""

    INBOUND = "inbound"
    ECHO = "echo"
    API = "api"
    HISTORY_IN = "history_in"
    HISTORY_OUT = "history_out"
    HISTORY_MEDIA = "history_media"
    """A media follow-up of the import: content that does not say where the message belongs."""


class Completeness(IntEnum):
    """How much of a message its content tells; the fuller content always replaces the poorer."""

    GHOST = 1
    """`unsupported` with 131060: the real message may follow under the same wamid."""
    PLACEHOLDER = 2
    FULL = 3


@dataclass(frozen=True, slots=True)
class Media:
    """A file at Meta. `media_id` can be fetched for 7 days after the webhook."""

    media_id: str
    mime_type: str | None = None
    sha256: str | None = None
    filename: str | None = None


# These two come by the thousand: named tuples are made three times as fast as frozen dataclasses.


class Content(NamedTuple):
    """What a message says.

    `kind` is Meta's type, verbatim. `text` is what a person would read: body, caption, title of a
    button, file name. `target` is the wamid of the message that this one acts on: a reaction, an
    edit, a revoke. `extra` is everything else the message object carried (context, referral,
    errors, the type's own object), so that nothing is lost when we do not understand it. `instead`
    is what an edit puts into the place of what its target said; it stands in `extra` as well.
    """

    kind: str
    text: str | None = None
    media: Media | None = None
    reply_to: str | None = None
    extra: JsonObject = NOTHING_ELSE
    completeness: Completeness = Completeness.FULL
    target: str | None = None
    instead: "Content | None" = None


class Sighting(NamedTuple):
    """One message, seen once. `at` is the message's own time (unix seconds)."""

    line: str
    wamid: str
    source: Source
    at: int
    person: Person
    content: Content
    history_status: str | None = None


@dataclass(frozen=True, slots=True)
class StatusNote:
    """Meta's word on what became of a message. `state`: sent, delivered, read, played, failed…"""

    line: str
    wamid: str
    state: str
    at: int
    person: Person
    callback: str | None = None
    pricing: JsonObject | None = None
    errors: tuple[JsonObject, ...] = ()
    extra: JsonObject = field(default_factory=dict)
    """Everything else the status carried: `conversation`, the kind of recipient, …"""
    free_until: int | None = None
    """Until when nothing is charged in this conversation (unix seconds), if the status says so."""


@dataclass(frozen=True, slots=True)
class ContactNote:
    """An entry of the owner's address book was added, edited (`removed` false) or removed.

    `person.name` is the full name in the address book.
    """

    line: str
    person: Person
    at: int
    removed: bool
    first_name: str | None = None
    extra: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PreferenceNote:
    """A person's wish about marketing messages. `value`: stop, resume, signup."""

    line: str
    person: Person
    at: int
    value: str
    extra: JsonObject = field(default_factory=dict)
    by: WishedBy = WishedBy.PREFERENCE


@dataclass(frozen=True, slots=True)
class AliasNote:
    """A person's aliases moved: `formerly` and `person` are the same one, before and after.

    A new phone number, a new BSUID: both sets of aliases belong to one contact from now on.
    """

    line: str
    at: int
    person: Person
    formerly: Person


@dataclass(frozen=True, slots=True)
class Kept:
    """Something not understood, or not filed: kept word for word and shown.

    `reason`: not_json, unknown_field, unknown_type, malformed, unknown_line, group, account,
    notice, error.
    `raw` is JSON text (or the body, backslash-escaped, when it is not JSON); it can be as long as
    a webhook body, 3 MB.
    """

    reason: str
    what: str
    raw: str
    at: int = 0
    line: str | None = None
    waba: str | None = None
    detail: str | None = None

    @property
    def id(self) -> str:
        return digest([self.reason, self.what, self.line, self.waba, self.at, self.raw])


@dataclass(frozen=True, slots=True)
class HistoryChunk:
    """One item of a `history` webhook: messages of several threads, placed by phase and order.

    `digest` fingerprints the item as Meta sent it; `kept` are its rows that could not be read.
    """

    line: str
    phase: int
    chunk_order: int
    progress: int
    threads: int
    digest: str
    sightings: tuple[Sighting, ...] = ()
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryDeclined:
    """The owner chose not to share the chat history. `code` is Meta's word for that: 2593109."""

    line: str
    code: int
    title: str
    detail: str | None = None


Event = (
    Sighting
    | StatusNote
    | ContactNote
    | PreferenceNote
    | AliasNote
    | HistoryChunk
    | HistoryDeclined
    | Notice
    | Kept
)


def kept_notice(notice: Notice) -> Kept:
    """A notice as it is kept and shown, by its kind."""
    return Kept(
        reason="account" if notice.kind == ACCOUNT else "notice",
        what=f"{notice.kind}:{notice.event}"[:200],
        raw=notice.raw,
        at=notice.at,
        line=notice.line,
        waba=notice.waba,
        detail=notice.summary,
    )


def word_for_word(event: Event, reason: str, *, detail: str | None = None) -> Kept:
    """Any event as a kept thing that loses none of it."""
    return Kept(
        reason=reason,
        what=getattr(event, "event", type(event).__name__),
        raw=json.dumps(_plain(event), sort_keys=True, default=str),
        at=getattr(event, "at", 0),
        line=getattr(event, "line", None),
        waba=getattr(event, "waba", None),
        detail=detail,
    )


def _plain(value: object) -> object:
    """A value of ours as JSON would have it, by its names."""
    if isinstance(value, (Content, Sighting)):
        return {name: _plain(inner) for name, inner in value._asdict().items()}
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value
