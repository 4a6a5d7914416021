"""What a message says: Meta's type-specific object becomes text, media and what it refers to.

Text and files are taken apart, and what they do not need stays in `extra`. Every other type leaves
its object whole in `extra`, so a row can always be rebuilt from the sighting made of it.
"""

from collections.abc import Callable

from tandem.meta.wire import Json, identifier, mapping, objects, words
from tandem.model.acts import ACTS
from tandem.model.events import Completeness, Content, Media

NOT_AVAILABLE = 131060
"""The real message may still follow under the same wamid. wire: Meta, "Unsupported messages"."""

type Reading = tuple[str | None, Media | None, str | None]
"""The text to read, the file, and the message this one acts on."""


def content(kind: str, row: Json) -> Content:
    """The content of a row. What is understood is removed from `row`; the rest becomes `extra`."""
    reader = READERS.get(kind)
    text, media, target = reader(row, kind) if reader else (None, None, None)
    instead = _instead(row) if kind == "edit" else None
    if instead is not None:
        text, media = instead.text, instead.media
    return Content(
        kind=kind,
        text=text,
        media=media,
        reply_to=_reply(row) if "context" in row else None,
        target=target,
        extra=row,
        completeness=_completeness(kind, row),
        instead=instead,
    )


def shown_kind(row: Json) -> str | None:
    """The type of a row that does not say it, from the one type whose object it carries."""
    carried = [kind for kind in READERS if kind in row]
    return carried[0] if len(carried) == 1 else None


def _completeness(kind: str, row: Json) -> Completeness:
    if kind == "media_placeholder":
        return Completeness.PLACEHOLDER
    if kind == "unsupported" and any(
        error.get("code") in (NOT_AVAILABLE, str(NOT_AVAILABLE))
        for error in objects(row.get("errors"))
    ):
        return Completeness.GHOST
    return Completeness.FULL


def _reply(row: Json) -> str | None:
    """The message replied to. Meta writes `M0` where there is none."""
    context = row["context"]
    wamid = identifier(context.get("id")) if isinstance(context, dict) else None
    if wamid is None or wamid == "M0":
        return None
    rest = {key: value for key, value in context.items() if key != "id"}
    if rest:
        row["context"] = rest
    else:
        del row["context"]
    return wamid


def _text(row: Json, kind: str) -> Reading:
    said = row.get(kind)
    if not isinstance(said, dict) or not isinstance(said.get("body"), str):
        return None, None, None
    if len(said) == 1:
        del row[kind]
    else:
        row[kind] = {key: value for key, value in said.items() if key != "body"}
    body: str = said["body"]
    return body, None, None


def _file(row: Json, kind: str) -> Reading:
    said = row.get(kind)
    if not isinstance(said, dict):
        return None, None, None
    media_id = identifier(said.get("id"))
    if media_id is None:
        return words(said.get("caption")) or words(said.get("filename")), None, None
    rest = dict(said)
    del rest["id"]
    mime_type = _taken(rest, "mime_type")
    sha256 = _taken(rest, "sha256")
    filename = _taken(rest, "filename")
    text = filename
    if words(rest.get("caption")) and rest["caption"] != filename:
        text = rest.pop("caption")
    if rest:
        row[kind] = rest
    else:
        del row[kind]
    return text, Media(media_id, mime_type, sha256, filename), None


def _taken(rest: Json, key: str) -> str | None:
    value = rest.get(key)
    if not isinstance(value, str):
        return None
    del rest[key]
    return value


def _location(row: Json, kind: str) -> Reading:
    place = mapping(row.get(kind))
    named = [text for key in ("name", "address") if (text := words(place.get(key)))]
    if not named:
        named = [str(place[key]) for key in ("latitude", "longitude") if key in place]
    return ", ".join(named) or None, None, None


def _cards(row: Json, kind: str) -> Reading:
    found = [_card(card) for card in objects(row.get(kind))]
    return ", ".join(name for name in found if name) or None, None, None


def _card(card: Json) -> str | None:
    """The name on a visiting card, else its first phone number."""
    name = mapping(card.get("name"))
    phones = [words(entry.get("phone")) for entry in objects(card.get("phones"))]
    return (
        words(name.get("formatted_name"))
        or words(name.get("first_name"))
        or next((number for number in phones if number), None)
    )


def _interactive(row: Json, kind: str) -> Reading:
    said = mapping(row.get(kind))
    answer = mapping(said.get(str(said.get("type"))))
    body = mapping(said.get("body")).get("text")
    candidates = (answer.get("title"), answer.get("body"), answer.get("response"), body)
    return next((text for text in candidates if words(text)), None), None, None


def _button(row: Json, kind: str) -> Reading:
    pressed = mapping(row.get(kind))
    return words(pressed.get("text")) or words(pressed.get("payload")), None, None


def _order(row: Json, kind: str) -> Reading:
    order = mapping(row.get(kind))
    items = [
        f"{item.get('quantity', 1)} × {item.get('product_retailer_id', '?')}"
        for item in objects(order.get("product_items"))
    ]
    lines = [words(order.get("text")), ", ".join(items)]
    return "\n".join(line for line in lines if line) or None, None, None


def _reaction(row: Json, kind: str) -> Reading:
    """No text means that the reaction was taken back."""
    reaction = mapping(row.get(kind))
    return words(reaction.get("emoji")), None, identifier(reaction.get("message_id"))


def _system(row: Json, kind: str) -> Reading:
    """Meta wraps the names inside in direction marks (U+200E), which nobody wants to read."""
    body = words(mapping(row.get(kind)).get("body"))
    return body.replace("\u200e", "").strip() or None if body else None, None, None


def _edit(row: Json, kind: str) -> Reading:
    """What it says now is read with the whole: see `_instead`."""
    return None, None, identifier(mapping(row.get(kind)).get("original_message_id"))


def _instead(edit: Json) -> Content | None:
    """What the edited message says now; None when that has no type, or is an act again."""
    # A copy: what the new content understands must stay in the edit's own object.
    message = dict(mapping(mapping(edit.get("edit")).get("message")))
    kind = words(message.pop("type", None)) or shown_kind(message)
    if kind is None or kind in ACTS:
        return None
    now = content(kind, message)
    # Where the original was forwarded from, or referred to, an edit does not change.
    return now._replace(extra={key: message[key] for key in message if key != "context"})


def _revoke(row: Json, kind: str) -> Reading:
    return None, None, identifier(mapping(row.get(kind)).get("original_message_id"))


def _unsupported(row: Json, _kind: str) -> Reading:
    for error in objects(row.get("errors")):
        details = mapping(error.get("error_data")).get("details")
        for text in (details, error.get("message"), error.get("title")):
            if words(text):
                return text, None, None
    return None, None, None


READERS: dict[str, Callable[[Json, str], Reading]] = {
    "text": _text,
    "image": _file,
    "video": _file,
    "audio": _file,
    "document": _file,
    "sticker": _file,
    "location": _location,
    "contacts": _cards,
    "interactive": _interactive,
    "button": _button,
    "order": _order,
    "reaction": _reaction,
    "system": _system,
    "edit": _edit,
    "revoke": _revoke,
    "unsupported": _unsupported,
    "errors": _unsupported,
}
"""Meta's types we can show to a person. Any other type is carried whole in `extra`."""
