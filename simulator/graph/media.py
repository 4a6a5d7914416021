"""Uploading media, asking where it is, downloading it, deleting it (wire §6.2)."""

from typing import Any

from simulator import gallery
from simulator.errors import MetaError
from simulator.graph.access import authenticated
from simulator.graph.call import Call, Upload, bearer_of
from simulator.platform import Platform
from simulator.server import Request, Response
from simulator.world import Line, Media


def upload(platform: Platform, line: Line, call: Call) -> dict[str, Any]:
    if call.text("messaging_product") != "whatsapp":
        raise MetaError(100, "messaging_product must be whatsapp")
    file = call.params.get("file")
    if not isinstance(file, Upload):
        raise MetaError(100, "the parameter file is required")
    mime_type = str(call.params.get("type") or file.mime_type).partition(";")[0]
    if mime_type not in gallery.UPLOADABLE:
        raise MetaError(100, f"media of type {mime_type} is not taken")
    if len(file.content) > gallery.UPLOADABLE[mime_type]:
        raise MetaError(131053, f"at most {gallery.UPLOADABLE[mime_type]} bytes of {mime_type}")
    media = gallery.keep(
        platform.world,
        line.waba_id,
        mime_type=mime_type,
        content=file.content,
        lives_s=gallery.UPLOADED_LIVES_S,
    )
    return {"id": media.media_id}


def read(platform: Platform, media: Media, call: Call) -> dict[str, Any]:
    phone_number_id = call.params.get("phone_number_id")
    if phone_number_id:
        line = platform.world.records.lines.get(str(phone_number_id))
        if line is None or line.waba_id != media.waba_id:
            raise MetaError(100, "phone_number_id does not own this media", subcode=33)
    return {
        "messaging_product": "whatsapp",
        "url": gallery.signed_url(platform.world, media),
        "mime_type": media.mime_type,
        "sha256": media.sha256,
        "file_size": len(media.content),
        "id": media.media_id,
    }


def delete(platform: Platform, media: Media, _call: Call) -> dict[str, Any]:
    del platform.world.records.media[media.media_id]
    return {"success": True}


def download(platform: Platform, request: Request) -> Response:
    """The signed address: a token of the owning account, within five minutes; else 401 or 404."""
    world = platform.world
    media_id = request.path.rpartition("/")[2]
    try:
        token = authenticated(world, bearer_of(request, {}))
    except MetaError:
        return Response(status=401, content_type="text/plain")
    media = world.records.media.get(media_id)
    expires, seal = request.query.get("expires", ""), request.query.get("seal", "")
    if (
        media is None
        or media.waba_id not in token.waba_ids
        or not expires.isdigit()
        or not gallery.url_is_good(world, media_id, expires, seal)
    ):
        return Response(status=404, content_type="text/plain")
    return Response(body=media.content, content_type=media.mime_type)
