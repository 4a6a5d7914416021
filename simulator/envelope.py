"""One change to tell, and the body that tells several of them in one POST."""

from dataclasses import dataclass
from typing import Any

from simulator.ids import chance


@dataclass(slots=True)
class Update:
    """One item of `entry[].changes[]`, and what decides where it goes."""

    account: str  # entry id: the WABA, or for partner events the partner's portfolio
    field: str
    value: dict[str, Any]
    number: int  # the how-manyth update of this simulator
    waba_id: str
    phone_number_id: str | None = None
    at: int | None = None  # entry time, on management fields only
    bare: bool = False  # sent without any envelope
    size: int = 1_000  # roughly, in bytes


def envelope(updates: list[Update]) -> dict[str, Any]:
    """The body of a POST. Updates of one account share an entry, unless each needs its own time."""
    if updates[0].bare:
        return updates[0].value
    entries: dict[tuple[str, int | None], dict[str, Any]] = {}
    for update in updates:
        entry = entries.setdefault((update.account, update.at), {"id": update.account})
        if update.at is not None:
            entry["time"] = update.at
        _add(entry.setdefault("changes", []), update)
    return {"object": "whatsapp_business_account", "entry": list(entries.values())}


def _add(changes: list[dict[str, Any]], update: Update) -> None:
    """Another change, or, for half of the `messages` of one line, more items in the last one."""
    last = changes[-1] if changes else None
    if (
        last is not None
        and last["field"] == update.field == "messages"
        and last["value"]["metadata"] == update.value["metadata"]
        and chance("fold", update.number) < 0.5
    ):
        for part in ("contacts", "messages", "statuses"):
            present = last["value"].get(part, [])
            added = [item for item in update.value.get(part, []) if item not in present]
            if present or added:
                last["value"][part] = [*present, *added]
        return
    changes.append({"value": dict(update.value), "field": update.field})
