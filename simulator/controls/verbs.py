"""What all groups of verbs stand on."""

from simulator.platform import Platform
from simulator.world import Line


class Verbs:
    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.world = platform.world

    def _phone(self, line: Line, who: str) -> str:
        """The number of somebody given by number or by BSUID."""
        return self.world.phone_behind(line, who) or digits_of(who)


def digits_of(phone: str) -> str:
    """The number without its punctuation. Raises ValueError when something else is left."""
    digits = "".join(character for character in str(phone) if character not in " +-()")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"not a phone number: {phone}")
    return digits
