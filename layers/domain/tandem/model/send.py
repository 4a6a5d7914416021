"""A send: one message that somebody writes through the API, from before Meta is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tandem.model.events import Content, Sighting, Source
from tandem.model.identity import Person

CALLBACK = "s"
"""Begins `biz_opaque_callback_data` of a send: its statuses lead back here."""


@dataclass(frozen=True, slots=True)
class TextDraft:
    body: str
    preview_url: bool = False


@dataclass(frozen=True, slots=True)
class MediaDraft:
    """A file that Meta has (`media_id`) or can fetch (`link`). `kind`: image, document, …"""

    kind: str
    media_id: str | None = None
    link: str | None = None
    caption: str | None = None
    filename: str | None = None


@dataclass(frozen=True, slots=True)
class TemplateDraft:
    """An approved template; `components` fill it in as Meta describes them."""

    name: str
    language: str
    components: tuple[Mapping[str, Any], ...] = ()


Draft = TextDraft | MediaDraft | TemplateDraft


@dataclass(frozen=True, slots=True)
class SendRequest:
    """What somebody wants to be sent. `key` makes a repeated request one send."""

    draft: Draft
    by: str
    reply_to: str | None = None
    key: str | None = None


class Outcome(StrEnum):
    """How the call to Meta ended. A send without an outcome is unknown until a status tells."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """Meta said no to this message: the same again would be refused again."""
    RELEASED = "released"
    """Meta surely has not taken it, for a reason that passes: the same may be sent again."""


@dataclass(frozen=True, slots=True)
class Send:
    """One message on its way out. `fingerprint` is what was asked for, as a digest.

    `person` is who it is addressed to, `at` when it was handed to Meta (unix seconds), `attempt`
    names the one call to Meta that this is. `filed`: the message it became has its own row.
    """

    id: str
    line: str
    person: Person
    content: Content
    at: int
    by: str
    fingerprint: str
    attempt: str
    outcome: Outcome | None = None
    wamid: str | None = None
    code: int | None = None
    reason: str | None = None
    filed: bool = False

    @property
    def callback(self) -> str:
        return f"{CALLBACK}:{self.id}"

    def sighting(self, wamid: str) -> Sighting:
        """The message it became, as it is filed."""
        return Sighting(
            line=self.line,
            wamid=wamid,
            source=Source.API,
            at=self.at,
            person=self.person,
            content=self.content,
        )


def send_of(callback: str | None) -> str | None:
    """The send that a status's callback names; None when it names something else."""
    prefix, _, send = (callback or "").partition(":")
    return send if prefix == CALLBACK and send else None
