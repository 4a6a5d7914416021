"""Callback overrides: webhooks of an account or a number that do not go to the app's callback.

wire: Meta, "Override the callback URL". A number's override goes before its account's, an
account's before the app's. Only messages and what belongs to them follow it; `account_update`,
templates, quality and alerts always go to the app's callback.
"""

from dataclasses import dataclass, field
from typing import Literal

type Reach = Literal["waba", "number"]
"""Whose webhooks go elsewhere."""


@dataclass(frozen=True, slots=True)
class Override:
    """An address for webhooks, and what Meta repeats when it asks there. `url` is at most 200."""

    reach: Reach
    url: str
    verify_token: str = field(repr=False)

    def as_json(self) -> dict[str, str]:
        return {"override_callback_uri": self.url, "verify_token": self.verify_token}
