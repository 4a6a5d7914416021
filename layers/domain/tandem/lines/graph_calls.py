"""What lines ask of Meta's Graph API. `meta/graph.py` answers it; in tests a stand-in does."""

from collections.abc import Callable
from typing import Protocol

from tandem.meta.callback import Override
from tandem.meta.graph import AccessToken, SyncKind, TokenFacts
from tandem.meta.numbers import PhoneNumber
from tandem.model.line import Account


class SignupGraph(Protocol):
    """The calls that turn a sign-up code into a proven number."""

    def exchange(self, app_id: str, app_secret: str, code: str) -> AccessToken: ...
    def debug(self, token: str, app_id: str, app_secret: str) -> TokenFacts: ...
    def phone_numbers(self, waba: str) -> tuple[PhoneNumber, ...]: ...


class LineGraph(Protocol):
    """The calls on a connected line, under its own token."""

    def subscribe(self, waba: str, override: Override | None = None) -> None: ...
    def override(self, line: str, override: Override) -> None: ...
    def phone_number(self, line: str) -> PhoneNumber: ...
    def account(self, waba: str) -> Account: ...
    def owner_of(self, waba: str) -> str | None: ...
    def request_sync(self, line: str, kind: SyncKind) -> str: ...


SignupGraphOf = Callable[[str], SignupGraph]
"""From a token ("" before there is one) to the Graph API under it."""

LineGraphOf = Callable[[str, str], LineGraph]
"""From a tenant and its line to the Graph API under that line's token."""
