"""What all groups of verbs stand on."""

from collections.abc import Callable
from typing import Any

from simulator.platform import Platform
from simulator.world import Line, Message


class Verbs:
    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.world = platform.world

    def _phone(self, line: Line, who: str) -> str:
        """The number of somebody given by number or by BSUID."""
        return self.world.phone_behind(line, who) or digits_of(who)

    def _told(self, phone_number_id: str, act: Callable[[Line], Message]) -> dict[str, Any]:
        """Let something be written on a line, or done to what was; its id and time."""
        with self.world.lock:
            message = act(self.platform.line(phone_number_id))
            return {"wamid": message.wamid, "timestamp": message.at}


def digits_of(phone: str) -> str:
    """The number without its punctuation. Raises ValueError when something else is left."""
    digits = "".join(character for character in str(phone) if character not in " +-()")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"not a phone number: {phone}")
    return digits
