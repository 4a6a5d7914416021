"""Media: what customers and the owner send, and what is uploaded. Small, and valid if cheap."""

import hashlib
import hmac
import struct
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

from simulator import ids
from simulator.world import DAY_S, Media, World

UPLOADED_LIVES_S = 30 * DAY_S
RECEIVED_LIVES_S = 7 * DAY_S
URL_LIVES_S = 5 * 60
MEGABYTE = 1024 * 1024


class Kind(NamedTuple):
    mime_type: str
    largest: int  # bytes an upload may have


KINDS: dict[str, Kind] = {
    "image": Kind("image/png", 5 * MEGABYTE),
    "audio": Kind("audio/ogg", 16 * MEGABYTE),
    "video": Kind("video/mp4", 16 * MEGABYTE),
    "document": Kind("application/pdf", 100 * MEGABYTE),
    "sticker": Kind("image/webp", 500 * 1024),
}
UPLOADABLE: dict[str, int] = {
    **dict.fromkeys(("image/jpeg", "image/png"), 5 * MEGABYTE),
    **dict.fromkeys(
        ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), 16 * MEGABYTE
    ),
    **dict.fromkeys(("video/mp4", "video/3gpp"), 16 * MEGABYTE),
    "image/webp": 500 * 1024,
    **dict.fromkeys(
        (
            "text/plain",
            "application/pdf",
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
        100 * MEGABYTE,
    ),
}


def keep(world: World, waba_id: str, *, mime_type: str, content: bytes, lives_s: int) -> Media:
    media = Media(
        media_id=world.new_id("media", 16),
        waba_id=waba_id,
        mime_type=mime_type,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        expires_at=world.clock.seconds() + lives_s,
    )
    world.records.media[media.media_id] = media
    return media


def take(world: World, waba_id: str, kind: str) -> Media:
    """A new picture, voice message, video, document or sticker, different from all others."""
    number = world.mint("shot")
    content = _DEVELOP[kind](ids.digest(world.records.seed, "shot", number, size=32))
    mime_type = KINDS[kind].mime_type
    return keep(world, waba_id, mime_type=mime_type, content=content, lives_s=RECEIVED_LIVES_S)


def body_of(media: Media, kind: str, *, caption: str = "", **more: Any) -> dict[str, Any]:
    """What stands under `image`, `audio`, … in a webhook."""
    body: dict[str, Any] = {
        "id": media.media_id,
        "mime_type": media.mime_type,
        "sha256": media.sha256,
    }
    if caption and kind in ("image", "video", "document"):
        body["caption"] = caption
    if kind == "audio":
        body["voice"] = True
    if kind == "sticker":
        body["animated"] = False
    if kind == "document":
        body["filename"] = f"receipt-{media.media_id[-4:]}.pdf"
    return body | more


def _png(noise: bytes) -> bytes:
    """A plain coloured square of 8 × 8, which any viewer opens."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    rows = (b"\x00" + noise[:3] * 8) * 8
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)),
            chunk(b"tEXt", b"Comment\x00" + noise.hex().encode()),
            chunk(b"IDAT", zlib.compress(rows)),
            chunk(b"IEND", b""),
        )
    )


_DEVELOP: dict[str, Callable[[bytes], bytes]] = {
    "image": _png,
    "audio": lambda noise: b"OggS" + noise,
    "video": lambda noise: b"\x00\x00\x00\x18ftypmp42" + noise,
    "document": lambda noise: b"%PDF-1.4\n% " + noise.hex().encode() + b"\n%%EOF\n",
    "sticker": lambda noise: b"RIFF" + struct.pack("<I", 4 + len(noise)) + b"WEBP" + noise,
}


def signed_url(world: World, media: Media) -> str:
    """Where to download it for the next five minutes, with a token of the account that owns it."""
    expires = world.clock.seconds() + URL_LIVES_S
    seal = _seal(world, media.media_id, str(expires))
    return f"{world.base_url}/media/{media.media_id}?expires={expires}&seal={seal}"


def url_is_good(world: World, media_id: str, expires: str, seal: str) -> bool:
    """Whether this simulator signed the address, and not too long ago."""
    expected = _seal(world, media_id, expires)
    return hmac.compare_digest(expected, seal) and int(expires) > world.clock.now()


def _seal(world: World, media_id: str, expires: str) -> str:
    return ids.digest(world.records.seed, "media url", media_id, expires).hex()
