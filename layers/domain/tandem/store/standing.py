"""What was announced and read of a line's standing: registers that never overwrite each other.

Each topic of a notice is one register by Meta's time; what Graph answers is carried by `read_at`.
Of the two, the newer is shown.
"""

from collections.abc import Mapping
from typing import Any

from tandem.model.line import LineState, Mode
from tandem.model.notice import Topic
from tandem.model.standing import (
    WAIT_AFTER_REMOVAL,
    Ban,
    Disconnection,
    NameReview,
    Restriction,
    Standing,
    Username,
)
from tandem.store import keys
from tandem.store.registers import Merge, Register, Row, fingerprint

NOBODY = 0
"""The time of what was never said."""


def told(topic: Topic, what: Mapping[str, Any], *, at: int) -> Merge:
    """What Meta announced of a topic at `at`."""
    carried = {f"{topic}_told": dict(what)}
    return Merge(
        (Register(_name(topic), keys.moment(at, fingerprint(carried)), "latest", carried),)
    )


def standing(row: Row) -> Standing:
    """How the line of a row stands."""
    removed_at = row.get("removal_noted_at", NOBODY)
    return Standing(
        messaging_limit=_newest(row, Topic.LIMIT, "people", "messaging_limit"),
        name_review=_name_review(row),
        username=_username(row),
        account_review=_told(row, Topic.REVIEW).get("decision"),
        restrictions=tuple(
            Restriction(each["type"], each.get("until"))
            for each in _told(row, Topic.RESTRICTION).get("restrictions", ())
        ),
        ban=_ban(row),
        disconnected=disconnected(row),
        again_from=removed_at + WAIT_AFTER_REMOVAL if removed_at else None,
        there_since=bool(removed_at) and _is_there(row, since=removed_at),
        phone_seen_at=_phone_seen_at(row),
        token_expires_at=row.get("token_expires_at"),
    )


def quality(row: Row) -> str | None:
    """The quality that Graph names, or RED since Meta has flagged the number."""
    flagged = _told(row, Topic.FLAG).get("flagged") is True
    if flagged and _told_at(row, Topic.FLAG) > row.get("read_at", NOBODY):
        return "RED"
    read: str | None = row.get("quality")
    return read


def disconnected(row: Row) -> Disconnection | None:
    """The removal that was announced since the line was connected."""
    at = row.get("removal_noted_at", NOBODY)
    if at < row.get("onboarded_at", NOBODY):
        return None
    said = _told(row, Topic.REMOVAL)
    if not at or _told_at(row, Topic.REMOVAL) < row["onboarded_at"]:
        return Disconnection(at) if at else None
    return Disconnection(at, said.get("reason"), said.get("initiated_by"), said.get("why"))


def _is_there(row: Row, *, since: int) -> bool:
    """Whether the number has shown itself connected after a moment."""
    there = row.get("state") in (LineState.CONNECTING, LineState.ACTIVE)
    return there and row.get("read_at", NOBODY) > since


def _phone_seen_at(row: Row) -> int | None:
    """The last sign of life of the owner's phone; connecting the number was one."""
    if row.get("mode") != Mode.COEXISTENCE:
        return None
    seen_at: int = max(row.get("phone_seen_at", NOBODY), row.get("onboarded_at", NOBODY))
    return seen_at


def _name_review(row: Row) -> NameReview | None:
    said = _told(row, Topic.NAME)
    read = row.get("name_status")
    if said and (read is None or _told_at(row, Topic.NAME) > row.get("read_at", NOBODY)):
        return NameReview(said["decision"], said.get("wanted"), said.get("reason"))
    return NameReview(read) if read else None


def _username(row: Row) -> Username | None:
    said = _told(row, Topic.USERNAME)
    return Username(said.get("name"), said["state"]) if said else None


def _ban(row: Row) -> Ban | None:
    said = _told(row, Topic.BAN)
    return Ban(said["state"], said.get("date")) if said else None


def _newest(row: Row, topic: Topic, part: str, read: str) -> Any:
    said = _told(row, topic)
    if said and (read not in row or _told_at(row, topic) > row.get("read_at", NOBODY)):
        return said[part]
    return row.get(read)


def _told(row: Row, topic: Topic) -> Mapping[str, Any]:
    found: Mapping[str, Any] = row.get(f"{topic}_told", {})
    return found


def _told_at(row: Row, topic: Topic) -> int:
    moment = row.get(_name(topic))
    return keys.moment_at(moment) if moment else NOBODY


def _name(topic: Topic) -> str:
    return f"{topic}_told_at"
