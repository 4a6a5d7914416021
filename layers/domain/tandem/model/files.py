"""What can be said at a moment of the file of a message, from the message and its line."""

from dataclasses import dataclass

from tandem.model.message import FileState, Message

DAY = 24 * 3600

SHARED_DAYS = 14
"""So old a message may be, when its number is connected, for the import to bring its file.
wire: Meta, "history"."""

COMING_SECONDS = 7 * DAY
"""Files of the import come hours before or after their texts; after this they are missed."""

KEPT_SECONDS = 7 * DAY
"""So long Meta keeps the file of a webhook. wire: Meta, "Media"."""

REPEATED_SECONDS = 7 * DAY
"""So long Meta repeats a webhook that nobody took. wire: Meta, "Webhooks"."""

_TOO_LARGE = (131052, "131052")

_NOT_SHARED = (
    f"the import brings files of the {SHARED_DAYS} days before the number was connected, and this "
    "message is older: its file is on the phone only"
)
_MISSING = (
    "WhatsApp should have sent this file with the import and has not: it is on the phone, and is "
    "shown here if it still comes"
)
_OVER = "the file was not fetched in the 7 days for which Meta keeps it"


@dataclass(frozen=True, slots=True)
class FileNow:
    """How far a file has come; `why`, in words for people, if there is none to open."""

    state: FileState
    why: str | None = None


def comes_with_import(at: int, *, onboarded_at: int) -> bool:
    """Whether the import brings the file of a message of `at`, if the message names one."""
    return at >= onboarded_at - SHARED_DAYS * DAY


def file_now(message: Message, *, now: int, onboarded_at: int) -> FileNow | None:
    """What became of the file of a message; None when it has none that we would fetch or show."""
    if message.revoked is not None:
        return None
    if message.kind == "media_placeholder" and message.media is None:
        return _placeholder(message.at, now=now, onboarded_at=onboarded_at)
    if message.media is None:
        reason = _refusal(message)
        return FileNow(FileState.LOST, reason) if reason else None
    match message.file_state:
        case None:
            return None
        case FileState.LOST:
            return FileNow(FileState.LOST, message.file.lost if message.file else None)
        case FileState.WAITING:
            named_by = max(message.at, onboarded_at) + REPEATED_SECONDS
            over = message.at > 0 and now >= named_by + KEPT_SECONDS
            return FileNow(FileState.LOST, _OVER) if over else FileNow(FileState.WAITING)
        case state:
            return FileNow(state)


def _placeholder(at: int, *, now: int, onboarded_at: int) -> FileNow:
    """The import has told of a file, and Meta sends it apart, if at all."""
    if not comes_with_import(at, onboarded_at=onboarded_at):
        return FileNow(FileState.NOT_SHARED, _NOT_SHARED)
    if now < max(at, onboarded_at) + COMING_SECONDS:
        return FileNow(FileState.EXPECTED)
    return FileNow(FileState.MISSING, _MISSING)


def _refusal(message: Message) -> str | None:
    """Why Meta gives no file at all, where it says so in the message: it is too large.

    wire: Meta, "Error codes".
    """
    errors = message.extra.get("errors")
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, dict) and error.get("code") in _TOO_LARGE:
            title = error.get("title") or error.get("message") or "the file is too large"
            return f"Meta does not give this file ({error['code']}: {title})"
    return None
