"""Bodies for `POST /<line>/messages` and `/marketing_messages`, checked before they leave.

A phone goes in `to` with its `+`, a BSUID in `recipient`: in `to` Meta would answer 200 and never
deliver it. wire: Meta, "Send messages"; "Business-scoped user IDs"; "Marketing Messages API".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from tandem.model.errors import Invalid

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
CALLBACK_LIMIT = 512
MEDIA_KINDS = frozenset({"image", "video", "audio", "document", "sticker"})

_TEMPLATE_NAME = re.compile(r"[a-z0-9_]{1,512}")
_CAPTIONED = frozenset({"image", "video", "document"})


@dataclass(frozen=True, slots=True)
class SendBody:
    """One message to one person, as Meta wants it.

    `alias` is the person's phone or BSUID as `Person.aliases` writes it (`phone:…`, `bsuid:…`).
    `callback` comes back in every status of the message: it ties a status to our own record.
    """

    alias: str
    kind: str
    said: Mapping[str, Any]
    reply_to: str | None = None
    callback: str | None = None
    marketing: bool = False
    """Whether it goes through the marketing messages API, which takes only marketing templates."""

    def __post_init__(self) -> None:
        recipient(self.alias)
        if self.callback is not None and not 0 < len(self.callback) <= CALLBACK_LIMIT:
            raise Invalid(f"callback data has 1 to {CALLBACK_LIMIT} characters")

    def replying_to(self, wamid: str) -> Self:
        """The same message, quoting another."""
        return replace(self, reply_to=wamid)

    def tagged(self, callback: str) -> Self:
        """The same message, whose statuses will bring `callback` back."""
        return replace(self, callback=callback)

    def as_marketing(self) -> Self:
        """The same message through the marketing messages API."""
        return replace(self, marketing=True)

    @property
    def edge(self) -> str:
        """Where on its line it is posted."""
        return "marketing_messages" if self.marketing else "messages"

    def as_json(self) -> dict[str, Any]:
        """The body to post."""
        body: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **recipient(self.alias),
            "type": self.kind,
            self.kind: dict(self.said),
        }
        if self.reply_to:
            body["context"] = {"message_id": self.reply_to}
        if self.callback:
            body["biz_opaque_callback_data"] = self.callback
        if self.marketing:
            body["product_policy"] = "CLOUD_API_FALLBACK"
        return body


def recipient(alias: str) -> dict[str, str]:
    """`to` or `recipient` for an alias (`phone:…`, `bsuid:…`, `parent:…`)."""
    kind, _, value = alias.partition(":")
    if kind == "phone" and value.isascii() and value.isdecimal():
        return {"to": f"+{value}"}
    if kind in ("bsuid", "parent") and value:
        return {"recipient": value}
    raise Invalid("a message goes to a phone number or a business-scoped user id")


def text(alias: str, body: str, *, preview_url: bool = False) -> SendBody:
    """A text of 1 to 4096 characters."""
    if not body.strip():
        raise Invalid("a text needs at least one character")
    if len(body) > TEXT_LIMIT:
        raise Invalid(f"a text has at most {TEXT_LIMIT} characters, this one {len(body)}")
    said: dict[str, Any] = {"body": body}
    if preview_url:
        said["preview_url"] = True
    return SendBody(alias, "text", said)


def template(
    alias: str, name: str, language: str, *, components: Sequence[Mapping[str, Any]] = ()
) -> SendBody:
    """An approved template, filled in by `components` as Meta describes them."""
    if not _TEMPLATE_NAME.fullmatch(name):
        raise Invalid("a template's name has lower-case letters, digits and underscores")
    if not language:
        raise Invalid("a template needs its language, for example en_US")
    said: dict[str, Any] = {"name": name, "language": {"code": language}}
    if components:
        said["components"] = [dict(component) for component in components]
    return SendBody(alias, "template", said)


def media(
    alias: str,
    kind: str,
    media_id: str | None = None,
    *,
    link: str | None = None,
    caption: str | None = None,
    filename: str | None = None,
) -> SendBody:
    """A file, uploaded to Meta before or behind a link that Meta can open without a password.

    Captions go with images, videos and documents.
    """
    if kind not in MEDIA_KINDS:
        raise Invalid(f"{kind} is not a kind of file: {', '.join(sorted(MEDIA_KINDS))}")
    if bool(media_id) == bool(link):
        raise Invalid("a file needs either its media id or a link")
    if link and not link.startswith(("https://", "http://")):
        raise Invalid("a link to a file begins with https://")
    if caption is not None and (kind not in _CAPTIONED or len(caption) > CAPTION_LIMIT):
        raise Invalid(f"a caption goes with {', '.join(sorted(_CAPTIONED))}, ≤ {CAPTION_LIMIT}")
    if filename is not None and kind != "document":
        raise Invalid("only a document has a file name")
    said = {"id": media_id, "link": link, "caption": caption, "filename": filename}
    return SendBody(alias, kind, {key: value for key, value in said.items() if value})
