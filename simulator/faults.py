"""What goes wrong on purpose; all follows from the seed, so that a bad day can be lived twice."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from simulator.ids import chance

SYNC_TYPES = ("smb_app_state_sync", "history")
DECLINE_SHAPES = ("item", "value", "bare")
SHARES = (
    "duplicate",
    "rebatch",
    "wrong_signature",
    "graph_5xx",
    "lose_answer",
    "timeout",
    "refuse",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """A share is a probability in [0, 1]; seconds are stretched by the simulator's time scale."""

    seed: int = 1

    # Webhooks: nothing is ever lost by these, only made harder.
    shuffle: bool = False  # updates set free together arrive in any order
    duplicate: float = 0.0  # share of updates that are sent a second time
    delay_s: float = 0.0  # each update waits up to this long
    rebatch: float = 0.0  # share of POSTs that take other waiting updates with them
    wrong_signature: float = 0.0  # share of updates that come with a forged twin

    # Syncs.
    decline: bool = False  # the owner does not share history, whatever was ticked
    decline_shape: str = "item"  # where 2593109 stands: history[].errors, value.errors, no envelope
    silence: tuple[str, ...] = ()  # sync types that are accepted and never heard of again
    withhold: tuple[str, ...] = ()  # history chunks that never come, as "phase:chunk_order"

    # Graph: apply to `endpoints` (all when empty), named as in `graph.router.ENDPOINTS`.
    graph_5xx: float = 0.0  # refused with 2, HTTP 503; nothing was done
    refuse: float = 0.0  # refused with `refuse_code`; nothing was done
    refuse_code: int = 130429
    lose_answer: float = 0.0  # done, then the connection is cut
    timeout: float = 0.0  # done, and answered only after `timeout_s`
    timeout_s: float = 30.0
    endpoints: tuple[str, ...] = ()

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "Faults":
        """From JSON. Raises ValueError for a name or a value that makes no sense."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(f"no such fault: {', '.join(unknown)}; there are {sorted(known)}")
        given = dict(values)
        if isinstance(given.get("silence"), bool):
            given["silence"] = SYNC_TYPES if given["silence"] else ()
        for name in ("silence", "withhold", "endpoints"):
            if name in given:
                listed = [given[name]] if isinstance(given[name], str) else given[name]
                given[name] = tuple(listed)
        for name in SHARES:
            if not 0 <= given.get(name, 0) <= 1:
                raise ValueError(f"{name} is a share between 0 and 1")
        if given.get("decline_shape", "item") not in DECLINE_SHAPES:
            raise ValueError(f"decline_shape is one of {DECLINE_SHAPES}")
        return cls(**given)

    def strikes(self, name: str, share: float, occasion: object) -> bool:
        """Whether this fault hits this occasion; the same answer every time it is asked."""
        return share > 0 and chance(self.seed, name, occasion) < share

    def touches(self, endpoint: str) -> bool:
        return not self.endpoints or endpoint in self.endpoints
