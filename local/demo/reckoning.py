"""Reckoning: what Tandem shows is held against what the stand-in for Meta knows to be true."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from local.demo.talk import Tandem

LEAST_RATE = 0.9
"""The share of a line's allowed messages per second that a broadcast must reach. Ten seconds tell
no more: one hiccup of a busy machine is some per cent of them. `make bench` holds a minute to 97.
"""

ACTS = frozenset({"edit", "revoke", "reaction"})
"""What is done to a message and shown with it, not as one."""


@dataclass(slots=True)
class BroadcastFigures:
    """`rate` is messages per second as Meta accepted them, `allowed` what the line may do."""

    asked: int = 0
    sent: int = 0
    twice: int = 0
    rate: float = 0.0
    allowed: int = 0
    throttled: int = 0


@dataclass(slots=True)
class Figures:
    """What the story came to. `lost` and `doubled` count messages; both must be 0."""

    expected: int = 0
    imported: int = 0
    lost: int = 0
    doubled: int = 0
    certificate: str = ""
    certificate_messages: int = 0
    origins: dict[str, int] = field(default_factory=dict)
    free: int = 0
    paid: int = 0
    free_answers: int = 0
    conversations: int = 0
    echoed: bool = False
    replied: str = ""
    backwards: int = 0
    broadcast: BroadcastFigures = field(default_factory=BroadcastFigures)
    proven: list[str] = field(default_factory=list)
    unprovable: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"right": not self.wrong()}

    def wrong(self) -> list[str]:
        """Each figure that is not what it must be, in a sentence."""
        sent = self.broadcast
        checks = {
            f"{self.imported} of {self.expected} messages were imported": (
                self.imported == self.expected
            ),
            f"{self.lost} messages were lost": self.lost == 0,
            f"{self.doubled} messages were doubled": self.doubled == 0,
            f"the certificate says {self.certificate!r}": self.certificate == "complete",
            f"the certificate counts {self.certificate_messages} messages": (
                self.certificate_messages == self.expected
            ),
            "the owner's message on the phone did not show": self.echoed,
            f"the agent's reply is {self.replied!r}": self.replied in ("delivered", "read"),
            f"{self.backwards} messages show less than Meta has told": self.backwards == 0,
            f"the broadcast reached {sent.sent} of {sent.asked} people": sent.sent == sent.asked,
            f"{sent.twice} people got the broadcast twice": sent.twice == 0,
            f"the broadcast was throttled {sent.throttled} times": sent.throttled == 0,
            f"the broadcast ran at {sent.rate:.1f} of {sent.allowed} a second: a busy machine?": (
                sent.rate >= LEAST_RATE * sent.allowed
            ),
        }
        return [sentence for sentence, holds in checks.items() if not holds]


class Shown:
    """Every message that Tandem shows of a line, by conversation, read through the API."""

    def __init__(self, tandem: Tandem, line: str) -> None:
        self.messages: dict[str, dict[str, Any]] = {}
        self.times_shown: Counter[str] = Counter()
        self.conversations = list(tandem.every(f"lines/{line}/conversations"))
        for conversation in self.conversations:
            for message in tandem.every(f"conversations/{conversation['id']}/messages"):
                self.messages[message["id"]] = message
                self.times_shown[message["id"]] += 1


def reckon(figures: Figures, shown: Shown, truth: dict[str, Any]) -> None:
    """Fill in what is lost, doubled and imported, whose the messages are, what they cost."""
    real = {
        wamid: message
        for wamid, message in truth["messages"].items()
        if message["type"] not in ACTS
    }
    figures.expected = sum(message["history"] for message in real.values())
    figures.imported = sum(
        wamid in shown.messages and shown.messages[wamid]["imported"]
        for wamid, message in real.items()
        if message["history"]
    )
    figures.lost = len(real.keys() - shown.messages.keys())
    figures.doubled = sum(times - 1 for times in shown.times_shown.values()) + len(
        shown.messages.keys() - real.keys()
    )
    figures.conversations = len(shown.conversations)
    figures.origins = dict(Counter(message["origin"] for message in shown.messages.values()))
    figures.free = figures.origins.get("app", 0)
    ours = [message for message in shown.messages.values() if message["origin"] == "api"]
    charges = [message["charge"] for message in ours if message["charge"]]
    # The first 1,000 answers of a month are free, and this number is new. No status says so.
    figures.paid = sum(
        charge["type"] == "regular" and charge["category"] != "service" for charge in charges
    )
    figures.free_answers = len(charges) - figures.paid
    figures.backwards = sum(
        _less_than_told(shown.messages[wamid], message["statuses"])
        for wamid, message in real.items()
        if wamid in shown.messages
    )


_STEPS = ("sent", "delivered", "read")


def _less_than_told(message: dict[str, Any], told: dict[str, Any]) -> bool:
    """Whether a message shows an earlier step than the furthest that Meta has told."""
    furthest = max((_STEPS.index(state) for state in told if state in _STEPS), default=-1)
    state = message["state"]
    return message["origin"] == "api" and state in _STEPS and _STEPS.index(state) < furthest


def reckon_broadcast(
    figures: Figures, broadcast: str, asked: int, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """What Meta accepted between two truths, by the callback that names each recipient."""
    notes = [
        message["biz_opaque_callback_data"] or ""
        for wamid, message in after["messages"].items()
        if wamid not in before["messages"]
    ]
    sent = Counter(note for note in notes if note.startswith(f"b:{broadcast}."))
    figures.broadcast = BroadcastFigures(
        asked=asked,
        sent=len(sent),
        twice=sum(times - 1 for times in sent.values()),
        rate=_rate(before["per_second"], after["per_second"]),
        allowed=after["messages_per_second"],
        throttled=after["throttled"] - before["throttled"],
    )


def _rate(before: dict[str, int], after: dict[str, int]) -> float:
    """Messages a second, as Meta counted them in the whole seconds between the first and last."""
    counts = [count - before.get(second, 0) for second, count in sorted(after.items())]
    whole = [count for count in counts if count][1:-1]
    return round(sum(whole) / len(whole), 2) if whole else 0.0
