"""What Meta does with marketing: its own API for it, caps, holdouts, and the portfolio's limit.

wire §6.3 and §6.5.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from simulator.errors import MetaError
from simulator.ids import chance

APIS = ("off", "on", "only")
DAY_S = 24 * 3600
POLICIES = ("CLOUD_API_FALLBACK", "STRICT")


@dataclass(slots=True)
class Marketing:
    """How an account stands. `api`: not set up for the marketing messages API, set up, or reached
    by no other way. `cap` marketing messages a day reach a person, a `holdout` share gets none, and
    its portfolio may write to `limit` people a day outside a window; None for any number.
    """

    api: str = "off"
    cap: int | None = None
    holdout: float = 0.0
    limit: int | None = None
    delivered: dict[str, list[float]] = field(default_factory=dict)  # person → marketing, when
    written: dict[str, float] = field(default_factory=dict)  # person → outside a window, last

    def set(self, values: Mapping[str, Any]) -> None:
        """Change what is named. Raises ValueError for what makes no sense."""
        known = {each.name for each in fields(self)} - {"delivered", "written"}
        if strange := sorted(set(values) - known):
            raise ValueError(f"no such setting: {', '.join(strange)}; there are {sorted(known)}")
        if values.get("api", "off") not in APIS:
            raise ValueError(f"api is one of {APIS}")
        for name, value in values.items():
            setattr(self, name, value)

    @property
    def status(self) -> str:
        """`marketing_messages_onboarding_status`."""
        return "ELIGIBLE" if self.api == "off" else "ONBOARDED"

    @property
    def tier(self) -> str:
        """`whatsapp_business_manager_messaging_limit`: the `limit` as Meta writes it."""
        if self.limit is None:
            return "TIER_UNLIMITED"
        thousands, rest = divmod(self.limit, 1000)
        return f"TIER_{self.limit}" if rest else f"TIER_{thousands}K"

    def check_way(self, *, category: str, own_api: bool, policy: object) -> None:
        """Refuse what comes by the wrong one of the two ways."""
        if not own_api:
            if category == "marketing" and self.api == "only":
                raise MetaError(131063)
            return
        if self.api == "off":
            raise MetaError(134102)
        if category != "marketing":
            raise MetaError(134100)
        if policy is not None and policy not in POLICIES:
            raise MetaError(131009, f"product_policy is one of {', '.join(POLICIES)}")

    def check_limit(self, person: str, now: float, portfolio: Iterable["Marketing"]) -> None:
        """Count one more person outside a window, or refuse them; the accounts of a portfolio, this
        one among them, count together.
        """
        if self.limit is not None:
            written = [each.written.items() for each in portfolio]
            lately = {who for people in written for who, at in people if at > now - DAY_S}
            if person not in lately and len(lately) >= self.limit:
                raise MetaError(
                    131048, "The portfolio wrote to as many people as it may in 24 hours."
                )
        self.written[person] = now

    def why_not(self, seed: int, person: str, now: float) -> int | None:
        """Why one more marketing message does not reach somebody; otherwise it is counted."""
        if self.holdout and chance(seed, "holdout", person) < self.holdout:
            return 130472
        lately = [at for at in self.delivered.get(person, ()) if at > now - DAY_S]
        if self.cap is not None and len(lately) >= self.cap:
            return 131049
        self.delivered[person] = [*lately, now]
        return None
