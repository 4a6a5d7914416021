"""The bodies that the API takes, and what each of them asks for."""

from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    RootModel,
    StringConstraints,
    model_validator,
)

from tandem.model.contact import (
    ATTRIBUTES,
    KEY_LIMIT,
    NAME_LIMIT,
    NOTE_LIMIT,
    SOURCE_LIMIT,
    TAG_LIMIT,
    TAGS,
    VALUE_LIMIT,
    Consent,
    Edit,
)
from tandem.model.line import MarketingWay
from tandem.model.send import Draft, MediaDraft, TemplateDraft, TextDraft

Wamid = Annotated[str, Field(min_length=1, max_length=256)]
Name = Annotated[str, Field(min_length=1, max_length=512)]
LineId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
SegmentText = Annotated[str, Field(min_length=1, max_length=4000)]
Seconds = Annotated[int, Field(strict=True, ge=0, lt=10**11)]
Components = Annotated[list[dict[str, JsonValue]], Field(max_length=20)]


class Body(BaseModel):
    """A field that nobody knows is a mistake, and said to be one."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LineBody(Body):
    """`PATCH /v1/lines/{line}`."""

    marketing_messages: MarketingWay


# ---- answering in a conversation


class TextBody(Body):
    type: Literal["text"]
    text: str
    preview_url: bool = False
    reply_to: Wamid | None = None

    def draft(self) -> Draft:
        return TextDraft(self.text, self.preview_url)


class File(Body):
    media_id: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    link: Annotated[str, Field(max_length=2000)] | None = None
    caption: str | None = None
    filename: Annotated[str, Field(min_length=1, max_length=240)] | None = None


class MediaBody(Body):
    type: Literal["image", "document", "video", "audio"]
    media: File
    reply_to: Wamid | None = None

    def draft(self) -> Draft:
        return MediaDraft(self.type, **self.media.model_dump())


class TemplateChoice(Body):
    name: Name
    language: Annotated[str, Field(min_length=2, max_length=20)]
    components: Components = []


class TemplateBody(Body):
    type: Literal["template"]
    template: TemplateChoice
    reply_to: Wamid | None = None

    def draft(self) -> Draft:
        chosen = self.template
        return TemplateDraft(chosen.name, chosen.language, tuple(chosen.components))


class SendBody(
    RootModel[Annotated[TextBody | MediaBody | TemplateBody, Field(discriminator="type")]]
):
    """POST /v1/conversations/{id}/messages."""


class PersonBody(Body):
    """POST /v1/lines/{line}/conversations: a phone in any spelling, or a BSUID."""

    phone: Annotated[str, Field(max_length=64)] | None = None
    bsuid: Annotated[str, Field(max_length=256)] | None = None


class MarkReadBody(Body):
    """POST /v1/conversations/{id}/read. `up_to` (unix seconds): now, unless it is given."""

    up_to: Seconds | None = None


# ---- contacts

_WORDS = r"^[^\x00-\x1f\x7f]+$"

PersonName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LIMIT, pattern=_WORDS),
]
Tag = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=TAG_LIMIT, pattern=_WORDS),
]
Key = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=KEY_LIMIT, pattern=_WORDS),
]
Note = Annotated[str, Field(min_length=1, max_length=NOTE_LIMIT)]
Value = Annotated[str, Field(min_length=1, max_length=VALUE_LIMIT)]


class TagsBody(Body):
    add: Annotated[list[Tag], Field(max_length=TAGS)] = []
    remove: Annotated[list[Tag], Field(max_length=TAGS)] = []

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if both := sorted({*self.add} & {*self.remove}):
            raise ValueError(f"{both[0]} is to be added and removed")
        return self


class ConsentBody(Body):
    """PUT /v1/contacts/{id}/consent. `source`: where it comes from, as a form or a conversation."""

    state: Consent
    source: Annotated[str, Field(min_length=1, max_length=SOURCE_LIMIT, pattern=_WORDS)] | None = (
        None
    )


class WishBody(Body):
    """PUT /v1/contacts/{id}/marketing."""

    wish: Literal["stop", "resume"]


class ContactBody(Body):
    """PATCH /v1/contacts/{id}: only what is named changes, and null takes it away."""

    name: PersonName | None = None
    note: Note | None = None
    tags: TagsBody = TagsBody()
    attributes: Annotated[dict[Key, Value | None], Field(max_length=ATTRIBUTES)] = {}

    def edit(self) -> Edit:
        texts = {"name": self.name, "note": self.note}
        return Edit(
            texts={name: text for name, text in texts.items() if name in self.model_fields_set},
            tags=dict.fromkeys(self.tags.add, True) | dict.fromkeys(self.tags.remove, False),
            attributes=self.attributes,
        )
