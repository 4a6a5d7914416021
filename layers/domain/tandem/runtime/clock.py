"""The clock of this process."""

import time


def now() -> int:
    """Whole unix seconds."""
    return int(time.time())
