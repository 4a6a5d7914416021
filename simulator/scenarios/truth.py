"""What a right system ends with: what was told of a scenario, seen with Meta's knowledge.

What the server under test can know is read off the updates that were posted; what is true of it
comes from the simulated world. So the truth never holds what was not told.
"""

import json
from collections.abc import Iterable
from typing import Any

from simulator.scenarios.stage import Stage
from simulator.world import DAY_S, Message

type Json = dict[str, Any]

ACTS = frozenset({"edit", "revoke", "reaction", "system"})
RANKS = ("sent", "delivered", "read", "played")


def truth(stage: Stage) -> Json:
    """Messages by wamid, the threads they are in, contacts, the import, notices by field."""
    heard = Heard(stage)
    here = heard.messages - stage.elsewhere
    messages = {
        message.wamid: _message(stage, heard, message)
        for message in stage.line.messages.values()
        if message.wamid in here and message.type not in ACTS
    }
    found: Json = {
        "line": {
            "waba_id": stage.line.waba_id,
            "phone_number_id": stage.line.phone_number_id,
            "phone_number": stage.line.phone,
            "portfolio_id": stage.line.portfolio_id,
        },
        "messages": messages,
        "threads": _threads(stage, heard, messages),
    }
    if heard.cards:
        found["contacts"] = _contacts(heard)
    if heard.chunks:
        missing = gaps(heard.chunks)
        found["import"] = {
            "chunks": len(heard.chunks),
            "missing": missing,
            "complete": 100 in heard.progress and not missing,
        }
    if heard.notices:
        found["notices"] = dict(sorted(heard.notices.items()))
    return found | stage.facts


class Heard:
    """Everything the posted updates name, each thing once."""

    def __init__(self, stage: Stage) -> None:
        self.messages: set[str] = set()
        self.ghosts: set[str] = set()
        self.live: set[str] = set()
        self.imported: set[str] = set()
        self.files: set[str] = set()
        self.statuses: dict[str, dict[str, int]] = {}
        self.failures: dict[str, int] = {}
        self.cards: list[Json] = []
        self.chunks: set[str] = set()
        self.progress: set[int] = set()
        self.notices: dict[str, int] = {}
        seen = set[str]()
        for update in stage.posted:
            told = json.dumps([update.field, update.value], sort_keys=True)
            if told not in seen:
                seen.add(told)
                self._hear(update.field, update.value)
        self.ghosts -= self.live
        self.messages |= self.live | self.ghosts | self.imported | self.statuses.keys()

    def _hear(self, name: str, value: Json) -> None:
        if name == "history":
            self._past(value)
        elif name == "messages":
            for item in items(value, "messages"):
                (self.ghosts if unavailable(item) else self.live).add(str(item.get("id")))
            for status in items(value, "statuses"):
                self._status(status)
        elif name == "smb_message_echoes":
            self.live |= {str(item.get("id")) for item in items(value, "message_echoes")}
        elif name == "smb_app_state_sync":
            self.cards += items(value, "state_sync")
        else:
            self.notices[name] = self.notices.get(name, 0) + 1

    def _status(self, status: Json) -> None:
        wamid, state = str(status["id"]), str(status["status"])
        self.statuses.setdefault(wamid, {})[state] = int(status["timestamp"])
        for error in items(status, "errors"):
            self.failures[wamid] = int(error["code"])

    def _past(self, value: Json) -> None:
        for chunk in items(value, "history"):
            place = chunk.get("metadata")
            if place is None:
                continue
            self.chunks.add(f"{place['phase']}:{place['chunk_order']}")
            self.progress.add(place["progress"])
            for thread in items(chunk, "threads"):
                self.imported |= {str(row.get("id")) for row in items(thread, "messages")}
        for part in ("messages", "message_echoes"):
            self.files |= {str(item.get("id")) for item in items(value, part)}


def gaps(chunks: Iterable[str]) -> list[str]:
    """The chunks that must have been, since a later one of their phase came."""
    last: dict[int, int] = {}
    for phase, order in (map(int, place.split(":")) for place in chunks):
        last[phase] = max(order, last.get(phase, 0))
    wanted = (f"{phase}:{n}" for phase in sorted(last) for n in range(1, last[phase] + 1))
    return [place for place in wanted if place not in chunks]


def items(value: Json, part: str) -> list[Json]:
    return [item for item in value.get(part) or [] if isinstance(item, dict)]


def unavailable(item: Json) -> bool:
    return any(error.get("code") == 131060 for error in items(item, "errors"))


def _message(stage: Stage, heard: Heard, message: Message) -> Json:
    """What is known of it; what it does not have is left out."""
    states = heard.statuses.get(message.wamid, {})
    failed = heard.failures.get(message.wamid)
    placeholder = message.history and message.media_id is not None
    shown: Json = {
        "origin": message.origin,
        "thread": _name(stage, message.person),
        "timestamp": message.at,
        "type": message.type,
        "text": _text(message),
        "imported": message.wamid in heard.imported,
        "replies_to": (message.context or {}).get("id"),
        "edited": message.edited,
        "revoked": message.revoked,
        "reactions": dict(message.reactions),
        "status": _status(states),
        "statuses": states,
        "error": failed,
        "biz_opaque_callback_data": message.note,
    }
    if placeholder and message.wamid not in heard.files:
        shown |= {"type": "media_placeholder", "text": None}
    if message.wamid in heard.ghosts:
        shown |= {"type": "unsupported", "text": None}
    elif not _met(stage, heard, message):
        shown |= {"type": None, "text": None, "thread": None, "timestamp": None}
    return {name: value for name, value in shown.items() if value not in (None, False, {}, "")}


def _met(stage: Stage, heard: Heard, message: Message) -> bool:
    """Whether a server knows more of it than its statuses: it was told, or sent it itself."""
    ours = stage.served and message.origin == "api"
    return ours or message.wamid in heard.live or message.wamid in heard.imported


def _text(message: Message) -> str | None:
    body = message.body if isinstance(message.body, dict) else {}
    return body.get("body") if message.type == "text" else body.get("caption")


def _status(states: dict[str, int]) -> str | None:
    """The furthest; `failed` only when nothing tells of an arrival."""
    reached = [state for state in RANKS if state in states]
    if "failed" in states and not {"delivered", "read", "played"} & states.keys():
        return "failed"
    return reached[-1] if reached else None


def _name(stage: Stage, phone: str) -> str:
    """How a business names a person: by number, or by BSUID when it sees none."""
    seen = stage.platform.world.sees_phone(stage.line, phone)
    return phone if seen else stage.user_id(phone)


def _threads(stage: Stage, heard: Heard, messages: dict[str, Json]) -> list[Json]:
    """One for each person: their names, how many messages, and until when one may write freely."""
    threads: dict[frozenset[str], list[Message]] = {}
    for wamid, shown in messages.items():
        if "thread" in shown:
            message = stage.line.messages[wamid]
            threads.setdefault(_persons(stage, message.person), []).append(message)
    return [
        {
            "names": sorted({name for phone in people for name in _names(stage, phone)}),
            "messages": len(within),
            "window_until": _window(heard, within),
        }
        for people, within in threads.items()
    ]


def _persons(stage: Stage, phone: str) -> frozenset[str]:
    same = next((group for group in stage.same_people if phone in group), {phone})
    return frozenset(same)


def _names(stage: Stage, phone: str) -> Iterable[str]:
    if stage.platform.world.sees_phone(stage.line, phone):
        yield phone
    yield stage.user_id(phone)
    yield from stage.other_names.get(phone, [])


def _window(heard: Heard, within: list[Message]) -> int | None:
    """24 hours from the last thing a customer wrote live."""
    wrote = [m.at for m in within if m.origin == "customer" and m.wamid in heard.live]
    return max(wrote) + DAY_S if wrote else None


def _contacts(heard: Heard) -> list[Json]:
    """The address book after the newest word on each contact, whatever came last."""
    newest: dict[str, Json] = {}
    for card in heard.cards:
        who = str(card["contact"]["user_id"])
        if who not in newest or int(card["metadata"]["timestamp"]) >= _time(newest[who]):
            newest[who] = card
    return [
        {
            "user_id": who,
            "phone": card["contact"].get("phone_number"),
            "full_name": card["contact"].get("full_name"),
            "removed": card["action"] == "remove",
        }
        for who, card in newest.items()
    ]


def _time(card: Json) -> int:
    return int(card["metadata"]["timestamp"])
