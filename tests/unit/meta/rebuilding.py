"""From a sighting back to the row it was made of: what proves that translation loses nothing."""

from typing import Any

from tandem.meta.wire import moment, phone
from tandem.model.events import Sighting, Source

Json = dict[str, Any]

FILES = ("image", "video", "audio", "document", "sticker")
ENDS = {
    Source.INBOUND: ("from", "from_user_id", "from_parent_user_id"),
    Source.HISTORY_IN: ("from", "from_user_id", "from_parent_user_id"),
    Source.ECHO: ("to", "to_user_id", "to_parent_user_id"),
    Source.HISTORY_OUT: ("to", "to_user_id", "to_parent_user_id"),
}


def rebuilt(sighting: Sighting, ours: str) -> Json:
    """The row of a sighting on the line with the number `ours`.

    It may name the person more fully than the row did: `contacts[]` and the thread tell too.
    """
    content, person = sighting.content, sighting.person
    row: Json = {}
    if sighting.source in ENDS:
        aliases = (person.phone, person.bsuid, person.parent_bsuid)
        row |= dict(zip(ENDS[sighting.source], aliases, strict=True))
    if sighting.source in (Source.ECHO, Source.HISTORY_OUT):
        row["from"] = ours
    row |= content.extra
    row |= {"id": sighting.wamid, "timestamp": str(sighting.at), "type": content.kind}
    if content.kind == "text" and content.text is not None:
        row["text"] = _object(row, "text") | {"body": content.text}
    if content.kind in FILES and content.media is not None:
        media = content.media
        said: Json = {
            "id": media.media_id,
            "mime_type": media.mime_type,
            "sha256": media.sha256,
            "filename": media.filename,
            "caption": None if content.text == media.filename else content.text,
        }
        given = {key: value for key, value in said.items() if value is not None}
        row[content.kind] = given | _object(row, content.kind)
    if content.reply_to is not None:
        row["context"] = _object(row, "context") | {"id": content.reply_to}
    if sighting.history_status is not None:
        status = {"status": sighting.history_status}
        row["history_context"] = _object(row, "history_context") | status
    return row


def as_meta_would_write_it(row: Json) -> Json:
    """The row with its time in seconds, its phones in digits and its BSUIDs where they belong."""
    written = dict(row)
    if moment(written.get("timestamp")) is not None:
        written["timestamp"] = str(moment(written["timestamp"]))
    for end in ("from", "to"):
        if phone(written.get(end)) is not None:
            written[end] = phone(written[end])
        elif str(written.get(end)).startswith("US."):
            written[f"{end}_user_id"] = written.pop(end)
    return written


def _object(row: Json, key: str) -> Json:
    value = row.get(key)
    return value if isinstance(value, dict) else {}
